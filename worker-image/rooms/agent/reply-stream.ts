/** One reply on its way to the bridge room: lines of JSON in one streaming POST, answered when the outcome is on disk. */
import type { ClientRequest } from 'node:http';
import type { ReplyLine } from '../../../contracts/rooms-door.js';
import type { SocketHttp } from './socket-http.js';

export type ReplyEnd = Omit<Extract<ReplyLine, { type: 'end' }>, 'type'>;

export class ReplyStream {
  private readonly request: ClientRequest;
  private readonly settled: Promise<void>;
  private ended = false;

  /** `onLost` is called when the bridge room no longer takes this reply; it gives the turn again by itself. */
  constructor(http: SocketHttp, turnId: number, onLost: () => void) {
    this.request = http.request('POST', `/v1/turns/${turnId}/reply`, {
      'content-type': 'application/x-ndjson',
      'transfer-encoding': 'chunked',
    });
    this.settled = new Promise((resolve, reject) => {
      this.request.on('error', reject);
      this.request.once('response', (response) => {
        response.resume();
        if (response.statusCode && response.statusCode < 300) resolve();
        else reject(new Error('the bridge room no longer takes this reply'));
      });
    });
    this.settled.catch(onLost);
    this.request.flushHeaders();
  }

  /** Nothing more can be said. */
  get isOver(): boolean {
    return this.ended || this.request.destroyed;
  }

  /** More of the answer. What the socket does not take at once is kept: an answer is small. */
  text(delta: string): void {
    if (delta) this.write({ type: 'text', text: delta });
  }

  /** One short line that is shown until more of the answer comes. */
  progress(words: string): void {
    this.write({ type: 'progress', text: words });
  }

  /** What the user may choose from; the text already says so. */
  choices(choices: string[]): void {
    this.write({ type: 'choices', choices });
  }

  /** A sign on the user's message. */
  reaction(emoji: string): void {
    this.write({ type: 'reaction', emoji });
  }

  /** The last line. Resolves when the outcome is on disk, which can take as long as the platform is away. */
  async end(end: ReplyEnd): Promise<void> {
    this.write({ type: 'end', ...end });
    this.finish();
    await this.settled;
  }

  /** Ends without a last line: the bridge room gives the turn again. Never throws. */
  async giveBack(): Promise<void> {
    this.finish();
    await this.settled.catch(() => undefined);
  }

  private write(line: ReplyLine): void {
    if (!this.ended && !this.request.destroyed) this.request.write(`${JSON.stringify(line)}\n`);
  }

  private finish(): void {
    if (!this.ended) this.request.end();
    this.ended = true;
  }
}
