/** Knows each encrypted message that was read: a homeserver cannot have the owner say again what they said once. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { BridgeStore } from '../bridge.js';
import type { MatrixEvent } from './events.js';

const seen = z.object({
  event: z.string(),
  session: z.string(),
  /** Which message of the session it is; null where that cannot be told. */
  index: z.number().nullable(),
  /** When it was read, milliseconds since 1970. */
  at: z.number(),
});
type Seen = z.infer<typeof seen>;

/** One record a message for so many at least, and for twice as many at most. */
const RECENT = 2_000;

export class Originals {
  private count: number | null = null;

  constructor(
    private readonly store: BridgeStore,
    private readonly recent = RECENT,
  ) {}

  /** False for an event that carries the content of another. The same event may come twice. */
  isOriginal({ event_id: event, content }: MatrixEvent): boolean {
    const { session_id: session, ciphertext } = content;
    const hash = createHash('sha256')
      .update(JSON.stringify([session, ciphertext]))
      .digest('base64url');
    const first = this.firstOf(hash);
    if (first !== null) return first === event;
    const index = indexOf(ciphertext);
    if (index !== null && index <= this.passedIn(String(session))) return false;
    const record: Seen = { event, session: String(session), index, at: Date.now() };
    this.store.write([[SEEN + hash, Buffer.from(JSON.stringify(record))]]);
    this.count = (this.count ?? this.store.list(SEEN).length - 1) + 1;
    if (this.count > 2 * this.recent) this.condense();
    return true;
  }

  /** The event that brought this content first. */
  private firstOf(hash: string): string | null {
    const record = this.store.get(SEEN + hash);
    if (record) return seen.parse(JSON.parse(Buffer.from(record).toString('utf8'))).event;
    const old = this.store.get(OLD + hash);
    return old && Buffer.from(old).toString('utf8');
  }

  /** Up to where a session's messages count as read, though nothing is kept of each; -1 for none. */
  private passedIn(session: string): number {
    const kept = this.store.get(PASSED + session);
    return kept ? Number(Buffer.from(kept).toString('utf8')) : -1;
  }

  /** Of the oldest only the last of each session is kept. */
  private condense(): void {
    const all = this.store
      .list(SEEN)
      .map(([name, bytes]) => ({ name, ...seen.parse(JSON.parse(Buffer.from(bytes).toString('utf8'))) }))
      .sort((one, other) => one.at - other.at);
    const old = all.slice(0, -this.recent).filter(({ index }) => index !== null);
    const passed = new Map<string, number>();
    for (const { session, index } of old)
      passed.set(session, Math.max(index ?? -1, passed.get(session) ?? this.passedIn(session)));
    this.store.write([
      ...old.map(({ name }): [string, null] => [name, null]),
      ...[...passed].map(([session, index]): [string, Buffer] => [
        PASSED + session,
        Buffer.from(String(index)),
      ]),
    ]);
    this.count = all.length - old.length;
  }
}

const SEEN = 'seen/';
const PASSED = 'seen-up-to/';
/** Of before there was an end to them: only the event, and never removed. */
const OLD = 'read/';

/** As the first field of a Megolm message says; null for anything else. */
function indexOf(ciphertext: unknown): number | null {
  const bytes =
    typeof ciphertext === 'string' ? Buffer.from(ciphertext.slice(0, 16), 'base64') : Buffer.alloc(0);
  if (bytes[0] !== 3 || bytes[1] !== 8) return null;
  let index = 0;
  for (const [at, byte] of bytes.subarray(2, 7).entries()) {
    index += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) return index;
  }
  return null;
}
