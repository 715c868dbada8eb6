/** The bridge room as the agent room sees it, on a socket of its own: turns to give, replies taken, a scripted provider. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  replyLine,
  turn as turnSchema,
  type ReplyLine,
  type Turn,
} from '../../../../contracts/rooms-door.js';

export interface ModelCall {
  /** Below `/v1/models/`. */
  path: string;
  headers: IncomingMessage['headers'];
  /** As it came over the wire. */
  raw: string;
  body: { model: string; messages: { role: string; content: string }[] } & Record<string, unknown>;
}

export type Provider = (call: ModelCall, response: ServerResponse) => void | Promise<void>;

export interface TakenReply {
  turnId: number;
  text: string;
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
  private readonly turns: Turn[] = [];
  private readonly takers: ((turn: Turn | null) => void)[] = [];
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
      status: { channels: [{ channel: 'telegram', state: 'connected' }], waiting: 0 },
      ...given,
    });
    const taker = this.takers.shift();
    if (taker) taker(turn);
    else this.turns.push(turn);
    return turn;
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
    if (kind === 'turns' && second === 'next')
      await this.giveNext(Number(url.searchParams.get('wait')), response);
    else if (kind === 'turns' && rest[0] === 'reply') await this.takeReply(Number(second), request, response);
    else if (kind === 'models') await this.passToModel([second, ...rest].join('/'), request, response);
    else if (kind === 'stopping') {
      this.stoppingAsked += 1;
      response.writeHead(this.agreeToStop ? 204 : 409).end();
    } else response.writeHead(404).end();
    this.changed();
  }

  private async giveNext(waitSeconds: number, response: ServerResponse): Promise<void> {
    this.polls += 1;
    this.changed();
    const turn = this.turns.shift() ?? (await this.nextTurn(waitSeconds, response));
    if (response.destroyed) {
      if (turn) this.turns.unshift(turn);
    } else if (turn)
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(turn));
    else response.writeHead(204).end();
  }

  private nextTurn(waitSeconds: number, response: ServerResponse): Promise<Turn | null> {
    return new Promise((resolve) => {
      const settle = (turn: Turn | null): void => {
        clearTimeout(timer);
        const at = this.takers.indexOf(settle);
        if (at >= 0) this.takers.splice(at, 1);
        resolve(turn);
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
    const taken: TakenReply = { turnId, text: '', end: null };
    this.open.set(turnId, '');
    this.changed();
    request.once('close', () => this.open.delete(turnId));
    for await (const line of createInterface({ input: request })) {
      const parsed = replyLine.parse(JSON.parse(line));
      if (parsed.type === 'end') taken.end = parsed;
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
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks).toString();
    const call = { path, headers: request.headers, raw, body: JSON.parse(raw) as ModelCall['body'] };
    this.modelCalls.push(call);
    this.changed();
    await this.provider(call, response);
  }
}
