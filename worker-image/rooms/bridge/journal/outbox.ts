/** The outbox: what is said to the platform, written down before it is said, so that a crash can neither lose nor hide it. */
import { randomUUID } from 'node:crypto';
import type { SentId } from '../../../../bridges/bridge.js';
import type { ReplyLine } from '../../../../contracts/rooms-door.js';
import type { Journal } from './journal.js';

export interface OutboxPart {
  part: number;
  state: 'planned' | 'sending' | 'sent';
  sentId: SentId | null;
  /** What the platform shows, or will show, under this part. */
  body: string;
  /** What the platform knows the message by: the same after a crash, and never that of another message. */
  key: string;
  /** When it was sent first, milliseconds since 1970; null before that. */
  sentAt: number | null;
}

/** Random, and not counted: a journal that was restored from a copy must not give a key a second time. */
export const newKey = (): string => randomUUID();

export type Ending = Extract<ReplyLine, { type: 'end' }>;

/** An answer that is whole. */
export interface FinalAnswer {
  text: string;
  /** What the user may answer with one tap; empty for none. */
  choices: string[];
  ending: Ending;
}

export class Outbox {
  constructor(private readonly journal: Journal) {}

  parts(seq: number): OutboxPart[] {
    const sql =
      'SELECT part, state, sent_id AS sentId, body, key, sent_at AS sentAt FROM outbox WHERE seq = ? ORDER BY part';
    // A part that an earlier version wrote down has no key, and no platform has seen one for it.
    return this.journal
      .all<Omit<OutboxPart, 'key'> & { key: string | null }>(sql, seq)
      .map((part) => ({ ...part, key: part.key ?? newKey() }));
  }

  /** The whole answer is here: from now on a crash resends it without asking the model again. */
  keepFinal(seq: number, { text, choices, ending }: FinalAnswer): void {
    this.journal.run(
      `INSERT INTO replies (seq, text, choices, ending) VALUES (?, ?, ?, ?) ON CONFLICT (seq)
       DO UPDATE SET text = excluded.text, choices = excluded.choices, ending = excluded.ending`,
      seq,
      text,
      JSON.stringify(choices),
      JSON.stringify(ending),
    );
  }

  final(seq: number): FinalAnswer | null {
    const row = this.journal.get<{ text: string; choices: string; ending: string }>(
      'SELECT text, choices, ending FROM replies WHERE seq = ?',
      seq,
    );
    if (!row) return null;
    const ending = { ...LATER_FIELDS, ...(JSON.parse(row.ending) as Ending) };
    return { text: row.text, choices: JSON.parse(row.choices) as string[], ending };
  }

  plan(seq: number, parts: Pick<OutboxPart, 'part' | 'body' | 'key'>[]): void {
    this.journal.transaction(() => {
      for (const part of parts) this.put(seq, 'planned', { ...part, sentAt: null });
    });
  }

  /** Known even after a power cut, since what was sent cannot be taken back. */
  sending(seq: number, part: Pick<OutboxPart, 'part' | 'body' | 'key' | 'sentAt'>): void {
    this.journal.durably(() => this.put(seq, 'sending', part));
  }

  sent(seq: number, part: number, sentId: SentId): void {
    this.journal.run(
      `UPDATE outbox SET state = 'sent', sent_id = ? WHERE seq = ? AND part = ?`,
      sentId,
      seq,
      part,
    );
  }

  edited(seq: number, part: number, body: string): void {
    this.journal.run('UPDATE outbox SET body = ? WHERE seq = ? AND part = ?', body, seq, part);
  }

  remove(seq: number, part: number): void {
    this.journal.run('DELETE FROM outbox WHERE seq = ? AND part = ?', seq, part);
  }

  private put(
    seq: number,
    state: OutboxPart['state'],
    { part, body, key, sentAt }: Pick<OutboxPart, 'part' | 'body' | 'key' | 'sentAt'>,
  ): void {
    this.journal.run(
      `INSERT INTO outbox (seq, part, state, body, key, sent_at) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (seq, part) DO UPDATE SET
         state = excluded.state, body = excluded.body, key = excluded.key, sent_at = excluded.sent_at`,
      seq,
      part,
      state,
      body,
      key,
      sentAt,
    );
  }
}

/** An answer that an earlier version kept has none of these. */
const LATER_FIELDS: Pick<Ending, 'unlink' | 'leaveNoTrace'> = { unlink: null, leaveNoTrace: false };
