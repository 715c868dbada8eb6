/** Keeps messages whose key has not come yet, on the volume, until it comes. */
import * as z from 'zod';
import type { BridgeStore } from '../bridge.js';
import { matrixEvent, type RawEvent } from './events.js';

const kept = z.object({ room: z.string(), at: z.number(), told: z.boolean(), raw: z.unknown() });
type Kept = z.infer<typeof kept>;

export interface UnreadEvent extends RawEvent {
  room: string;
  /** When it came, milliseconds since 1970. */
  at: number;
  /** Whether the user knows that it could not be read. */
  told: boolean;
}

/** A key that has not come by then does not come. */
const KEEP_FOR = 7 * 86_400_000;
const MOST = 500;

export class Unread {
  constructor(private readonly store: BridgeStore) {}

  /** False when there are too many to keep one more. */
  keep(room: string, { event, raw }: RawEvent): boolean {
    const name = nameFor(event.event_id);
    if (this.store.get(name)) return true;
    if (this.store.list(PREFIX).length >= MOST) return false;
    this.write(name, { room, at: Date.now(), told: false, raw });
    return true;
  }

  /** In the order in which they came. */
  all(): UnreadEvent[] {
    const records = this.store.list(PREFIX).flatMap(([name, bytes]) => {
      const { raw, ...rest } = kept.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
      const event = matrixEvent.safeParse(raw);
      if (event.success && Date.now() - rest.at < KEEP_FOR) return [{ ...rest, raw, event: event.data }];
      this.store.write([[name, null]]);
      return [];
    });
    return records.sort((a, b) => a.event.origin_server_ts - b.event.origin_server_ts);
  }

  markTold({ room, at, raw, event }: UnreadEvent): void {
    this.write(nameFor(event.event_id), { room, at, told: true, raw });
  }

  remove({ event }: UnreadEvent): void {
    this.store.write([[nameFor(event.event_id), null]]);
  }

  private write(name: string, record: Kept): void {
    this.store.write([[name, Buffer.from(JSON.stringify(record))]]);
  }
}

const PREFIX = 'unread/';
const nameFor = (event: string): string => PREFIX + event;
