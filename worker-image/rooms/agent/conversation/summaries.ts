/** Summaries: what stands for the older turns of a session, one at a time. */
import type { ConversationDatabase } from './database.js';
import type { ChatKey } from './conversation.js';

export interface Summary {
  /** Position of the last turn that it covers. */
  upTo: number;
  text: string;
}

export const NO_SUMMARY: Summary = { upTo: 0, text: '' };

export class Summaries {
  constructor(private readonly database: ConversationDatabase) {}

  of({ channel, chat }: ChatKey, session: number): Summary {
    return (
      this.database.get<Summary>(
        'SELECT up_to AS upTo, text FROM summaries WHERE channel = ? AND chat = ? AND session = ?',
        channel,
        chat,
        session,
      ) ?? NO_SUMMARY
    );
  }

  put({ channel, chat }: ChatKey, session: number, { upTo, text }: Summary): void {
    this.database.run(
      `INSERT INTO summaries VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET up_to = excluded.up_to, text = excluded.text`,
      channel,
      chat,
      session,
      upTo,
      text,
    );
  }

  /** Takes each line that matches out. Returns how many lines. */
  forget(matches: (text: string) => boolean): number {
    let lines = 0;
    this.database.transaction(() => {
      for (const { rowKey, text } of this.database.all<{ rowKey: string; text: string }>(
        `SELECT channel || '|' || chat || '|' || session AS rowKey, text FROM summaries`,
      )) {
        const kept = text.split('\n').filter((line) => !matches(line));
        const gone = text.split('\n').length - kept.length;
        if (gone === 0) continue;
        lines += gone;
        this.database.run(
          `UPDATE summaries SET text = ? WHERE channel || '|' || chat || '|' || session = ?`,
          kept.join('\n'),
          rowKey,
        );
      }
    });
    this.database.leaveNoTrace();
    return lines;
  }
}
