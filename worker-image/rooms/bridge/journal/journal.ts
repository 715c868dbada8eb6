/**
 * The journal: every accepted message from the moment the platform is told until its outcome, in SQLite on the volume.
 * A message is in it once (`channel`, `platform_id`), before its platform is told that we have it, and it leaves the
 * states `received → queued → delivered` only for one of `answered | failed | cancelled`. Its text, and what came with it, is wiped with the
 * outcome; the row stays, so that the same message never counts twice. Messages that were given as one turn are bound
 * together from then on: they are tried, given up and ended as one.
 */
import type { SQLInputValue } from 'node:sqlite';
import type { ChannelKind, ChatId } from '../../../../contracts/ids.js';
import type { Attachment, InboundMessage, Outcome } from '../../../../contracts/message.js';
import type { OwnTurnRequest } from '../../../../contracts/rooms-door.js';
import { SqliteFile } from '../../sqlite-file.js';
import { SCHEMA, upgrade } from './journal-schema.js';

export interface JournalRow {
  seq: number;
  channel: ChannelKind;
  chat: ChatId;
  platformId: string;
  /** `own` is one that the agent asked for: nobody sent it. */
  kind: 'message' | 'command' | 'own';
  text: string;
  /** In the order in which they came; their references are as secret as the text. */
  attachments: readonly Attachment[];
  /** What the message replies to; null for nothing. */
  quoted: string | null;
  sentAt: number;
  state: 'received' | 'queued' | 'delivered';
  /** How often an agent has been given this message. */
  attempts: number;
  /** The row that leads the turn it was given in; null as long as it was in none. */
  turn: number | null;
}

/** The two ways in: handed to the queue by us, or come through it (webhooks). */
type EntryState = 'received' | 'delivered';

/** What an own turn's key stands behind, so that it can never be a platform's name for a message. */
const OWN = 'own.';
/** The fact that is set from the wipe of a message that must leave no trace until its traces are erased. */
const TRACES = 'traces';

/** A row as SQLite keeps it. */
type StoredRow = Omit<JournalRow, 'attachments'> & { attachments: string | null };

const COLUMNS = `attachments, quoted, seq, channel, chat, platform_id AS platformId, kind, text, sent_at AS sentAt, state, attempts, turn`;

/** The key that an own turn was asked for with. */
export const keyOfOwn = ({ kind, platformId }: JournalRow): string | null =>
  kind === 'own' ? platformId.slice(OWN.length) : null;

export class Journal extends SqliteFile {
  constructor(path: string) {
    super(path, SCHEMA);
    this.transaction(() => upgrade(this.database));
    if (this.fact(TRACES)) this.eraseTraces();
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
        const { attachments = [], quoted = null } = message;
        return this.rows(
          `INSERT INTO messages
             (channel, platform_id, chat, position, kind, text, attachments, quoted, sent_at, state, changed_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING ${COLUMNS}`,
          channel,
          message.platformId,
          message.chat,
          message.position,
          kind,
          message.text,
          attachments.length > 0 ? JSON.stringify(attachments) : null,
          quoted,
          message.sentAt,
          state,
          Date.now(),
        );
      });
      if (checkpoint !== null) this.setFact(`${channel}.checkpoint`, checkpoint);
      return fresh;
    });
  }

  /** A turn that nobody wrote; null when its key was there before, on whatever channel. */
  acceptOwn({ key, channel, chat, text }: OwnTurnRequest): JournalRow | null {
    return this.durably(
      () =>
        this.rows(
          `INSERT INTO messages (channel, platform_id, chat, position, kind, text, sent_at, state, changed_at)
           VALUES (?, ?, ?, 0, 'own', ?, ?, 'delivered', ?) ON CONFLICT DO NOTHING RETURNING ${COLUMNS}`,
          channel,
          OWN + key,
          chat,
          text,
          Date.now(),
          Date.now(),
        )[0] ?? null,
    );
  }

  /** Whether an own turn was ever asked for with this key. */
  hasOwn(key: string): boolean {
    const sql = `SELECT 1 AS one FROM messages WHERE kind = 'own' AND platform_id = ?`;
    return this.get(sql, OWN + key) !== undefined;
  }

  /** How many own turns have no outcome yet. */
  openOwn(): number {
    const sql = `SELECT count(*) AS n FROM messages WHERE state = 'delivered' AND kind = 'own'`;
    return this.get<{ n: number }>(sql)?.n ?? 0;
  }

  /** Whether somebody who was admitted has written from this chat, after the message of that number. */
  knowsChat(channel: ChannelKind, chat: ChatId, after = 0): boolean {
    const sql = `SELECT 1 AS one FROM messages WHERE channel = ? AND chat = ? AND kind != 'own' AND seq > ? LIMIT 1`;
    return this.get(sql, channel, chat, after) !== undefined;
  }

  /** Where somebody who was admitted wrote last, after the message of that number and not in one of those chats. */
  lastChat(channel: ChannelKind, after: number, except: readonly string[] = []): ChatId | null {
    const sql = `SELECT chat FROM messages WHERE channel = ? AND kind != 'own' AND seq > ?
      AND chat NOT IN (SELECT value FROM json_each(?)) ORDER BY seq DESC LIMIT 1`;
    return this.get<{ chat: ChatId }>(sql, channel, after, JSON.stringify(except))?.chat ?? null;
  }

  /** Those that somebody who was admitted has written on, the last one first. */
  channelsByUse(): ChannelKind[] {
    const sql = `SELECT channel FROM messages WHERE kind != 'own' GROUP BY channel ORDER BY max(seq) DESC`;
    return this.all<{ channel: ChannelKind }>(sql).map(({ channel }) => channel);
  }

  /** The number of the newest message, 0 for none. */
  lastSeq(): number {
    return this.get<{ seq: number | null }>('SELECT max(seq) AS seq FROM messages')?.seq ?? 0;
  }

  /** Rows still waiting to be in the queue, oldest first. */
  received(limit: number): JournalRow[] {
    return this.rows(`SELECT ${COLUMNS} FROM messages WHERE state = 'received' ORDER BY seq LIMIT ?`, limit);
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
          this.rows(
            `UPDATE messages SET state = 'delivered', changed_at = ?
             WHERE channel = ? AND platform_id = ? AND state IN ('received', 'queued') RETURNING ${COLUMNS}`,
            Date.now(),
            channel,
            platformId,
          )[0] ?? null,
      ),
    );
  }

  /** Every delivered row without an outcome, oldest first: what a restart goes on with. */
  delivered(): JournalRow[] {
    return this.rows(`SELECT ${COLUMNS} FROM messages WHERE state = 'delivered' ORDER BY seq`);
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

  /**
   * Counts a try before it begins, so that a message which crashes everything is counted too, and binds the rows into the
   * turn of `lead`: several of them inside a transaction. Returns how often each has been tried.
   */
  bind(lead: number, seqs: number[]): number[] {
    const update =
      'UPDATE messages SET attempts = attempts + 1, turn = ? WHERE seq = ? RETURNING attempts AS n';
    return seqs.map((seq) => this.get<{ n: number }>(update, lead, seq)?.n ?? 0);
  }

  /**
   * The outcome of a turn: exactly one for each of its rows, and the words are gone. With `leaveNoTrace` the caller calls
   * `eraseTraces` next; should the process end before that, the next start does.
   */
  end(seqs: number[], outcome: Outcome, reason: string | null, leaveNoTrace = false): void {
    this.transaction(() => {
      for (const seq of seqs) {
        this.run(
          `UPDATE messages SET state = ?, reason = ?, text = '', attachments = NULL, quoted = NULL, changed_at = ? WHERE seq = ? AND state = 'delivered'`,
          outcome,
          reason,
          Date.now(),
          seq,
        );
        this.run('DELETE FROM replies WHERE seq = ?', seq);
        this.run('DELETE FROM outbox WHERE seq = ?', seq);
        this.run('DELETE FROM outgoing_files WHERE seq = ?', seq);
      }
      if (leaveNoTrace) this.setFact(TRACES, 'yes');
    });
  }

  /**
   * Makes the file anew. `secure_delete` overwrites what is deleted, but not the copies that stay behind in a page when
   * its rows move to another one; and the log keeps what was written until it is emptied.
   */
  eraseTraces(): void {
    this.leaveNoTrace();
    this.setFact(TRACES, null);
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

  private rows(sql: string, ...values: SQLInputValue[]): JournalRow[] {
    return this.all<StoredRow>(sql, ...values).map(({ attachments, ...row }) => ({
      ...row,
      attachments: attachments === null ? [] : (JSON.parse(attachments) as Attachment[]),
    }));
  }
}
