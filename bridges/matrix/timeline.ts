/** Gives all events of a room since the last sync: what the homeserver left out is asked for. */
import { roomPath, type Client } from './client.js';
import { readEvents, type RawEvent, type SyncAnswer } from './events.js';

type Joined = SyncAnswer['rooms']['join'][string];

const PAGE = '100';

/** A gap that is longer than this is given up at its old end: some ten thousand events. */
const MOST_PAGES = 100;

/**
 * Oldest first. In a room that we have just joined, what was said since we were invited; nothing before that was for us.
 * @throws MatrixFailure or TransportError
 */
export async function eventsSince(
  client: Client,
  me: string,
  room: string,
  { timeline }: Joined,
  since: string,
): Promise<RawEvent[]> {
  const now = readEvents(timeline.events);
  const hasJoined = now.some((event) => hasEntered(event, me));
  if (!timeline.limited || timeline.prev_batch === null) return hasJoined ? sinceInvited(now, me) : now;
  // The invitation was part of a sync before this one, so that a new room's gap reaches further back than the last sync.
  const until = hasJoined ? null : since;
  const isFilled = (older: RawEvent[]): boolean =>
    hasJoined && older.some(({ event }) => membershipOf(event, me) === 'invite');
  const gap = await olderThan(client, room, timeline.prev_batch, until, isFilled);
  return hasJoined ? sinceInvited([...gap, ...now], me) : [...gap, ...now];
}

async function olderThan(
  client: Client,
  room: string,
  from: string,
  to: string | null,
  isFilled: (older: RawEvent[]) => boolean,
): Promise<RawEvent[]> {
  const pages: RawEvent[][] = [];
  let at: string | null = from;
  for (let count = 0; at !== null && count < MOST_PAGES; count++) {
    const query = { dir: 'b', limit: PAGE, from: at, ...(to === null ? {} : { to }) };
    const answer = await client.call('GET', `${roomPath(room)}/messages`, { query });
    const page = readEvents(answer['chunk']).reverse();
    pages.unshift(page);
    const next: string | null = typeof answer['end'] === 'string' ? answer['end'] : null;
    at = next === at || next === to || isFilled(page) ? null : next;
  }
  return pages.flat();
}

function sinceInvited(events: RawEvent[], me: string): RawEvent[] {
  const invited = events.findLastIndex(({ event }) => membershipOf(event, me) === 'invite');
  const joined = events.findIndex((event) => hasEntered(event, me));
  return events.slice(invited >= 0 ? invited : joined);
}

/** A change of our name is a membership too, in a room that we were in before. */
function hasEntered({ event, raw }: RawEvent, me: string): boolean {
  const { unsigned } = raw as { unsigned?: { prev_content?: { membership?: unknown } } };
  return membershipOf(event, me) === 'join' && unsigned?.prev_content?.membership !== 'join';
}

function membershipOf({ type, state_key: user, content }: RawEvent['event'], me: string): unknown {
  return type === 'm.room.member' && user === me ? content['membership'] : null;
}
