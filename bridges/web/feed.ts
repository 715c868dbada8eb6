/**
 * What the browsers of this user are told, as server-sent events. Ids grow, also over a restart. Of each message the
 * newest state is kept for a while, so that a browser which was away hears what has changed since; one that is slow gets
 * the newest state only, and holds up nobody.
 */
import type { ServerResponse } from 'node:http';
import type { WebEvent } from '../../contracts/content.js';

/** Most messages that are kept, and most characters of them. */
const KEPT = 200;
const KEPT_CHARACTERS = 2_000_000;

interface Kept {
  id: number;
  /** As it goes over the line. */
  line: string;
}

interface Reader {
  response: ServerResponse;
  /** The last event that it was sent. */
  upTo: number;
}

export class Feed {
  /** By what they are about, oldest first. */
  private readonly kept = new Map<string, Kept>();
  private readonly readers = new Set<Reader>();
  private characters = 0;
  private last = 0;

  constructor(private readonly clock: () => number = Date.now) {}

  /** Takes the place of what was said of the same message before. */
  publish(event: Exclude<WebEvent, { type: 'typing' }>): void {
    this.last = Math.max(this.last + 1, this.clock());
    this.forget(event.id);
    const line = `id: ${this.last}\ndata: ${JSON.stringify(event)}\n\n`;
    this.kept.set(event.id, { id: this.last, line });
    this.characters += line.length;
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= KEPT && this.characters <= KEPT_CHARACTERS) break;
      if (oldest !== event.id) this.forget(oldest);
    }
    for (const reader of this.readers) this.bring(reader);
  }

  /** Whether a browser has its chat page open now. */
  get isRead(): boolean {
    return this.readers.size > 0;
  }

  /** Passes: whoever is not there now need not know. */
  typing(): void {
    const event: WebEvent = { type: 'typing' };
    for (const { response } of this.readers)
      if (!response.writableNeedDrain) response.write(`data: ${JSON.stringify(event)}\n\n`);
  }

  /** Sends what comes after the event `since`, or, without, what comes from now on; until the reader goes. */
  read(response: ServerResponse, since: number | null): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.flushHeaders();
    const reader = { response, upTo: since ?? this.last };
    this.readers.add(reader);
    response.on('drain', () => this.bring(reader));
    response.once('close', () => this.readers.delete(reader));
    this.bring(reader);
  }

  private bring(reader: Reader): void {
    for (const { id, line } of this.kept.values()) {
      if (reader.response.writableNeedDrain) return;
      if (id <= reader.upTo) continue;
      reader.upTo = id;
      reader.response.write(line);
    }
  }

  private forget(about: string): void {
    this.characters -= this.kept.get(about)?.line.length ?? 0;
    this.kept.delete(about);
  }
}
