/** What Postgres holds: every row of every schema, and every byte of its files with the write-ahead log. */
import { join } from 'node:path';
import pg from 'pg';
import type { Report } from '../proof.js';
import { piece, tree, type Piece } from './place.js';

export class PostgresProbe {
  private constructor(
    private readonly client: pg.Client,
    /** The data folder. */
    readonly folder: string,
  ) {}

  static async connect(report: Report, runDir: string): Promise<PostgresProbe> {
    const client = new pg.Client({ host: join(runDir, 'postgres'), user: 'ara', database: 'postgres' });
    // It goes away when the gateway stops it.
    client.on('error', () => undefined);
    await client.connect();
    report.later(() => client.end());
    const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
    return new PostgresProbe(client, rows[0]?.data_directory ?? '');
  }

  /** A row that stays, found in the tables, and one that was deleted, found in the files. */
  async plant(stays: string, deleted: string): Promise<void> {
    await this.client.query('CREATE SCHEMA IF NOT EXISTS proof');
    await this.client.query('CREATE TABLE IF NOT EXISTS proof.control (content text)');
    await this.client.query('INSERT INTO proof.control VALUES ($1), ($2)', [stays, deleted]);
    await this.client.query('DELETE FROM proof.control WHERE content = $1', [deleted]);
  }

  /**
   * Each relation of each schema as text, the catalogue, its statistics and what sessions last asked among them.
   * One view of figures is left out: it is an error on machines without NUMA.
   */
  async tables(): Promise<Piece[]> {
    const { rows: relations } = await this.client.query<{ name: string }>(`
      SELECT format('%I.%I', nspname, relname) AS name
      FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
      WHERE relkind IN ('r', 'p', 'm', 'v', 'f') AND relname <> 'pg_shmem_allocations_numa' ORDER BY 1`);
    const pieces: Piece[] = [];
    for (const { name } of relations) {
      const { rows } = await this.client.query<{ line: string }>(`SELECT t::text AS line FROM ${name} AS t`);
      pieces.push(piece(`table ${name}`, rows.map(({ line }) => line).join('\n')));
    }
    return pieces;
  }

  /** Every file, after a checkpoint has brought all that is in memory to them. */
  async files(): Promise<Piece[]> {
    await this.client.query('CHECKPOINT');
    return tree(this.folder);
  }
}
