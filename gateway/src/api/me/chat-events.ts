/**
 * What a browser is told of its chat, passed on from the container while that is awake. A container that sleeps is left
 * asleep: whoever only looks wakes nobody, and once it wakes for another reason the browser hears all that came since.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { DoorClient } from '../../../../contracts/door-http.js';
import type { EventStream } from '../event-stream.js';

const LOOK_AGAIN = 250;
/** The longest event: an answer that is as long as one can be. */
const LONGEST_EVENT = 8 * 1_048_576;
/** More than any id before: everything that the container still has. */
const FROM_THE_START = '0';
const END_OF_EVENT = '\n\n';

export interface ChatEventsOptions {
  /** The container's door, or null while it sleeps. */
  door: () => DoorClient | null;
  /** The last event that this browser has had. */
  since: string | null;
}

/** Runs until the stream is over. */
export async function passChatEvents(stream: EventStream, { door, since }: ChatEventsOptions): Promise<void> {
  const { over } = stream;
  // To a browser that has had nothing yet, nothing old is told; but what comes once the container wakes is new.
  let from = since ?? (door() ? null : FROM_THE_START);
  while (!over.aborted) {
    const awake = door();
    // It may have been put to sleep, or its connection was lost: the next one tells again what it has.
    if (awake && (await passOn(awake, from, stream))) from = FROM_THE_START;
    await sleep(LOOK_AGAIN, undefined, { signal: over }).catch(() => undefined);
  }
}

/** Whole events only, so that a connection that breaks does not leave half of one. False when there was no connection. */
async function passOn(door: DoorClient, from: string | null, stream: EventStream): Promise<boolean> {
  const headers = from === null ? {} : { 'last-event-id': from };
  const events = await door
    .stream('GET', '/v1/web/events', { headers, timeout: 0, signal: stream.over })
    .catch(() => null);
  if (!events) return false;
  let rest = Buffer.alloc(0);
  try {
    for await (const piece of events) {
      rest = Buffer.concat([rest, piece as Buffer]);
      const end = rest.lastIndexOf(END_OF_EVENT);
      if (end < 0 && rest.length > LONGEST_EVENT) break;
      if (end < 0) continue;
      const whole = rest.subarray(0, end + END_OF_EVENT.length);
      rest = rest.subarray(whole.length);
      await stream.pass(whole);
    }
  } catch {
    // It ends as it does when the container sleeps.
  }
  return true;
}
