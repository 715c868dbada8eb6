/** One line a host: what is declared, what is stopped, and what the ledger has seen of either. */
import { expect, it } from 'vitest';
import type { DeclaredHost } from '../../../contracts/hosts.js';
import { hostTable } from './host-table.js';
import type { HostSum } from './ledger.service.js';

const declared = (host: string, more: Partial<DeclaredHost> = {}): DeclaredHost => ({
  host,
  port: 443,
  purpose: 'channel matrix',
  stopped: false,
  ...more,
});
const sum = (host: string, more: Partial<HostSum> = {}): HostSum => ({
  host,
  purpose: 'channel matrix',
  connections: 1,
  refused: 0,
  bytesUp: 10,
  bytesDown: 20,
  firstAt: new Date(1_000),
  lastAt: new Date(2_000),
  ...more,
});

it('puts two ports of a host into one line, with what went there and what is open', () => {
  const rows = hostTable([declared('a'), declared('a', { port: 8448 })], [], [sum('a')], () => 2);
  expect(rows).toEqual([
    {
      host: 'a',
      ports: [443, 8448],
      purpose: 'channel matrix',
      by: 'bridge',
      declared: true,
      stopped: false,
      open: 2,
      connections: 1,
      refused: 0,
      bytesUp: 10,
      bytesDown: 20,
      firstAt: 1_000,
      lastAt: 2_000,
    },
  ]);
});

it('keeps a host that is declared and unused, one that was unlinked, and one that is stopped though not declared', () => {
  const rows = hostTable([declared('new')], ['stopped'], [sum('unlinked')], () => 0);
  expect(rows.map(({ host, declared: on, stopped, lastAt }) => [host, on, stopped, lastAt])).toEqual([
    ['new', true, false, null],
    ['unlinked', false, false, 2_000],
    ['stopped', false, true, null],
  ]);
});

it('shows fifty refused strangers at most, behind all others, asked for by nobody', () => {
  const strangers = Array.from({ length: 60 }, (_, at) =>
    sum(`stranger-${at}`, { purpose: 'refused', connections: 0, refused: 1, bytesUp: 0, bytesDown: 0 }),
  );
  const rows = hostTable([declared('a')], [], strangers, () => 0);
  expect(rows).toHaveLength(51);
  expect(rows[0]?.host).toBe('a');
  expect(rows[1]).toMatchObject({ by: null, declared: false, refused: 1 });
});
