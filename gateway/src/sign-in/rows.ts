/** Rows of a statement with their type; TypeORM answers an UPDATE or a DELETE in another form than a SELECT. */
import type { DataSource, EntityManager } from 'typeorm';

export type Database = DataSource | EntityManager;

export async function rowsOf<Row>(
  database: Database,
  statement: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const result: unknown = await database.query(statement, values);
  const [rows, count] = result as [unknown, unknown];
  return (Array.isArray(rows) && typeof count === 'number' ? rows : result) as Row[];
}
