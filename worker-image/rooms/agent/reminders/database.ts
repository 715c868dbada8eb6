/** The SQLite file of the reminders. What is deleted from it is overwritten. */
import { SqliteFile } from '../../sqlite-file.js';

const SCHEMA = `
  -- No write-ahead log: it would keep the words of what was deleted.
  PRAGMA journal_mode = TRUNCATE;
  PRAGMA synchronous = FULL;
  PRAGMA secure_delete = ON;
  CREATE TABLE IF NOT EXISTS reminders (
    -- Never given twice, so that an id in an old message of the chat cannot mean another reminder.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    channel TEXT NOT NULL, chat TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('tell', 'ask')),
    text TEXT NOT NULL, schedule TEXT NOT NULL,
    -- How often it has come, against the schedule's count.
    came INTEGER NOT NULL DEFAULT 0,
    -- The time on the wall until which occurrences have been seen to.
    handled_local TEXT NOT NULL,
    next_at INTEGER NOT NULL,
    -- The time zone by which next_at was worked out.
    time_zone TEXT NOT NULL,
    -- Being told: so many occurrences, up to there. Set before the bridge room hears of it, so that a try after a crash
    -- is about the same ones.
    claimed_times INTEGER, claimed_through INTEGER,
    failures INTEGER NOT NULL DEFAULT 0, retry_at INTEGER
  ) STRICT;
  CREATE INDEX IF NOT EXISTS reminders_by_time ON reminders (next_at);
  -- What was cancelled of late, for an own turn that was already on its way.
  CREATE TABLE IF NOT EXISTS cancelled (id INTEGER PRIMARY KEY, at INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;

export class ReminderDatabase extends SqliteFile {
  constructor(path: string) {
    super(path, SCHEMA);
  }

  fact(name: string): string | null {
    return this.get<{ value: string }>('SELECT value FROM facts WHERE name = ?', name)?.value ?? null;
  }

  setFact(name: string, value: string): void {
    this.run(
      'INSERT INTO facts VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
      name,
      value,
    );
  }

  deleteFact(name: string): void {
    this.run('DELETE FROM facts WHERE name = ?', name);
  }
}
