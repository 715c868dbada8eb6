/**
 * The conversations as their user looks through them: a session of a chat is one. What is removed here is gone for good, from
 * the disk too; the platform's own copy is the user's to delete.
 */
import type { ChannelKind, ChatId } from '../../../../contracts/ids.js';
import type { ConversationDatabase } from './database.js';

export interface SessionKey {
  channel: ChannelKind;
  chat: ChatId;
  session: number;
}

export interface SessionLine extends SessionKey {
  /** The first question. */
  question: string;
  turns: number;
  lastAt: number;
}

export interface ArchivedTurn {
  position: number;
  sentAt: number;
  question: string;
  answer: string;
  state: 'running' | 'answered' | 'failed' | 'cancelled';
  model: string | null;
}

/** Longest beginning of a question that is read for a title. */
const TITLE = 200;
const IN_SESSION = 'channel = ? AND chat = ? AND session = ?';

export class Archive {
  constructor(private readonly database: ConversationDatabase) {}

  /** Newest first. Its index has all but the two rows that each line shows of. */
  sessions(limit: number): SessionLine[] {
    return this.database.all(
      `SELECT grouped.channel, grouped.chat, grouped.session, turns, substr(one.question, 1, ${TITLE}) AS question,
         other.sent_at AS lastAt
       FROM (SELECT channel, chat, session, count(*) AS turns, min(position) AS first, max(position) AS last
             FROM turns GROUP BY channel, chat, session ORDER BY last DESC LIMIT ?) AS grouped
       JOIN turns AS one ON one.position = first JOIN turns AS other ON other.position = last
       ORDER BY last DESC`,
      limit,
    );
  }

  /** Which conversation a turn is part of, or null when it is gone. */
  sessionOf(position: number): SessionKey | null {
    const sql = 'SELECT channel, chat, session FROM turns WHERE position = ?';
    return this.database.get<SessionKey>(sql, position) ?? null;
  }

  /** Those before a position, newest first; read only as far as it is asked for. */
  turns({ channel, chat, session }: SessionKey, before: number): Iterable<ArchivedTurn> {
    return this.database.iterate(
      `SELECT position, sent_at AS sentAt, question, answer, state, model FROM turns
       WHERE ${IN_SESSION} AND position < ? ORDER BY position DESC`,
      channel,
      chat,
      session,
      before,
    );
  }

  has(key: SessionKey): boolean {
    return [...this.positions(key)].length > 0;
  }

  positions({ channel, chat, session }: SessionKey): number[] {
    const sql = `SELECT position FROM turns WHERE ${IN_SESSION} ORDER BY position`;
    const rows = this.database.all<{ position: number }>(sql, channel, chat, session);
    return rows.map(({ position }) => position);
  }

  hasRunning({ channel, chat, session }: SessionKey): boolean {
    const sql = `SELECT 1 AS one FROM turns WHERE ${IN_SESSION} AND state = 'running' LIMIT 1`;
    return this.database.get(sql, channel, chat, session) !== undefined;
  }

  /** The turns with their steps, their summary, and what waits in the chat that belongs to it. */
  remove({ channel, chat, session }: SessionKey): void {
    this.database.transaction(() => {
      for (const table of ['turns', 'summaries'])
        this.database.run(`DELETE FROM ${table} WHERE ${IN_SESSION}`, channel, chat, session);
      this.database.run(
        `DELETE FROM held WHERE channel = ? AND chat = ? AND ? =
           coalesce((SELECT session FROM sessions WHERE channel = held.channel AND chat = held.chat), 0)`,
        channel,
        chat,
        session,
      );
    });
    this.database.leaveNoTrace();
  }

  /** How much there is. */
  holdings(): { items: number; bytes: number } {
    const sum = this.database.get<{ bytes: number }>(
      'SELECT coalesce(sum(octet_length(question) + octet_length(answer)), 0) AS bytes FROM turns',
    );
    const sql = 'SELECT count(*) AS items FROM (SELECT DISTINCT channel, chat, session FROM turns)';
    return { items: this.database.get<{ items: number }>(sql)?.items ?? 0, bytes: sum?.bytes ?? 0 };
  }
}
