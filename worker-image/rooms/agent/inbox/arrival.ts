/** What becomes of a file that came with a message, and how it is kept until its turn has ended. */
import type { TurnAttachment } from '../../../../contracts/rooms-door.js';
import type { Turn } from '../../../../contracts/rooms-door.js';
import type { ConversationDatabase } from '../conversation/database.js';

/** A file of the workspace that belongs to a question. */
export interface KeptFile {
  path: string;
  /** By its content. */
  type: string;
}

export interface Arrival extends Pick<TurnAttachment, 'number' | 'kind' | 'name'> {
  /** Where it lies in the workspace; null for one that is not kept. */
  path: string | null;
  /** By its content; null for one that was not fetched. */
  type: string | null;
  bytes: number;
  /** Of a voice note: what was said. */
  words: string | null;
  /** Why it was not taken, as a sentence to the user; null when it was. */
  fault: string | null;
}

type TurnKey = Pick<Turn, 'channel' | 'chat' | 'id' | 'sentAt'>;

/** A turn that a crash cut short fetches, keeps and writes down nothing twice. */
export class Arrivals {
  constructor(private readonly database: ConversationDatabase) {}

  of({ channel, chat, id, sentAt }: TurnKey): Map<number, Arrival> {
    const rows = this.database.all<{ arrival: string }>(
      'SELECT arrival FROM arrivals WHERE channel = ? AND chat = ? AND turn_id = ? AND sent_at = ?',
      channel,
      chat,
      id,
      sentAt,
    );
    const arrivals = rows.map(({ arrival }) => JSON.parse(arrival) as Arrival);
    return new Map(arrivals.map((arrival) => [arrival.number, arrival]));
  }

  add({ channel, chat, id, sentAt }: TurnKey, arrival: Arrival): void {
    this.database.run(
      'INSERT OR REPLACE INTO arrivals VALUES (?, ?, ?, ?, ?, ?)',
      channel,
      chat,
      id,
      sentAt,
      arrival.number,
      JSON.stringify(arrival),
    );
  }

  /** The turn has ended. */
  drop({ channel, chat, id, sentAt }: TurnKey): void {
    this.database.run(
      'DELETE FROM arrivals WHERE channel = ? AND chat = ? AND turn_id = ? AND sent_at = ?',
      channel,
      chat,
      id,
      sentAt,
    );
  }
}
