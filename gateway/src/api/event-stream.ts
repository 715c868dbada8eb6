/**
 * A stream of server-sent events to one browser, the only place that writes them: kept open by a comment every fifteen
 * seconds, over when the browser goes.
 */
import { once } from 'node:events';
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** As much of Fastify's reply as this takes. */
export interface StreamReply {
  raw: ServerResponse;
  /** From here on the answer is ours to write. */
  hijack(): unknown;
  /** What was set so far, such as the headers that every answer has. */
  getHeaders(): OutgoingHttpHeaders;
}

/** A proxy takes a silent connection for a dead one. */
const HEARTBEAT = 15_000;
const END_WITHIN = 1_000;
/** A browser that reads nothing is let go before what waits for it fills the memory. */
const MOST_WAITING = 1_048_576;
const COMMENT = ':\n\n';

export class EventStream {
  private readonly response: ServerResponse;
  private readonly ending = new AbortController();
  /** Aborted when the browser has gone, or `end` was called. */
  readonly over = this.ending.signal;

  constructor(reply: StreamReply, heartbeat = HEARTBEAT) {
    reply.hijack();
    this.response = reply.raw;
    this.response.writeHead(200, {
      ...reply.getHeaders(),
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      // A proxy that gathers answers before it passes them on would hold the events back.
      'x-accel-buffering': 'no',
    });
    // To one that has more to read than it takes, what waits is sign of life enough.
    const beat = (): unknown => this.response.writableNeedDrain || this.write(COMMENT);
    const timer = setInterval(beat, heartbeat).unref();
    this.response.on('error', () => undefined);
    this.response.once('close', () => {
      clearInterval(timer);
      this.ending.abort();
    });
    // So that the browser has its head at once.
    this.write(COMMENT);
  }

  send(event: unknown): void {
    if (this.response.writableLength > MOST_WAITING) this.response.destroy();
    else this.write(`data: ${JSON.stringify(event)}\n\n`);
  }

  /** Whole events as somebody else wrote them. Resolves when the browser takes more. @throws when it is over meanwhile */
  async pass(events: Buffer): Promise<void> {
    this.over.throwIfAborted();
    if (!this.write(events)) await once(this.response, 'drain', { signal: this.over });
  }

  /** Ends it from this side: the session is over, or Ara stops. */
  end(): void {
    this.ending.abort();
    this.response.end();
    // Who does not read would hold it open.
    setTimeout(() => this.response.destroy(), END_WITHIN).unref();
  }

  private write(text: string | Buffer): boolean {
    return this.response.destroyed || this.response.writableEnded || this.response.write(text);
  }
}
