/** The table of retention against what really removes: the jobs, the settings, the queue, the rooms, and the documentation. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSettings } from '../../../config/schema.js';
import { EXPORT_KEPT_HOURS } from '../../../contracts/archive.js';
import { startCentre, type Centre } from '../../../test/kit/centre.js';
import { KEPT } from '../../../worker-image/rooms/agent/export/expiry.js';
import { JOURNAL_DAYS } from '../../../worker-image/rooms/bridge/journal/journal-cleaning.js';
import { JOB_OPTIONS } from '../inbound/queue.js';
import { CleaningService } from '../sign-in/cleaning.service.js';
import { DAYS } from './days.js';
import { databaseJobs } from './jobs.js';
import { retentionTable, type RetentionRow } from './table.js';

const root = resolve(import.meta.dirname, '../../..');
const settings = loadSettings(root, {});
const table = retentionTable(settings);
const row = (id: string): RetentionRow => table.find((each) => each.id === id)!;

it('names each job once, and each job is there', () => {
  const jobs = table.flatMap(({ by }) => (typeof by === 'object' && 'job' in by ? [by.job] : []));
  expect([...jobs].sort()).toEqual(Object.keys(databaseJobs).sort());
  expect(new Set(table.map(({ id }) => id)).size).toBe(table.length);
});

it('says what the settings say of backups, and of the log', () => {
  const of = retentionTable({
    ...settings,
    backup: { ...settings.backup, keepDays: 12, keystoreKeepDays: 1 },
    log: { level: 'info', maxMegabytes: 7, keepDays: 3 },
  });
  expect(of.find(({ id }) => id === 'log')?.kept).toBe('3 days, and at most 7 MB');
  expect(of.find(({ id }) => id === 'backups')?.kept).toBe('12 days');
  expect(of.find(({ id }) => id === 'keystore-backups')?.kept).toBe('1 day');
  // What is promised of deletion hangs on this one.
  expect(settings.backup.keystoreKeepDays).toBeLessThanOrEqual(7);
});

it('says what the rooms do', () => {
  expect(row('journal').kept).toContain(`${JOURNAL_DAYS} days`);
  expect(row('export').kept).toBe(`${KEPT / 3_600_000} hours`);
  expect(KEPT / 3_600_000).toBe(EXPORT_KEPT_HOURS);
});

it('says what the queue does', () => {
  expect(row('queue').kept).toBe('until it is delivered');
  expect(JOB_OPTIONS).toMatchObject({ removeOnComplete: true, removeOnFail: true });
});

it('stands in the documentation as it is', () => {
  const page = readFileSync(resolve(root, 'docs/users/retention.md'), 'utf8');
  const documented = page
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  const places = {
    container: 'your container',
    database: 'shared database',
    queue: 'queue',
    backup: 'backups',
    machine: 'machine',
  };
  expect(documented).toEqual(
    table.map(({ what, where, kept, removed }) => [what, places[where], kept, removed]),
  );
});

describe('the jobs', () => {
  let centre: Centre;
  beforeAll(async () => {
    centre = await startCentre({ providers: [CleaningService] });
  }, 60_000);
  afterAll(() => centre.stop());

  it('remove what is older than the table says, and nothing that is younger', async () => {
    const account = await centre.addAccount('alice');
    const ago = (days: number): string => `now() - interval '${days} days'`;
    const day = (days: number): string => `((now() AT TIME ZONE 'UTC')::date - ${days})`;
    let count = 0;
    const token = (): string => `decode(lpad('${++count}', 64, '0'), 'hex')`;
    /** For each job a row as old as may be, `young`, and one that is older. */
    const rows: Record<keyof typeof databaseJobs, [string, (old: boolean) => string]> = {
      sessions: [
        'sessions',
        (old) =>
          `(account_id, token_hash, client, last_used_at, created_at) VALUES ('${account}', ${token()}, 'x', ${ago(old ? DAYS.sessionUnused + 1 : 1)}, ${ago(DAYS.session - 1)})`,
      ],
      ceremonies: [
        'ceremonies',
        (old) => `VALUES (${token()}, 'x', NULL, '{}', now() ${old ? '-' : '+'} interval '1 minute')`,
      ],
      invitations: [
        'invitations',
        (old) =>
          `(token_hash, role, expires_at) VALUES (${token()}, 'user', now() ${old ? '-' : '+'} interval '1 minute')`,
      ],
      'sign-in-attempts': [
        'sign_in_attempts',
        (old) => `VALUES (${token()}, 1, ${ago(old ? DAYS.signInAttempt + 1 : 0)}, NULL)`,
      ],
      'audit-trail': [
        'audit_trail',
        (old) =>
          `(at, action, account) VALUES (${ago(old ? DAYS.audit + 1 : DAYS.audit - 1)}, 'key-set', '${account}')`,
      ],
      'data-flows': [
        'egress_ledger',
        (old) =>
          `VALUES ('${account}', ${day(old ? DAYS.egressLedger + 1 : DAYS.egressLedger)}, 'h', 'model', 1, 0, 1, 1, now())`,
      ],
      'usage-figures': [
        'usage_figures',
        (old) =>
          `(account_id, day, channel, outcome, messages, input_tokens, output_tokens) VALUES ('${account}', ${day(old ? DAYS.usageFigures + 1 : DAYS.usageFigures)}, 'web', 'answered', 1, 1, 1)`,
      ],
      'key-uses': [
        'key_uses',
        (old) =>
          `VALUES ('${account}', ${old ? 1 : 2}, ${ago(old ? DAYS.keyUses + 1 : DAYS.keyUses - 1)}, 'released', 'openai', NULL, 0, 0, 0, repeat('x', 32)::bytea)`,
      ],
      'operator-accesses': [
        'operator_accesses',
        (old) =>
          `VALUES (gen_random_uuid(), '${account}', 'x', ${ago(old ? DAYS.audit + 1 : DAYS.audit - 1)}, now(), NULL)`,
      ],
      receipts: [
        'deletions',
        (old) =>
          `(id, subject, kind, files, asked_by, request_key, link_hash, finished_at)
         VALUES (gen_random_uuid(), repeat('a', 64), 'memory', false, 'chat', '${++count}', ${token()}, ${ago(old ? DAYS.receipt + 1 : DAYS.receipt - 1)})`,
      ],
    };
    const left = async (name: string): Promise<number> =>
      (await centre.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${name}`))[0]!.n;
    for (const [name, values] of Object.values(rows)) {
      await centre.query(`INSERT INTO ${name} ${values(true)}`);
      await centre.query(`INSERT INTO ${name} ${values(false)}`);
      expect(await left(name), name).toBe(2);
    }
    await centre.get(CleaningService).clean();
    for (const [name] of Object.values(rows)) expect(await left(name), name).toBe(1);
  });
});
