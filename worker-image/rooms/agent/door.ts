/** The client of `rooms.sock`: takes turns, opens replies, and says when the agent room is about to stop. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Turn } from '../../../contracts/rooms-door.js';
import { ReplyStream } from './reply-stream.js';
import { headOf, readText, type SocketHttp } from './socket-http.js';

const FIRST_PAUSE = 100;
const LAST_PAUSE = 1_000;

export class RoomsDoor {
  /** New with each process: a poll with another one tells the bridge room that the agent before this is gone. */
  private readonly headers = { 'x-ara-agent': randomUUID() };

  constructor(readonly http: SocketHttp) {}

  /**
   * The next turn, or null when none came in time. A bridge room that does not answer is asked again: it may be
   * starting. @throws only the signal's reason.
   */
  async nextTurn(waitSeconds: number, signal: AbortSignal, onSent?: () => void): Promise<Turn | null> {
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

  private async poll(waitSeconds: number, signal: AbortSignal, onSent?: () => void): Promise<Turn | null> {
    const outgoing = this.http.request('GET', `/v1/turns/next?wait=${waitSeconds}`, this.headers);
    if (onSent) outgoing.once('finish', onSent);
    const response = await headOf(outgoing, signal);
    const text = await readText(response);
    if (response.statusCode === 204) return null;
    if (response.statusCode !== 200) throw new Error(`the bridge room answered ${response.statusCode}`);
    // Not checked against the schema: the bridge room is the more trusted side, it checks what it sends, and the
    // schema library would double the time that the agent room needs to start.
    return JSON.parse(text) as Turn;
  }
}
