/** What the bridge knows of each room: who is in it, and whether it is encrypted. */
import type { BridgeStore } from '../bridge.js';
import { roomPath, type Client } from './client.js';
import { isMissing } from './failure.js';
import type { MatrixEvent } from './events.js';

export interface Room {
  /** Who is in it or invited, the bot left out. */
  others: readonly string[];
  /** Never becomes false again: a homeserver that says so wants to read along. */
  isEncrypted: boolean;
  /** The room's settings of encryption, as its state has them. */
  encryption: unknown;
}

export class Rooms {
  private readonly known = new Map<string, Promise<Room>>();

  constructor(
    private readonly client: Client,
    private readonly store: BridgeStore,
    private readonly me: string,
  ) {}

  /** Asks the homeserver once, until something changes. @throws MatrixFailure or TransportError */
  of(room: string): Promise<Room> {
    const known = this.known.get(room);
    if (known) return known;
    const asked = this.ask(room);
    this.known.set(room, asked);
    asked.catch(() => {
      if (this.known.get(room) === asked) this.known.delete(room);
    });
    return asked;
  }

  /** Takes notice of what may change a room. */
  note(room: string, { type, content }: MatrixEvent): void {
    if (type === 'm.room.encryption') this.remember(room, content);
    if (type === 'm.room.encryption' || type === 'm.room.member') this.known.delete(room);
  }

  /** After a gap in the timeline: what is known may be old. */
  forget(room: string): void {
    this.known.delete(room);
  }

  private async ask(room: string): Promise<Room> {
    const members = await this.client.call('GET', `${roomPath(room)}/members`, {
      query: { not_membership: 'leave' },
    });
    const encryption = await this.encryptionOf(room);
    return { others: membersOf(members['chunk'], this.me), isEncrypted: encryption !== null, encryption };
  }

  private async encryptionOf(room: string): Promise<unknown> {
    const remembered = this.store.get(nameFor(room));
    if (remembered) return JSON.parse(Buffer.from(remembered).toString('utf8')) as unknown;
    try {
      const content: unknown = await this.client.getRoomStateEvent(room, 'm.room.encryption', '');
      this.remember(room, content);
      return content;
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  private remember(room: string, content: unknown): void {
    if (this.store.get(nameFor(room))) return;
    this.store.write([[nameFor(room), Buffer.from(JSON.stringify(content ?? {}))]]);
  }
}

const nameFor = (room: string): string => `encrypted-room/${room}`;

function membersOf(chunk: unknown, me: string): string[] {
  const events = Array.isArray(chunk) ? (chunk as Partial<MatrixEvent>[]) : [];
  return events.flatMap(({ state_key: user, content }) => {
    const membership = (content as { membership?: unknown } | undefined)?.membership;
    const isThere = membership === 'join' || membership === 'invite';
    return isThere && user !== undefined && user !== me ? [user] : [];
  });
}
