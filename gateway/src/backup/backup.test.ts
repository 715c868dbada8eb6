/** Backups over a real Postgres, with volumes that are files here: what is in them, what a restore brings, and what it never does. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { AraError } from '../../../contracts/errors.js';
import type { AccountId } from '../../../contracts/ids.js';
import { startCentre, type Centre } from '../../../test/kit/centre.js';
import { ContainerRecords } from '../containers/container-records.service.js';
import { KeysService } from '../keys/keys.service.js';
import { backedUpTables, leftOutTables } from './account-rows.js';
import { BackupService } from './backup.service.js';
import { RestoreService } from './restore.service.js';
import { writeFile } from './sealed-file.js';
import { TOMBSTONES } from './tombstones.js';
import { Volumes } from './volumes.service.js';

/** What the containers hold, by account; sealed by being written with the key in front. */
const held = new Map<string, string>();
const deleted = new Set<string>();
/** Of which the engine has a container, whoever made it. */
const containers = new Set<string>();
let broken: string | null = null;
const volumes: Pick<Volumes, 'save' | 'check' | 'restore' | 'discard' | 'leave' | 'isThere'> = {
  async save(account, key, path) {
    return writeFile(path, bytes(`${key.toString('hex')} ${held.get(account)}`));
  },
  async check(account, key, path) {
    if (!readFileSync(path, 'utf8').startsWith(key.toString('hex'))) throw new AraError('forged');
    return { files: 1, bytes: 1, leftOut: account === whatsapp ? ['whatsapp'] : [] };
  },
  async restore(account, key, path) {
    const [by, content = ''] = readFileSync(path, 'utf8').split(' ');
    if (by !== key.toString('hex') || account === broken) throw new AraError('bad-archive');
    if (held.has(account)) throw new AraError('not-empty');
    held.set(account, content);
    return { files: 1, bytes: 1, leftOut: [] };
  },
  async isThere(account) {
    return containers.has(account);
  },
  async leave() {},
  async discard(account) {
    held.delete(account);
  },
};
async function* bytes(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}

let centre: Centre;
let root: string;
let alice: AccountId;
let bob: AccountId;
let whatsapp: AccountId | null = null;
const backups = (): BackupService => centre.get(BackupService);
const restores = (): RestoreService => centre.get(RestoreService);

beforeAll(async () => {
  centre = await startCentre({
    providers: [
      BackupService,
      RestoreService,
      { provide: Volumes, useValue: volumes },
      { provide: TOMBSTONES, useValue: { has: (account: string) => deleted.has(account) } },
    ],
  });
}, 60_000);
afterAll(() => centre.stop());

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'ara-backups-'));
  held.clear();
  deleted.clear();
  containers.clear();
  [broken, whatsapp] = [null, null];
  await centre.query('DELETE FROM accounts');
  await centre.query('DELETE FROM audit_trail');
  alice = await centre.addAccount('alice');
  bob = await centre.addAccount('bob');
  await furnish(alice);
  await centre.get(ContainerRecords).key(bob);
  held.set(alice, 'life-of-alice').set(bob, 'life-of-bob');
});
afterEach(() => rmSync(root, { recursive: true }));

const key = {
  ...{ key: 'sk-ant-0123456789', model: null, baseUrl: null, contextTokens: null, images: null },
  ...{ priceInput: null, priceOutput: null },
};

/** A row in each table that there may be one in. */
async function furnish(account: AccountId): Promise<void> {
  await centre.get(KeysService).set(account, 'anthropic', key);
  await centre.get(ContainerRecords).key(account);
  const insert = (table: string, values: string): Promise<unknown> =>
    centre.query(`INSERT INTO ${table} VALUES (${values})`.replaceAll('$', `'${account}'`));
  await insert('channels', `$, 'telegram', 'connected', now(), NULL, now()`);
  await insert('egress_ledger', `$, '2026-11-01', 'api.example', 'model', 1, 2, 9007199254740991, 4, now()`);
  await insert('stopped_hosts', `$, 'api.example', now()`);
  await insert('key_uses', `$, 1, now(), 'released', 'openai', NULL, 0, 0, 0, repeat('x', 32)::bytea`);
  await insert('key_use_heads', `$, 1, repeat('x', 32)::bytea, 1, repeat('0', 32)::bytea`);
  await insert('operator_accesses', `gen_random_uuid(), $, 'why', now(), now(), NULL`);
  await insert(
    'usage_figures (account_id, day, channel, outcome, messages, input_tokens, output_tokens)',
    `$, '2026-11-01', 'web', 'answered', 1, 2, 3`,
  );
  await insert(
    'passwords',
    `$, '$argon2id$x', now()`.replace("'$argon2id$x'", "concat(chr(36), 'argon2id', chr(36), 'x')"),
  );
  await insert(
    'passkeys (account_id, credential_id, public_key, counter, transports, name)',
    `$, '\\x0102', '\\xff00', 5, '{usb,nfc}', 'ring'`,
  );
  await insert('authenticators', `$, '\\x01', NULL, 7`);
  await insert('recovery_codes', `$, decode(repeat('ab', 32), 'hex')`);
  await insert('organisation_identities', `'issuer', 'subject', $, now()`);
  await insert('audit_trail (action, by_account, account)', `'key-set', '${bob}', $`);
  await insert('sessions (account_id, token_hash, client)', `$, decode(repeat('cd', 32), 'hex'), 'Firefox'`);
}

async function everything(account: AccountId): Promise<Record<string, unknown[]>> {
  const all: Record<string, unknown[]> = {};
  for (const { name, owner, anew = [] } of backedUpTables) {
    const rows = await centre.query<{ row: Record<string, unknown> }>(
      `SELECT to_jsonb(t) AS row FROM ${name} AS t WHERE ${owner} = $1`,
      [account],
    );
    all[name] = rows.map(({ row }) =>
      Object.fromEntries(Object.entries(row).filter(([column]) => !anew.includes(column))),
    );
  }
  return all;
}
const gone = async (...accounts: AccountId[]): Promise<void> => {
  for (const account of accounts) {
    await centre.query('DELETE FROM audit_trail WHERE account = $1', [account]);
    await centre.query('DELETE FROM accounts WHERE id = $1', [account]);
    held.delete(account);
  }
};

it('knows every table that has rows of accounts', async () => {
  const rows = await centre.query<{ name: string }>(
    `SELECT DISTINCT CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname AS name
     FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE k.contype = 'f' AND k.confrelid = 'accounts'::regclass`,
  );
  const known = [...backedUpTables.map(({ name }) => name), ...leftOutTables].filter(
    (name) => name !== 'accounts',
  );
  expect(rows.map(({ name }) => name).sort()).toEqual([...known].sort());
});

it('brings every row and the volume back as they were, but nothing that opens a door', async () => {
  const before = await everything(alice);
  for (const { name } of backedUpTables) expect(before[name]?.length, name).toBeGreaterThan(0);
  const report = await backups().make(root);
  expect(report).toMatchObject({ accounts: 2, containers: 2, failed: [] });
  await gone(alice, bob);
  const done = await restores().restore(root, false);
  expect(done).toMatchObject({ failed: [], deleted: [], there: [], noise: [] });
  expect([...done.restored].sort()).toEqual([alice, bob].sort());
  expect(await everything(alice)).toEqual(before);
  expect(held.get(alice)).toBe('life-of-alice');
  expect(await centre.query('SELECT id FROM sessions')).toEqual([]);
  expect(await centre.get(KeysService).release(alice, 'anthropic')).toBe('sk-ant-0123456789');
});

it('never brings back who was deleted, whatever the backup holds', async () => {
  await backups().make(root);
  await gone(alice, bob);
  deleted.add(alice);
  expect(await restores().restore(root, false)).toMatchObject({ restored: [bob], deleted: [alice] });
  expect(await centre.query('SELECT id FROM accounts')).toEqual([{ id: bob }]);
  expect(held.has(alice)).toBe(false);
});

it('is noise once the data key is gone from the keystore and from its backups', async () => {
  await backups().make(root);
  await gone(alice);
  // With the next backup of the keystore the key is in none of them.
  for (const name of readdirSync(root)) if (name.startsWith('keystore')) rmSync(join(root, name));
  const other = mkdtempSync(join(tmpdir(), 'ara-backups-'));
  await backups().make(other);
  const fresh = readdirSync(other).find((name) => name.startsWith('keystore'))!;
  writeFileSync(join(root, fresh), readFileSync(join(other, fresh)), { mode: 0o600 });
  rmSync(other, { recursive: true });
  expect(await backups().verify(root)).toMatchObject({ accounts: 1, noise: 1, failed: [] });
  await gone(bob);
  expect(await restores().restore(root, false)).toMatchObject({ restored: [bob], noise: [alice] });
});

it('leaves nothing of a user who could not be brought back whole, and it can be tried again', async () => {
  await backups().make(root);
  await gone(alice, bob);
  broken = alice;
  expect(await restores().restore(root, false)).toMatchObject({
    restored: [bob],
    failed: [{ account: alice, code: 'bad-archive' }],
  });
  expect(Object.values(await everything(alice)).flat()).toEqual([]);
  expect(
    await centre.query(`SELECT account_id FROM keystore.data_keys WHERE account_id = '${alice}'`),
  ).toEqual([]);
  broken = null;
  expect(await restores().restore(root, true)).toMatchObject({ restored: [alice], there: [bob] });
});

it('never touches a container or a volume that was there, though its account is gone', async () => {
  await backups().make(root);
  await gone(alice, bob);
  containers.add(alice);
  held.set(alice, 'newer').set(bob, 'newer too');
  expect(await restores().restore(root, false)).toMatchObject({
    restored: [],
    failed: [
      { account: alice, code: 'not-empty' },
      { account: bob, code: 'not-empty' },
    ],
  });
  expect([held.get(alice), held.get(bob)]).toEqual(['newer', 'newer too']);
  expect(await centre.query('SELECT id FROM accounts')).toEqual([]);
});

it('refuses an installation that is not empty, unless told', async () => {
  await backups().make(root);
  await expect(restores().restore(root, false)).rejects.toMatchObject({ code: 'not-empty' });
  held.set(alice, 'as it is now');
  expect(await restores().restore(root, true)).toMatchObject({
    restored: [],
    there: expect.arrayContaining([alice, bob]) as unknown,
  });
  expect(held.get(alice)).toBe('as it is now');
});

it('goes on without the user whose part cannot be made, and says so', async () => {
  const { save } = volumes;
  volumes.save = (account, ...rest) =>
    account === alice ? Promise.reject(new AraError('container-unavailable')) : save(account, ...rest);
  try {
    expect(await backups().make(root)).toMatchObject({
      accounts: 1,
      failed: [{ account: alice, code: 'container-unavailable' }],
    });
  } finally {
    volumes.save = save;
  }
});

it('says what the containers left out', async () => {
  whatsapp = alice;
  expect((await backups().make(root)).leftOut).toEqual(['whatsapp']);
});

it('is one at a time', async () => {
  const both = await Promise.allSettled([backups().make(root), backups().make(root)]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});

it('holds nothing in the open', async () => {
  await backups().make(root);
  const all = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const rows = all.filter(({ name }) => name.endsWith('.rows') || name.endsWith('.sealed'));
  expect(rows).toHaveLength(3);
  for (const { parentPath, name } of all) {
    if (name.endsWith('.volume')) continue;
    const text = readFileSync(join(parentPath, name), 'latin1');
    for (const word of ['alice', 'api.example', 'argon2id', 'subject'])
      expect(text, name).not.toContain(word);
  }
});
