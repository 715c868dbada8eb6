/** The bridge room as the agent room sees it, on a socket of its own: turns to give, replies taken, a scripted provider. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { HostRow } from '../../../../contracts/hosts.js';
import type { CatalogueModel } from '../../../../contracts/gateway-door.js';
import {
  moreResponse,
  ownTurnRequest,
  replyLine,
  turn as turnSchema,
  type Errand,
  type HostDecision,
  type MoreResponse,
  type OwnTurnRequest,
  type ReplyLine,
  type Spending,
  type Turn,
} from '../../../../contracts/rooms-door.js';

export interface ModelCall {
  /** Below `/v1/models/`. */
  path: string;
  headers: IncomingMessage['headers'];
  /** As it came over the wire. */
  raw: string;
  body: { model: string; messages: { role: string; content: unknown }[] } & Record<string, unknown>;
}

export type Provider = (call: ModelCall, response: ServerResponse) => void | Promise<void>;

export interface TakenReply {
  turnId: number;
  text: string;
  progress: string[];
  choices: string[];
  reactions: string[];
  /** Null when the stream ended without a last line: the turn was given back. */
  end: Extract<ReplyLine, { type: 'end' }> | null;
}

export class FakeRoomsDoor {
  readonly folder = mkdtempSync(join(tmpdir(), 'ara-agent-'));
  readonly socketPath = join(this.folder, 'rooms.sock');
  readonly modelCalls: ModelCall[] = [];
  readonly replies: TakenReply[] = [];
  /** Text so far of the replies that are open. */
  readonly open = new Map<number, string>();
  polls = 0;
  brokenPolls = 0;
  stoppingAsked = 0;
  agreeToStop = true;
  /** How the end of a reply is answered; 0 breaks the connection. */
  replyStatus = 204;
  provider: Provider = (_call, response) => void response.writeHead(500).end();
  /** What `POST /v1/turns/:id/more` gives, and then no more. */
  more: (string | Partial<MoreResponse['messages'][number]>)[] = [];
  /** The bytes of the files that came with turns, by their numbers; for a missing one the code of the refusal. */
  readonly attachments = new Map<number, Buffer | string>();
  attachmentsAsked = 0;
  /** So many answers with a file break off in the middle. */
  brokenAttachments = 0;
  /** No answer comes to who asks for a file. */
  holdAttachments = false;
  moreAsked = 0;
  /** Turns that the agent asked for, each key once. */
  readonly ownTurns: OwnTurnRequest[] = [];
  /** Times that it wished to be woken at, the last one last. */
  readonly wakes: (number | null)[] = [];
  readonly files: { turnId: number; name: string; bytes: Buffer }[] = [];
  fileStatus = 204;
  catalogue: CatalogueModel[] = [];
  hosts: HostRow[] = [];
  hostDecision: HostDecision = { outcome: 'not-understood', host: null };
  spending: Spending = { caps: { day: null, month: null }, today: 0, thisMonth: 0, rows: [] };
  private readonly errands: Errand[] = [];
  private readonly takers: ((errand: Errand | null) => void)[] = [];
  private readonly watchers = new Set<() => void>();
  private server: Server | null = null;
  private lastId = 0;

  async listen(): Promise<void> {
    const server = createServer((request, response) => {
      this.answer(request, response).catch(() => response.destroy());
    });
    server.keepAliveTimeout = 0;
    this.server = server;
    rmSync(this.socketPath, { force: true });
    await new Promise<void>((resolve) => server.listen(this.socketPath, resolve));
  }

  /** Stops listening and breaks every connection, as a crash of the bridge room does. */
  async crash(): Promise<void> {
    const { server } = this;
    if (!server) return;
    this.server = null;
    this.takers.length = 0;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  async close(): Promise<void> {
    await this.crash();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Gives a turn; what is not said is the plainest. */
  give(given: Partial<Record<keyof Turn, unknown>> & { text: string }): Turn {
    this.lastId += 1;
    const turn = turnSchema.parse({
      id: this.lastId,
      kind: given.text.startsWith('/') ? 'command' : 'message',
      channel: 'telegram',
      chat: '1',
      sentAt: 1_700_000_000_000 + this.lastId,
      attempt: 1,
      models: [{ provider: 'anthropic', model: 'claude-test' }],
      key: null,
      attachments: [],
      quoted: null,
      reactions: false,
      settingsVersion: 1,
      status: { channels: [{ channel: 'telegram', state: 'connected' }], waiting: 0 },
      ...given,
    });
    this.send(turn);
    return turn;
  }

  /** A word that needs no reply, or a turn that was given before. */
  send(errand: Errand): void {
    const taker = this.takers.shift();
    if (taker) taker(errand);
    else this.errands.push(errand);
  }

  /** What the user and the assistant said in a model call, without the prompt and the time. */
  said(call: number): string[] {
    const messages = this.modelCalls[call]?.body.messages ?? [];
    return messages.filter(({ role }) => role !== 'system').map(({ content }) => textOfContent(content));
  }

  /** The finished reply to a turn, for its `count`th try. */
  async reply(turn: Turn, count = 1): Promise<TakenReply> {
    return this.until(() => this.replies.filter(({ turnId }) => turnId === turn.id)[count - 1]);
  }

  /** The first value that is not undefined or false, looked for whenever something has come. */
  async until<T>(look: () => T | undefined | false): Promise<T> {
    for (;;) {
      const found = look();
      if (found !== undefined && found !== false) return found;
      await new Promise<void>((resolve) => {
        const woken = (): void => {
          this.watchers.delete(woken);
          resolve();
        };
        this.watchers.add(woken);
      });
    }
  }

  private changed(): void {
    for (const watcher of [...this.watchers]) watcher();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://rooms');
    const [, , kind = '', second = '', ...rest] = url.pathname.split('/');
    const routes: Record<string, () => void | Promise<void>> = {
      turns: () => this.serveTurn(second, rest[0] ?? '', url, request, response),
      models: () => this.passToModel([second, ...rest].join('/'), request, response),
      settings: () => {
        const catalogue = { date: '2026-11-24', models: this.catalogue };
        sendJson(response, { version: 1, models: [], catalogue });
      },
      spending: () => sendJson(response, this.spending),
      hosts: () => sendJson(response, { hosts: this.hosts }),
      wake: async () => {
        this.wakes.push((JSON.parse(await textOf(request)) as { at: number | null }).at);
        response.writeHead(204).end();
      },
      stopping: () => {
        this.stoppingAsked += 1;
        response.writeHead(this.agreeToStop ? 204 : 409).end();
      },
    };
    await (routes[kind] ?? (() => void response.writeHead(404).end()))();
    this.changed();
  }

  private async serveTurn(
    name: string,
    what: string,
    url: URL,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const turnId = Number(name);
    if (name === 'next') await this.giveNext(Number(url.searchParams.get('wait')), response);
    else if (what === 'reply') await this.takeReply(turnId, request, response);
    else if (what === 'more') {
      this.moreAsked += 1;
      const plain = { text: '', sentAt: 1, attachments: [], quoted: null };
      const messages = this.more
        .splice(0)
        .map((said) => ({ ...plain, ...(typeof said === 'string' ? { text: said } : said) }));
      sendJson(response, moreResponse.parse({ messages }));
    } else if (what === 'attachments') this.sendAttachment(Number(url.pathname.split('/').at(-1)), response);
    else if (what === 'host') sendJson(response, this.hostDecision);
    else if (what === 'budget') sendJson(response, { understood: true, spending: this.spending });
    else if (what === 'files') {
      const file = url.searchParams.get('name') ?? '';
      this.files.push({ turnId, name: file, bytes: await bytesOf(request) });
      response.writeHead(this.fileStatus).end(JSON.stringify({ error: { code: 'too-large', message: '' } }));
    } else {
      const own = ownTurnRequest.parse(JSON.parse(await textOf(request)));
      const fresh = !this.ownTurns.some(({ key }) => key === own.key);
      if (fresh) this.ownTurns.push(own);
      sendJson(response, { fresh });
    }
  }

  private sendAttachment(number: number, response: ServerResponse): void {
    this.attachmentsAsked += 1;
    if (this.holdAttachments) return;
    const file = this.attachments.get(number) ?? 'not-found';
    if (typeof file === 'string')
      return void response.writeHead(404).end(JSON.stringify({ error: { code: file, message: '' } }));
    response.writeHead(200, { 'content-type': 'application/octet-stream' });
    if (this.brokenAttachments === 0) return void response.end(file);
    this.brokenAttachments -= 1;
    response.write(file.subarray(0, file.length / 2), () => response.destroy());
  }

  private async giveNext(waitSeconds: number, response: ServerResponse): Promise<void> {
    this.polls += 1;
    this.changed();
    const errand = this.errands.shift() ?? (await this.nextErrand(waitSeconds, response));
    if (response.destroyed) {
      if (errand) this.errands.unshift(errand);
    } else if (errand) sendJson(response, errand);
    else response.writeHead(204).end();
  }

  private nextErrand(waitSeconds: number, response: ServerResponse): Promise<Errand | null> {
    return new Promise((resolve) => {
      const settle = (errand: Errand | null): void => {
        clearTimeout(timer);
        const at = this.takers.indexOf(settle);
        if (at >= 0) this.takers.splice(at, 1);
        resolve(errand);
      };
      const timer = setTimeout(() => settle(null), waitSeconds * 1_000);
      response.once('close', () => {
        if (!response.writableFinished) this.brokenPolls += 1;
        settle(null);
        this.changed();
      });
      this.takers.push(settle);
    });
  }

  private async takeReply(turnId: number, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const taken: TakenReply = { turnId, text: '', progress: [], choices: [], reactions: [], end: null };
    this.open.set(turnId, '');
    this.changed();
    request.once('close', () => this.open.delete(turnId));
    for await (const line of createInterface({ input: request })) {
      const parsed = replyLine.parse(JSON.parse(line));
      if (parsed.type === 'end') taken.end = parsed;
      else if (parsed.type === 'progress') taken.progress.push(parsed.text);
      else if (parsed.type === 'choices') taken.choices.push(...parsed.choices);
      else if (parsed.type === 'reaction') taken.reactions.push(parsed.emoji);
      else taken.text += parsed.text;
      this.open.set(turnId, taken.text);
      this.changed();
    }
    this.open.delete(turnId);
    this.replies.push(taken);
    if (this.replyStatus === 0) response.destroy();
    else response.writeHead(taken.end ? this.replyStatus : 409).end();
  }

  private async passToModel(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const raw = await textOf(request);
    const isJson = request.headers['content-type'] === 'application/json';
    const body = (isJson ? JSON.parse(raw) : {}) as ModelCall['body'];
    const call = { path, headers: request.headers, raw, body };
    this.modelCalls.push(call);
    this.changed();
    await this.provider(call, response);
  }
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const textOf = async (request: IncomingMessage): Promise<string> => (await bytesOf(request)).toString();

const sendJson = (response: ServerResponse, body: unknown): void =>
  void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));

/** Without the time behind the question, which some providers get as a part of its own. */
function textOfContent(content: unknown): string {
  const parts = (Array.isArray(content) ? content : [{ text: content }]) as { text?: unknown }[];
  const texts = parts.flatMap(({ text }) => (typeof text === 'string' ? text : []));
  return texts.join('\n\n').replace(/(^|\n\n)\(now: [^)]*\)$/, '');
}
