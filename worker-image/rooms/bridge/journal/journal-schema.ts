/** The journal's tables, and what brings one that an earlier version left on a volume up to date. */
import type { DatabaseSync } from 'node:sqlite';

export const SCHEMA = `
  PRAGMA journal_mode = WAL;
  -- A killed process loses nothing either way; for what must outlive a power cut too, see durably().
  PRAGMA synchronous = NORMAL;
  PRAGMA secure_delete = ON;
  PRAGMA temp_store = MEMORY;
  CREATE TABLE IF NOT EXISTS messages (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    channel TEXT NOT NULL, platform_id TEXT NOT NULL, chat TEXT NOT NULL, position INTEGER NOT NULL,
    kind TEXT NOT NULL, text TEXT NOT NULL, sent_at INTEGER NOT NULL,
    state TEXT NOT NULL, reason TEXT, attempts INTEGER NOT NULL DEFAULT 0,
    handed_in INTEGER NOT NULL DEFAULT 0, changed_at INTEGER NOT NULL, turn INTEGER,
    -- What came with the text, as JSON, and what the text replies to; gone with it.
    attachments TEXT, quoted TEXT,
    UNIQUE (channel, platform_id)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS open_messages ON messages (state, seq)
    WHERE state IN ('received', 'queued', 'delivered');
  -- The key of an own turn is taken once, whatever the channel.
  CREATE UNIQUE INDEX IF NOT EXISTS own_turns ON messages (platform_id) WHERE kind = 'own';
  -- One row a message we send: planned → sending → sent. The final answer is kept until all of it is sent.
  CREATE TABLE IF NOT EXISTS outbox (
    seq INTEGER NOT NULL REFERENCES messages (seq), part INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('planned', 'sending', 'sent')),
    sent_id TEXT, body TEXT NOT NULL,
    -- What the platform knows it by, before it has an id of its own; and when it was sent first.
    key TEXT, sent_at INTEGER,
    PRIMARY KEY (seq, part)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS replies (
    seq INTEGER PRIMARY KEY, text TEXT NOT NULL, ending TEXT NOT NULL, choices TEXT NOT NULL DEFAULT '[]'
  ) STRICT;
  -- One row a file that goes out behind the answer's text; its bytes lie in a folder beside the journal.
  CREATE TABLE IF NOT EXISTS outgoing_files (
    seq INTEGER NOT NULL REFERENCES messages (seq), number INTEGER NOT NULL,
    name TEXT NOT NULL, size INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('planned', 'sending', 'sent')),
    key TEXT,
    kind TEXT NOT NULL DEFAULT 'file', type TEXT NOT NULL DEFAULT 'application/octet-stream',
    workspace_path TEXT,
    PRIMARY KEY (seq, number)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS refused_senders (channel TEXT, sender_hash TEXT, PRIMARY KEY (channel, sender_hash)) STRICT;
`;

/** Adds what an earlier version's tables lack. Inside a transaction. */
export function upgrade(database: DatabaseSync): void {
  if (!hasColumn(database, 'messages', 'turn')) {
    database.exec('ALTER TABLE messages ADD COLUMN turn INTEGER');
    // What was given to an agent was a turn of its own, and comes again as that.
    database.exec(`UPDATE messages SET turn = seq WHERE state = 'delivered' AND attempts > 0`);
  }
  for (const column of ['attachments', 'quoted'])
    if (!hasColumn(database, 'messages', column))
      database.exec(`ALTER TABLE messages ADD COLUMN ${column} TEXT`);
  if (!hasColumn(database, 'replies', 'choices'))
    database.exec(`ALTER TABLE replies ADD COLUMN choices TEXT NOT NULL DEFAULT '[]'`);
  if (!hasColumn(database, 'outbox', 'key'))
    database.exec('ALTER TABLE outbox ADD COLUMN key TEXT; ALTER TABLE outbox ADD COLUMN sent_at INTEGER');
  if (!hasColumn(database, 'outgoing_files', 'key'))
    database.exec('ALTER TABLE outgoing_files ADD COLUMN key TEXT');
  if (!hasColumn(database, 'outgoing_files', 'kind'))
    database.exec(
      `ALTER TABLE outgoing_files ADD COLUMN kind TEXT NOT NULL DEFAULT 'file';
       ALTER TABLE outgoing_files ADD COLUMN type TEXT NOT NULL DEFAULT 'application/octet-stream'`,
    );
  if (!hasColumn(database, 'outgoing_files', 'workspace_path'))
    database.exec('ALTER TABLE outgoing_files ADD COLUMN workspace_path TEXT');
}

const hasColumn = (database: DatabaseSync, table: string, column: string): boolean =>
  database.prepare('SELECT 1 FROM pragma_table_info(?) WHERE name = ?').get(table, column) !== undefined;
