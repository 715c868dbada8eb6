/** Messages that wait for the user's word, because they hold something that should perhaps not leave the container. */
import type { Turn } from '../../../../contracts/rooms-door.js';
import type { KeptFile } from '../inbox/arrival.js';
import type { ConversationDatabase } from './database.js';
import type { ChatKey } from './conversation.js';

/** After a day the user no longer means it. */
const HELD_FOR = 24 * 3_600_000;

export interface HeldMessage {
  turnId: number;
  text: string;
  /** What it brought. */
  files: KeptFile[];
}

export class HeldMessages {
  constructor(
    private readonly database: ConversationDatabase,
    private readonly clock: () => number = Date.now,
  ) {}

  of({ channel, chat }: ChatKey): HeldMessage | null {
    const row = this.database.get<{ turnId: number; text: string; files: string; at: number }>(
      'SELECT turn_id AS turnId, text, files, at FROM held WHERE channel = ? AND chat = ?',
      channel,
      chat,
    );
    if (!row) return null;
    if (this.clock() - row.at <= HELD_FOR)
      return { turnId: row.turnId, text: row.text, files: JSON.parse(row.files) as KeptFile[] };
    this.drop({ channel, chat });
    return null;
  }

  /** The latest takes the place of one before it. */
  hold(
    { channel, chat, id }: Pick<Turn, 'channel' | 'chat' | 'id'>,
    text: string,
    files: readonly KeptFile[] = [],
  ): void {
    this.database.run(
      `INSERT INTO held (channel, chat, turn_id, text, at, files) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET
         turn_id = excluded.turn_id, text = excluded.text, at = excluded.at, files = excluded.files`,
      channel,
      chat,
      id,
      text,
      this.clock(),
      JSON.stringify(files),
    );
  }

  /** Drops every message that matches. Returns how many. */
  forget(matches: (text: string) => boolean): number {
    const rows = this.database.all<ChatKey & { text: string }>('SELECT channel, chat, text FROM held');
    const gone = rows.filter(({ text }) => matches(text));
    for (const each of gone) this.drop(each);
    return gone.length;
  }

  drop({ channel, chat }: ChatKey): void {
    if (this.database.run('DELETE FROM held WHERE channel = ? AND chat = ?', channel, chat) > 0)
      this.database.leaveNoTrace();
  }
}
