/** The SQLite file of the conversations: its schema, its statements, and what it takes to leave no trace. */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  -- NORMAL is enough: the journal in the bridge room holds the message until its outcome is on disk, so a turn that a
  -- power cut takes from here comes again.
  PRAGMA synchronous = NORMAL;
  PRAGMA secure_delete = ON;
  -- The temporary copy that VACUUM makes holds what the user wrote.
  PRAGMA temp_store = MEMORY;
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
  -- What stands for the turns up to a position.
  CREATE TABLE IF NOT EXISTS summaries (
    channel TEXT NOT NULL, chat TEXT NOT NULL, session INTEGER NOT NULL,
    up_to INTEGER NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (channel, chat, session)
  ) STRICT, WITHOUT ROWID;
  -- The rounds of tools of a turn that runs; gone with its end.
  CREATE TABLE IF NOT EXISTS steps (
    position INTEGER NOT NULL REFERENCES turns (position) ON DELETE CASCADE,
    number INTEGER NOT NULL, step TEXT NOT NULL,
    PRIMARY KEY (position, number)
  ) STRICT, WITHOUT ROWID;
  -- What names a chat to a provider's cache without saying who it is.
  CREATE TABLE IF NOT EXISTS cache_names (
    channel TEXT NOT NULL, chat TEXT NOT NULL, name TEXT NOT NULL,
    PRIMARY KEY (channel, chat)
  ) STRICT, WITHOUT ROWID;
  -- Messages that wait for the user's word, because of what they hold; one a chat.
  CREATE TABLE IF NOT EXISTS held (
    channel TEXT NOT NULL, chat TEXT NOT NULL, turn_id INTEGER NOT NULL, text TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (channel, chat)
  ) STRICT, WITHOUT ROWID;
`;

/** What a volume of an older Ara lacks, version by version. */
const UPGRADES = [
  // Which turns the search knows.
  `ALTER TABLE turns ADD COLUMN indexed INTEGER NOT NULL DEFAULT 0;
   CREATE INDEX IF NOT EXISTS turns_to_index ON turns (position) WHERE indexed = 0 AND state <> 'running';`,
  // The files of the workspace that belong to a question, and what has arrived for a turn that runs.
  `ALTER TABLE turns ADD COLUMN files TEXT NOT NULL DEFAULT '[]';
   ALTER TABLE held ADD COLUMN files TEXT NOT NULL DEFAULT '[]';
   CREATE TABLE arrivals (
     channel TEXT NOT NULL, chat TEXT NOT NULL, turn_id INTEGER NOT NULL, sent_at INTEGER NOT NULL,
     number INTEGER NOT NULL, arrival TEXT NOT NULL,
     PRIMARY KEY (channel, chat, turn_id, sent_at, number)
   ) STRICT, WITHOUT ROWID;`,
];

export class ConversationDatabase {
  private readonly database: DatabaseSync;
  private readonly statements = new Map<string, StatementSync>();

  constructor(path: string) {
    this.database = new DatabaseSync(path, { enableForeignKeyConstraints: true });
    this.database.exec(SCHEMA);
    const { user_version: version = 0 } = this.get<{ user_version: number }>('PRAGMA user_version') ?? {};
    for (const [index, upgrade] of UPGRADES.entries()) {
      if (index < version) continue;
      this.transaction(() => this.database.exec(`${upgrade} PRAGMA user_version = ${index + 1};`));
    }
  }

  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.prepared(sql).run(...values).changes);
  }

  get<Row>(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.prepared(sql).get(...values) as Row | undefined;
  }

  all<Row>(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.prepared(sql).all(...values) as Row[];
  }

  iterate<Row>(sql: string, ...values: SQLInputValue[]): Iterable<Row> {
    return this.prepared(sql).iterate(...values) as Iterable<Row>;
  }

  transaction<T>(work: () => T): T {
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

  /**
   * Deleted words are overwritten where they lay, but a page that was rearranged meanwhile may hold a copy: the file is
   * written anew, and the log that holds all of it is emptied.
   */
  leaveNoTrace(): void {
    this.database.exec('VACUUM');
    this.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  }

  close(): void {
    if (this.database.isOpen) this.database.close();
  }

  private prepared(sql: string): StatementSync {
    let statement = this.statements.get(sql);
    if (!statement) this.statements.set(sql, (statement = this.database.prepare(sql)));
    return statement;
  }
}
