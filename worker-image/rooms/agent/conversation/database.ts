/** The SQLite file of the conversations. */
import { SqliteFile } from '../../sqlite-file.js';

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

export class ConversationDatabase extends SqliteFile {
  constructor(path: string) {
    super(path, SCHEMA);
    const { user_version: version = 0 } = this.get<{ user_version: number }>('PRAGMA user_version') ?? {};
    for (const [index, upgrade] of UPGRADES.entries()) {
      if (index < version) continue;
      this.transaction(() => this.database.exec(`${upgrade} PRAGMA user_version = ${index + 1};`));
    }
  }
}
