/** Conversations in SQLite: both sides of every turn, by chat and session, and what of it the model is shown. */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { Provider } from '../../../contracts/ids.js';
import type { FailureReason, Turn } from '../../../contracts/rooms-door.js';
import { alternating } from './history.js';
import type { ModelMessage } from './models/model.js';
import type { ReplyEnd } from './reply-stream.js';

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  -- NORMAL is enough: the journal in the bridge room holds the message until its outcome is on disk, so a turn that a
  -- power cut takes from here comes again.
  PRAGMA synchronous = NORMAL;
  PRAGMA secure_delete = ON;
  CREATE TABLE IF NOT EXISTS turns (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    channel TEXT NOT NULL, chat TEXT NOT NULL, session INTEGER NOT NULL,
    turn_id INTEGER NOT NULL, sent_at INTEGER NOT NULL,
    question TEXT NOT NULL, answer TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'answered', 'failed', 'cancelled')),
    reason TEXT, provider TEXT, model TEXT,
    input_tokens INTEGER NOT NULL DEFAULT 0, output_tokens INTEGER NOT NULL DEFAULT 0,
    -- A journal that starts anew counts from 1 again: the time tells its turns from the old ones.
    UNIQUE (channel, chat, turn_id, sent_at)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS turns_of_session ON turns (channel, chat, session, position);
  CREATE TABLE IF NOT EXISTS sessions (
    channel TEXT NOT NULL, chat TEXT NOT NULL, session INTEGER NOT NULL,
    PRIMARY KEY (channel, chat)
  ) STRICT, WITHOUT ROWID;
`;

/** Characters of earlier turns that go to the model with each message. */
export const HISTORY_BUDGET = 60_000;

export type ChatKey = Pick<Turn, 'channel' | 'chat'>;

/** How a turn ended, with the words of the model alone: what we add for the user is not part of the conversation. */
export interface Ended extends ReplyEnd {
  answer: string;
}

export interface Entry {
  position: number;
  session: number;
  /** Null as long as the turn has not ended. */
  ended: Ended | null;
}

interface TurnRow {
  position: number;
  session: number;
  state: 'running' | Ended['outcome'];
  answer: string;
  reason: FailureReason | null;
  provider: Provider | null;
  model: string | null;
  inputTokens: number;
  outputTokens: number;
}

export class Conversation {
  private readonly database: DatabaseSync;
  private readonly statements = new Map<string, StatementSync>();

  constructor(path: string) {
    this.database = new DatabaseSync(path);
    this.database.exec(SCHEMA);
  }

  /** Writes the user's side. A turn that is already here, from a try that a crash ended, is returned as it is. */
  begin(turn: Turn): Entry {
    const { channel, chat, id, sentAt, text } = turn;
    // The update changes nothing: it makes a row that is there come back.
    const row = this.one(
      `INSERT INTO turns (channel, chat, session, turn_id, sent_at, question) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET turn_id = turn_id
       RETURNING position, session, state, answer, reason, provider, model,
         input_tokens AS inputTokens, output_tokens AS outputTokens`,
      channel,
      chat,
      this.session(turn),
      id,
      sentAt,
      text,
    ) as TurnRow;
    return { position: row.position, session: row.session, ended: endedOf(row) };
  }

  /** Writes the assistant's side. */
  end({ position }: Entry, { outcome, answer, reason, model, inputTokens, outputTokens }: Ended): void {
    this.prepared(
      `UPDATE turns SET state = ?, answer = ?, reason = ?, provider = ?, model = ?, input_tokens = ?, output_tokens = ?
       WHERE position = ?`,
    ).run(
      outcome,
      answer,
      reason,
      model?.provider ?? null,
      model?.model ?? null,
      inputTokens,
      outputTokens,
      position,
    );
  }

  /** What the model is shown for this turn: the newest of its session that fits the budget, then the question. */
  messages(turn: Turn, entry: Entry, budget = HISTORY_BUDGET): ModelMessage[] {
    // Left out: turns that never ended (they crashed us), and those that a provider refused for what they hold; they
    // would only be refused again, together with everything that follows.
    const newestFirst = this.prepared(
      `SELECT question, answer FROM turns
       WHERE channel = ? AND chat = ? AND session = ? AND position < ? AND state <> 'running'
         AND (reason IS NULL OR reason NOT IN ('too-long', 'refused-by-provider', 'crashed'))
       ORDER BY position DESC`,
    ).iterate(turn.channel, turn.chat, entry.session, entry.position);
    const shown: { question: string; answer: string }[] = [];
    let size = 0;
    for (const row of newestFirst as Iterable<{ question: string; answer: string }>) {
      size += row.question.length + row.answer.length;
      if (size > budget) break;
      shown.push(row);
    }
    return alternating(shown.reverse(), turn.text);
  }

  /** The next message of this chat starts with nothing before it. What was said stays on the volume. */
  startSession({ channel, chat }: ChatKey): void {
    this.prepared(
      `INSERT INTO sessions (channel, chat, session) VALUES (?, ?, 1)
       ON CONFLICT DO UPDATE SET session = session + 1`,
    ).run(channel, chat);
  }

  /** How many turns the current session of a chat has. */
  turnCount(key: ChatKey): number {
    const row = this.one(
      'SELECT count(*) AS count FROM turns WHERE channel = ? AND chat = ? AND session = ?',
      key.channel,
      key.chat,
      this.session(key),
    );
    return (row as { count: number }).count;
  }

  /** Who gave the latest answer: likely the one who gives the next. */
  lastProvider(): Provider | null {
    const row = this.one(
      'SELECT provider FROM turns WHERE provider IS NOT NULL ORDER BY position DESC LIMIT 1',
    );
    return (row as { provider: Provider } | undefined)?.provider ?? null;
  }

  close(): void {
    this.database.close();
  }

  private session({ channel, chat }: ChatKey): number {
    const row = this.one('SELECT session FROM sessions WHERE channel = ? AND chat = ?', channel, chat);
    return (row as { session: number } | undefined)?.session ?? 0;
  }

  private one(sql: string, ...values: SQLInputValue[]): unknown {
    return this.prepared(sql).get(...values);
  }

  private prepared(sql: string): StatementSync {
    let statement = this.statements.get(sql);
    if (!statement) this.statements.set(sql, (statement = this.database.prepare(sql)));
    return statement;
  }
}

function endedOf({
  state,
  answer,
  reason,
  provider,
  model,
  inputTokens,
  outputTokens,
}: TurnRow): Ended | null {
  if (state === 'running') return null;
  const choice = provider && model ? { provider, model } : null;
  return { outcome: state, answer, reason, model: choice, inputTokens, outputTokens };
}
