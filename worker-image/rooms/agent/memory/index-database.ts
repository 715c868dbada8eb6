/**
 * The file of the search index. All in it is derived, so a file that is missing, damaged or of another version is simply
 * started anew; only the generation is our own, and it starts at random so that no old count is ever met again.
 */
import { existsSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

/** Of the tables, and of `words()`, which must give the same when a row goes as when it came: so also of Unicode. */
const VERSION = 1_000 + Math.round(Number(process.versions['unicode']) * 10);

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA secure_delete = ON;
  -- 8 MB; with the usual 2 a search over ten years of notes reads the same pages again and again.
  PRAGMA cache_size = -8000;
  -- The temporary copy that VACUUM makes holds what the user wrote.
  PRAGMA temp_store = MEMORY;
`;

const TABLES = `
  -- The day of a row is in the upper digits of its id, so that the newest rows come first without sorting.
  CREATE TABLE rows (
    id INTEGER PRIMARY KEY, source TEXT NOT NULL, ref TEXT NOT NULL, at INTEGER NOT NULL, text TEXT NOT NULL
  ) STRICT;
  CREATE INDEX rows_of_ref ON rows (source, ref);
  CREATE VIRTUAL TABLE words USING fts5 (
    text, source, content = '',
    tokenize = "unicode61 remove_diacritics 2 categories 'L* N* M* S* Co'"
  );
  INSERT INTO words (words, rank) VALUES ('secure-delete', 1);
  -- The version of each file that its rows were made from.
  CREATE TABLE files (place TEXT PRIMARY KEY, stamp TEXT NOT NULL) STRICT;
  CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
  INSERT INTO counters VALUES ('generation', abs(random()) >> 16);
  PRAGMA user_version = ${VERSION};
`;

/** Milliseconds; nobody else has business in this file. */
const BUSY_TIMEOUT = 500;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

export class IndexDatabase {
  private opened: DatabaseSync | null = null;
  private readonly statements = new Map<string, StatementSync>();

  /** Opens nothing yet: the start of the agent room does not wait for it. */
  constructor(private readonly path: string) {}

  prepared(sql: string): StatementSync {
    const database = this.database();
    let statement = this.statements.get(sql);
    if (!statement) this.statements.set(sql, (statement = database.prepare(sql)));
    return statement;
  }

  one<Row>(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.healing(() => this.prepared(sql).get(...values) as Row | undefined);
  }

  all<Row>(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.healing(() => this.prepared(sql).all(...values) as Row[]);
  }

  /** All or nothing; inside another transaction, part of that. May run `work` twice, on an empty index the second time. */
  transaction<Result>(work: () => Result): Result {
    if (this.database().isTransaction) return work();
    return this.healing(() => {
      const database = this.database();
      database.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        database.exec('COMMIT');
        return result;
      } catch (error) {
        if (database.isTransaction) database.exec('ROLLBACK');
        throw error;
      }
    });
  }

  /**
   * Writes the whole file anew, and empties the log beside it: secure deletion by itself leaves copies in pages that SQLite
   * has rearranged before. @throws Error when something stands in the way
   */
  scrub(): void {
    const database = this.database();
    database.exec('VACUUM');
    const { busy } = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get() as { busy: number };
    if (busy) throw new Error('another process holds the log of the search index');
  }

  discard(): void {
    this.close();
    for (const ending of ['', '-wal', '-shm']) rmSync(this.path + ending, { force: true });
  }

  close(): void {
    this.statements.clear();
    this.opened?.close();
    this.opened = null;
  }

  /** Runs `work` again on an empty index when it finds this one damaged. */
  private healing<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      if (!isDamage(error) || this.opened?.isTransaction) throw error;
      this.discard();
      return work();
    }
  }

  private database(): DatabaseSync {
    // The user may have deleted it, as they may at any time.
    if (this.opened && !this.opened.isTransaction && !existsSync(this.path)) this.discard();
    this.opened ??= this.open();
    return this.opened;
  }

  private open(): DatabaseSync {
    // A log without its database would be taken for the log of the new one, and a link may lead out of the memory.
    if (!lstatSync(this.path, { throwIfNoEntry: false })?.isFile()) this.discard();
    mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
    try {
      return openAt(this.path);
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.discard();
      return openAt(this.path);
    }
  }
}

class OtherVersion extends Error {}

function openAt(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT });
  try {
    database.exec(SCHEMA);
    const { user_version: version } = database.prepare('PRAGMA user_version').get() as {
      user_version: number;
    };
    if (version === 0) database.exec(`BEGIN IMMEDIATE; ${TABLES} COMMIT;`);
    else if (version !== VERSION) throw new OtherVersion();
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function isDamage(error: unknown): boolean {
  if (error instanceof OtherVersion) return true;
  const code = (error as { errcode?: unknown }).errcode;
  // The lower byte is the kind; the upper ones say where it was met.
  return typeof code === 'number' && [SQLITE_CORRUPT, SQLITE_NOTADB].includes(code & 0xff);
}
