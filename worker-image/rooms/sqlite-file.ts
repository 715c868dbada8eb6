/** One SQLite file on the volume: statements that are prepared once, and transactions. The same for both rooms. */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

export class SqliteFile {
  readonly database: DatabaseSync;
  private readonly statements = new Map<string, StatementSync>();

  /** `schema` is run at each opening. */
  constructor(path: string, schema: string) {
    this.database = new DatabaseSync(path, { enableForeignKeyConstraints: true });
    this.database.exec(schema);
  }

  /** How many rows have changed. */
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

  /** All or nothing; inside another transaction, part of that. */
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

  /**
   * Deleted words are overwritten where they lay, but a page that was rearranged meanwhile may hold a copy: the file is
   * written anew, and the log that holds all of it is emptied.
   */
  leaveNoTrace(): void {
    this.database.exec('VACUUM');
    this.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  }

  get isOpen(): boolean {
    return this.database.isOpen;
  }

  close(): void {
    if (this.isOpen) this.database.close();
  }

  private prepared(sql: string): StatementSync {
    let statement = this.statements.get(sql);
    if (!statement) this.statements.set(sql, (statement = this.database.prepare(sql)));
    return statement;
  }
}
