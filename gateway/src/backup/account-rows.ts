/**
 * An account's rows in the database as lines of JSON, read and written table by table. What is not worth keeping, or would
 * open a door again that is shut (sessions, invitations, ceremonies), is left out; the key that opens it all goes elsewhere.
 */
import type { EntityManager } from 'typeorm';
import { AraError } from '../../../contracts/errors.js';
import type { AccountId } from '../../../contracts/ids.js';
import { rowsOf } from '../sign-in/rows.js';

interface Table {
  name: string;
  /** The column that says whose row it is. */
  owner: string;
  /** Columns that a row is given anew. */
  anew?: readonly string[];
  /** A column that names another account, which may not be there. */
  other?: string;
}

const table = (name: string, owner = 'account_id'): Table => ({ name, owner });

/** In the order in which rows may be put back. A new table with rows of accounts must be named here or below: a test says so. */
export const backedUpTables: readonly Table[] = [
  table('accounts', 'id'),
  table('api_keys'),
  table('channels'),
  table('containers'),
  table('egress_ledger'),
  table('stopped_hosts'),
  table('usage_figures'),
  table('key_uses'),
  table('key_use_heads'),
  table('operator_accesses'),
  table('passwords'),
  table('passkeys'),
  table('authenticators'),
  table('recovery_codes'),
  table('organisation_identities'),
  { name: 'audit_trail', owner: 'account', anew: ['id'], other: 'by_account' },
];

/** Tables with rows of accounts that no backup of data has. */
export const leftOutTables: readonly string[] = [
  'keystore.data_keys',
  'sessions',
  'ceremonies',
  'invitations',
];

/** Of one moment. */
export async function readRows(manager: EntityManager, account: AccountId): Promise<string[]> {
  const lines: string[] = [];
  for (const { name, owner } of backedUpTables) {
    const rows = await rowsOf<{ row: string }>(
      manager,
      `SELECT row_to_json(t)::text AS row FROM ${name} AS t WHERE ${owner} = $1`,
      [account],
    );
    lines.push(...rows.map(({ row }) => JSON.stringify([name, JSON.parse(row)])));
  }
  return lines;
}

/** @throws AraError `bad-archive` for a line that is none of this account's */
export async function putRows(
  manager: EntityManager,
  account: AccountId,
  lines: readonly string[],
): Promise<void> {
  const parsed = lines.map((line) => JSON.parse(line) as [string, Record<string, unknown>]);
  for (const { name, owner, anew = [], other } of backedUpTables) {
    const columns = await columnsOf(manager, name);
    for (const [, row] of parsed.filter(([of]) => of === name)) {
      if (row[owner] !== account) throw new AraError('bad-archive', 'a row is of another account');
      const known = Object.keys(row).filter((column) => columns.has(column) && !anew.includes(column));
      const values = known.map((column) =>
        column === other ? `(SELECT id FROM accounts WHERE id = r.${column})` : `r.${column}`,
      );
      await rowsOf(
        manager,
        `INSERT INTO ${name} (${known.join(', ')})
         SELECT ${values.join(', ')} FROM json_populate_record(NULL::${name}, $1::json) AS r`,
        [JSON.stringify(row)],
      );
    }
  }
  const names = new Set(backedUpTables.map(({ name }) => name));
  if (parsed.some(([name]) => !names.has(name))) throw new AraError('bad-archive', 'a row has no table');
}

/** Names again who did what to whom, once those who did it are back too. */
export async function nameActors(manager: EntityManager, lines: readonly string[]): Promise<void> {
  for (const line of lines) {
    const [name, row] = JSON.parse(line) as [string, Record<string, unknown>];
    if (name !== 'audit_trail' || row['by_account'] === null) continue;
    await rowsOf(
      manager,
      `UPDATE audit_trail SET by_account = (SELECT id FROM accounts WHERE id = $1)
       WHERE account = $2 AND action = $3 AND at = $4 AND by_account IS NULL`,
      [row['by_account'], row['account'], row['action'], row['at']],
    );
  }
}

async function columnsOf(manager: EntityManager, table: string): Promise<Set<string>> {
  const rows = await rowsOf<{ name: string }>(
    manager,
    `SELECT column_name AS name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1`,
    [table],
  );
  return new Set(rows.map(({ name }) => name));
}
