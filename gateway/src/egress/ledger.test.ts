/** The data-flow ledger over a table in memory: nothing that flowed is forgotten when the database is away. */
import type { Repository } from 'typeorm';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { accountId } from '../../../contracts/ids.js';
import type { EgressEntry } from './egress-entry.entity.js';
import { LedgerService } from './ledger.service.js';

const alice = accountId.parse('0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0001');
const bob = accountId.parse('0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0002');
let rows: unknown[][];
let failAfter: number;
let ledger: LedgerService;

beforeEach(() => {
  rows = [];
  failAfter = Infinity;
  const query = async (_sql: string, values: unknown[]): Promise<void> => {
    if (rows.length >= failAfter) throw new Error('the database is away');
    rows.push([...values.slice(0, 1), ...values.slice(2, 8)]);
  };
  const entries = { manager: { query }, find: async () => [] };
  ledger = new LedgerService(entries as unknown as Repository<EgressEntry>);
});
afterEach(() => ledger.onModuleDestroy());

it('adds up what flows to one host for one purpose, apart for each account', async () => {
  ledger.add(alice, 'a', 'x', { connections: 1 });
  ledger.add(alice, 'a', 'x', { bytesUp: 3, bytesDown: 4 });
  ledger.add(alice, 'a', 'y', { bytesUp: 5 });
  ledger.add(bob, 'a', 'x', { connections: 1 });
  await ledger.list(alice);
  expect(rows).toEqual([
    [alice, 'a', 'x', 1, 0, 3, 4],
    [alice, 'a', 'y', 0, 0, 5, 0],
    [bob, 'a', 'x', 1, 0, 0, 0],
  ]);
  await ledger.list(alice);
  expect(rows).toHaveLength(3);
});

it('keeps what the database did not take, and writes each figure once', async () => {
  for (const host of ['a', 'b', 'c']) ledger.add(alice, host, 'x', { bytesUp: 1 });
  failAfter = 1;
  await ledger.list(alice);
  ledger.add(alice, 'b', 'x', { bytesUp: 10 });
  failAfter = Infinity;
  await ledger.onModuleDestroy();
  expect(rows.map(([, host, , , , up]) => [host, up])).toEqual([
    ['a', 1],
    ['b', 11],
    ['c', 1],
  ]);
});

it('keeps fifty refused hosts by name for each account, a very long one cut', async () => {
  for (let at = 0; at < 51; at++) ledger.refuse(alice, `host-${at}`);
  ledger.refuse(bob, 'b'.repeat(1_000));
  await ledger.list(alice);
  expect(rows).toHaveLength(52);
  expect(rows[50]).toEqual([alice, '(others)', 'refused', 0, 1, 0, 0]);
  expect(rows[51]?.[1]).toBe('b'.repeat(253));
});
