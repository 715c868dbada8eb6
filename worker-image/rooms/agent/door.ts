/** The client of `rooms.sock`: takes errands, opens replies, and asks the bridge room for what only it may do. */
import { randomUUID } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type * as z from 'zod';
import type { stanza } from '../../../contracts/archive.js';
import type { HostTable } from '../../../contracts/hosts.js';
import type {
  AgentSettings,
  Errand,
  HostDecision,
  MoreResponse,
  OwnTurnRequest,
  Spending,
} from '../../../contracts/rooms-door.js';
import { MAX_INCOMING } from '../media/limits.js';
import { codeOf, DoorRefusal } from './door-fetch.js';
import { ReplyStream } from './reply-stream.js';
import { headOf, readText, type SocketHttp } from './socket-http.js';

const FIRST_PAUSE = 100;
const LAST_PAUSE = 1_000;
const ANSWER_WITHIN = 30_000;
const FETCH_ATTEMPTS = 3;
/** For the first bytes of a file and between two pieces of it: the bridge room may be trying more than once. */
const FETCH_WITHIN = 60_000;

export class RoomsDoor {
  /** New with each process: a poll with another one tells the bridge room that the agent before this is gone. */
  private readonly headers: Record<string, string>;

  /** @param cleared what was cleared before this process did anything else, for the bridge room to know */
  constructor(
    readonly http: SocketHttp,
    cleared: string | null = null,
  ) {
    this.headers = {
      'x-ara-agent': randomUUID(),
      ...(cleared === null ? {} : { 'x-ara-cleared': cleared }),
    };
  }

  /**
   * The next errand, or null when none came in time. A bridge room that does not answer is asked again: it may be
   * starting. @throws only the signal's reason.
   */
  async nextErrand(waitSeconds: number, signal: AbortSignal, onSent?: () => void): Promise<Errand | null> {
    for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LAST_PAUSE)) {
      try {
        return await this.poll(waitSeconds, signal, onSent);
      } catch {
        signal.throwIfAborted();
        await sleep(pause, undefined, { signal });
      }
    }
  }

  openReply(turnId: number, onLost: () => void): ReplyStream {
    return new ReplyStream(this.http, turnId, onLost);
  }

  /** What the chat of a running turn has sent meanwhile; from now on part of it. @throws DoorRefusal */
  async more(turnId: number): Promise<MoreResponse['messages']> {
    const { messages } = await this.call<MoreResponse>('POST', `/v1/turns/${turnId}/more`);
    return messages;
  }

  /**
   * The bytes of a file that came with a turn, at most `MAX_INCOMING`. Asked for again when they break off.
   * @throws DoorRefusal `too-large`, `not-found`, `not-allowed`, `platform-unreachable`; the signal's reason
   */
  async attachment(turnId: number, number: number, signal: AbortSignal): Promise<Buffer> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.fetched(`/v1/turns/${turnId}/attachments/${number}`, signal);
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof DoorRefusal) throw error;
        if (attempt === FETCH_ATTEMPTS) throw new DoorRefusal('platform-unreachable');
        await sleep(FIRST_PAUSE * attempt, undefined, { signal });
      }
    }
  }

  /** Asks for a turn that nobody wrote. @throws DoorRefusal */
  ownTurn(request: OwnTurnRequest): Promise<{ fresh: boolean }> {
    return this.call('POST', '/v1/turns', request);
  }

  /** When to be woken, milliseconds since 1970. @throws DoorRefusal */
  wake(at: number | null): Promise<void> {
    return this.call('PUT', '/v1/wake', { at });
  }

  /** @throws DoorRefusal */
  settings(): Promise<AgentSettings> {
    return this.call('GET', '/v1/settings');
  }

  /** @throws DoorRefusal */
  spending(): Promise<Spending> {
    return this.call('GET', '/v1/spending');
  }

  /** Sets the caps that the turn's own message names. @throws DoorRefusal */
  setBudget(turnId: number): Promise<{ understood: boolean; spending: Spending }> {
    return this.call('POST', `/v1/turns/${turnId}/budget`);
  }

  /** What may be reached, and what has gone there. @throws DoorRefusal */
  hosts(): Promise<HostTable> {
    return this.call('GET', '/v1/hosts');
  }

  /** Stops or allows the host that the turn's own message names. @throws DoorRefusal */
  setHost(turnId: number): Promise<HostDecision> {
    return this.call('POST', `/v1/turns/${turnId}/host`);
  }

  /** A file for the chat, sent behind the reply's text. @throws DoorRefusal `too-large` */
  async sendFile(
    turnId: number,
    { name, path: place }: { name: string; path: string },
    bytes: Uint8Array,
  ): Promise<void> {
    const path = `/v1/turns/${turnId}/files?${new URLSearchParams({ name, path: place }).toString()}`;
    const headers = {
      ...this.headers,
      'content-type': 'application/octet-stream',
      'content-length': bytes.length,
    };
    await this.answerOf('POST', path, headers, bytes);
  }

  /** The key of an archive's file under the passphrase that the ticket stands for, as age writes it. @throws DoorRefusal */
  wrapFileKey(ticket: string, fileKey: string): Promise<z.infer<typeof stanza>> {
    return this.call('POST', '/v1/archives/wrap', { ticket, fileKey });
  }

  /** The key of the file that this stanza holds. @throws DoorRefusal `wrong-passphrase`, `bad-archive` */
  async unwrapFileKey(ticket: string, wrapped: z.infer<typeof stanza>): Promise<string> {
    const answer = await this.call<{ fileKey: string }>('POST', '/v1/archives/unwrap', {
      ticket,
      stanza: wrapped,
    });
    return answer.fileKey;
  }

  /** Whether the bridge room agrees that nothing is left to do. */
  async stopping(): Promise<boolean> {
    try {
      const outgoing = this.http.request('POST', '/v1/stopping', this.headers);
      const response = await headOf(outgoing, new AbortController().signal);
      response.resume();
      return response.statusCode !== undefined && response.statusCode < 300;
    } catch {
      return false;
    }
  }

  private async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const text = body === undefined ? '' : JSON.stringify(body);
    const headers = {
      ...this.headers,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
    };
    const answer = await this.answerOf(method, path, headers, text);
    return (answer ? JSON.parse(answer) : undefined) as T;
  }

  private async answerOf(
    method: string,
    path: string,
    headers: OutgoingHttpHeaders,
    body: string | Uint8Array,
  ): Promise<string> {
    const outgoing = this.http.request(method, path, headers);
    const response = await headOf(outgoing, AbortSignal.timeout(ANSWER_WITHIN), body);
    const text = await readText(response);
    if (response.statusCode === undefined || response.statusCode >= 300) throw new DoorRefusal(codeOf(text));
    return text;
  }

  private async fetched(path: string, signal: AbortSignal): Promise<Buffer> {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), FETCH_WITHIN);
    try {
      const outgoing = this.http.request('GET', path, this.headers);
      const response = await headOf(outgoing, AbortSignal.any([signal, patience.signal]));
      if (response.statusCode !== 200) throw new DoorRefusal(codeOf(await readText(response)));
      const pieces: Buffer[] = [];
      let size = 0;
      for await (const piece of response as AsyncIterable<Buffer>) {
        timer.refresh();
        size += piece.length;
        if (size > MAX_INCOMING) throw new DoorRefusal('too-large');
        pieces.push(piece);
      }
      return Buffer.concat(pieces);
    } finally {
      clearTimeout(timer);
    }
  }

  private async poll(waitSeconds: number, signal: AbortSignal, onSent?: () => void): Promise<Errand | null> {
    const outgoing = this.http.request('GET', `/v1/turns/next?wait=${waitSeconds}`, this.headers);
    if (onSent) outgoing.once('finish', onSent);
    const response = await headOf(outgoing, signal);
    const text = await readText(response);
    if (response.statusCode === 204) return null;
    if (response.statusCode !== 200) throw new Error(`the bridge room answered ${response.statusCode}`);
    // Not checked against the schema: the bridge room is the more trusted side, it checks what it sends, and the
    // schema library would double the time that the agent room needs to start.
    return JSON.parse(text) as Errand;
  }
}
