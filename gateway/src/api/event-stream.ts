/** A stream of server-sent events to one browser: kept open by a comment every fifteen seconds, over when the browser goes. */
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** As much of Fastify's reply as this takes. */
export interface StreamReply {
  raw: ServerResponse;
  /** From here on the answer is ours to write. */
  hijack(): unknown;
  /** What was set so far, such as the headers that every answer has. */
  getHeaders(): OutgoingHttpHeaders;
}

const HEARTBEAT = 15_000;
const END_WITHIN = 1_000;
/** A browser that reads nothing is let go before what waits for it fills the memory. */
const MOST_WAITING = 1_048_576;

export class EventStream {
  private readonly response: ServerResponse;
  private readonly timer: NodeJS.Timeout;

  constructor(reply: StreamReply, onEnd: () => void) {
    reply.hijack();
    this.response = reply.raw;
    this.response.writeHead(200, {
      ...reply.getHeaders(),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      // A proxy that gathers answers before it passes them on would hold the events back.
      'x-accel-buffering': 'no',
    });
    this.timer = setInterval(() => this.write(': still here\n\n'), HEARTBEAT).unref();
    this.response.on('error', () => undefined);
    this.response.once('close', () => {
      clearInterval(this.timer);
      onEnd();
    });
    this.write(': open\n\n');
  }

  send(event: unknown): void {
    this.write(`data: ${JSON.stringify(event)}\n\n`);
  }

  /** Ends it from this side: the session is over, or Ara stops. */
  end(): void {
    this.response.end();
    // Who does not read would hold it open.
    setTimeout(() => this.response.destroy(), END_WITHIN).unref();
  }

  private write(text: string): void {
    if (this.response.destroyed || this.response.writableEnded) return;
    if (this.response.writableLength > MOST_WAITING) this.response.destroy();
    else this.response.write(text);
  }
}
