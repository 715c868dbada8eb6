/**
 * The journal: every accepted message from the moment the platform is told until its outcome, in SQLite on the volume.
 * A message is in it once (`channel`, `platform_id`), before its platform is told that we have it, and it leaves the
 * states `received → queued → delivered` only for one of `answered | failed | cancelled`. Its text is wiped with the
 * outcome; the row stays, so that the same message never counts twice.
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { ChannelKind, ChatId } from '../../../contracts/ids.js';
import type { InboundMessage, Outcome } from '../../../contracts/message.js';

export interface JournalRow {
  seq: number;
  channel: ChannelKind;
  chat: ChatId;
  platformId: string;
  kind: 'message' | 'command';
  text: string;
  sentAt: number;
  state: 'received' | 'queued' | 'delivered';
  /** How often an agent has been given this message. */
  attempts: number;
}

/** The two ways in: handed to the queue by us, or come through it (webhooks). */
type EntryState = 'received' | 'delivered';

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  -- A killed process loses nothing either way; for what must outlive a power cut too, see durably().
  PRAGMA synchronous = NORMAL;
  PRAGMA secure_delete = ON;
  CREATE TABLE IF NOT EXISTS messages (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    channel TEXT NOT NULL, platform_id TEXT NOT NULL, chat TEXT NOT NULL, position INTEGER NOT NULL,
    kind TEXT NOT NULL, text TEXT NOT NULL, sent_at INTEGER NOT NULL,
    state TEXT NOT NULL, reason TEXT, attempts INTEGER NOT NULL DEFAULT 0,
    handed_in INTEGER NOT NULL DEFAULT 0, changed_at INTEGER NOT NULL,
    UNIQUE (channel, platform_id)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS open_messages ON messages (state, seq)
    WHERE state IN ('received', 'queued', 'delivered');
  -- One row a message we send: planned → sending → sent. The final answer is kept until all of it is sent.
  CREATE TABLE IF NOT EXISTS outbox (
    seq INTEGER NOT NULL REFERENCES messages (seq), part INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('planned', 'sending', 'sent')),
    sent_id TEXT, body TEXT NOT NULL,
    PRIMARY KEY (seq, part)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS replies (seq INTEGER PRIMARY KEY, text TEXT NOT NULL, ending TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS refused_senders (channel TEXT, sender_hash TEXT, PRIMARY KEY (channel, sender_hash)) STRICT;
`;

const COLUMNS = `seq, channel, chat, platform_id AS platformId, kind, text, sent_at AS sentAt, state, attempts`;

export class Journal {
  readonly database: DatabaseSync;
  private readonly statements = new Map<string, StatementSync>();

  constructor(path: string) {
    this.database = new DatabaseSync(path);
    this.database.exec(SCHEMA);
  }

  /** Writes messages and the checkpoint of their channel in one transaction; returns the rows that are new. */
  accept(
    channel: ChannelKind,
    messages: InboundMessage[],
    checkpoint: string | null,
    state: EntryState,
  ): JournalRow[] {
    // The platform forgets a message once we say so, so a power cut must not.
    return this.durably(() => {
      const fresh = messages.flatMap((message) => {
        const kind = message.text.startsWith('/') ? 'command' : 'message';
        return this.all<JournalRow>(
          `INSERT INTO messages (channel, platform_id, chat, position, kind, text, sent_at, state, changed_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING ${COLUMNS}`,
          channel,
          message.platformId,
          message.chat,
          message.position,
          kind,
          message.text,
          message.sentAt,
          state,
          Date.now(),
        );
      });
      if (checkpoint !== null) this.setFact(`${channel}.checkpoint`, checkpoint);
      return fresh;
    });
  }

  /** Rows still waiting to be in the queue, oldest first. */
  received(limit: number): JournalRow[] {
    return this.all(`SELECT ${COLUMNS} FROM messages WHERE state = 'received' ORDER BY seq LIMIT ?`, limit);
  }

  /** The queue holds these. */
  markQueued(seqs: number[]): void {
    this.transaction(() => {
      for (const seq of seqs)
        this.run(
          `UPDATE messages SET state = 'queued', changed_at = ?, handed_in = handed_in + 1 WHERE seq = ? AND state = 'received'`,
          Date.now(),
          seq,
        );
    });
  }

  /** How often a message has been handed in before: names the next job. */
  handedIn(seq: number): number {
    return this.get<{ n: number }>('SELECT handed_in AS n FROM messages WHERE seq = ?', seq)?.n ?? 0;
  }

  /** Rows that the queue should have delivered by now go back to `received`. Returns how many. */
  handInAgain(olderThan: number): number {
    return this.run(
      `UPDATE messages SET state = 'received', changed_at = ? WHERE state = 'queued' AND changed_at <= ?`,
      Date.now(),
      olderThan,
    );
  }

  /** The queue brought a message back: `delivered`, unless it was before. */
  deliver(channel: ChannelKind, platformIds: string[]): (JournalRow | null)[] {
    return this.transaction(() =>
      platformIds.map(
        (platformId) =>
          this.get<JournalRow>(
            `UPDATE messages SET state = 'delivered', changed_at = ?
             WHERE channel = ? AND platform_id = ? AND state IN ('received', 'queued') RETURNING ${COLUMNS}`,
            Date.now(),
            channel,
            platformId,
          ) ?? null,
      ),
    );
  }

  /** Every delivered row without an outcome, oldest first: what a restart goes on with. */
  delivered(): JournalRow[] {
    return this.all(`SELECT ${COLUMNS} FROM messages WHERE state = 'delivered' ORDER BY seq`);
  }

  /** Whether an earlier message of the chat is still on its way through the queue. */
  hasGapBefore(seq: number, channel: ChannelKind, chat: ChatId): boolean {
    return (
      this.get(
        `SELECT 1 AS one FROM messages WHERE state IN ('received', 'queued') AND seq < ? AND channel = ? AND chat = ? AND kind = 'message' LIMIT 1`,
        seq,
        channel,
        chat,
      ) !== undefined
    );
  }

  /** Counts a try before it begins, so that a message which crashes everything is counted too. */
  countAttempt(seq: number): number {
    return (
      this.get<{ n: number }>(
        'UPDATE messages SET attempts = attempts + 1 WHERE seq = ? RETURNING attempts AS n',
        seq,
      )?.n ?? 0
    );
  }

  /** The outcome: exactly one, and the words are gone. */
  end(seq: number, outcome: Outcome, reason: string | null): void {
    this.transaction(() => {
      this.run(
        `UPDATE messages SET state = ?, reason = ?, text = '', changed_at = ? WHERE seq = ? AND state = 'delivered'`,
        outcome,
        reason,
        Date.now(),
        seq,
      );
      this.run('DELETE FROM replies WHERE seq = ?', seq);
      this.run('DELETE FROM outbox WHERE seq = ?', seq);
    });
  }

  /** How many messages are in each state. */
  counts(): Record<string, number> {
    const rows = this.all<{ state: string; n: number }>(
      'SELECT state, count(*) AS n FROM messages GROUP BY state',
    );
    return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
  }

  fact(name: string): string | null {
    return this.get<{ value: string }>('SELECT value FROM facts WHERE name = ?', name)?.value ?? null;
  }

  setFact(name: string, value: string | null): void {
    if (value === null) this.run('DELETE FROM facts WHERE name = ?', name);
    else
      this.run(
        'INSERT INTO facts VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
        name,
        value,
      );
  }

  /** A transaction that is on the disk itself, with all before it, when this returns. */
  durably<T>(work: () => T): T {
    this.database.exec('PRAGMA synchronous = FULL');
    try {
      return this.transaction(work);
    } finally {
      this.database.exec('PRAGMA synchronous = NORMAL');
    }
  }

  transaction<T>(work: () => T): T {
    if (this.database.isTransaction) return work();
    this.database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.database.exec('COMMIT');
      return result;
    } catch (error) {
      this.database.exec('ROLLBACK');
      throw error;
    }
  }

  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.prepare(sql).run(...values).changes);
  }

  get<Row>(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.prepare(sql).get(...values) as Row | undefined;
  }

  all<Row>(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.prepare(sql).all(...values) as Row[];
  }

  close(): void {
    this.database.close();
  }

  private prepare(sql: string): StatementSync {
    let statement = this.statements.get(sql);
    if (!statement) this.statements.set(sql, (statement = this.database.prepare(sql)));
    return statement;
  }
}
