/** Deletions over a real Postgres and Redis: all of an account goes, nobody else's, whatever step it is killed at. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DeletionKind } from '../../../contracts/deletion.js';
import { AraError } from '../../../contracts/errors.js';
import type { AccountId } from '../../../contracts/ids.js';
import { startCentre, type Centre } from '../../../test/kit/centre.js';
import { FakeContainers } from '../../../test/kit/fake-containers.js';
import { liveSessions } from '../../../test/kit/live-sessions.js';
import { ContainerManager } from '../containers/container-manager.service.js';
import { ContainerRecords } from '../containers/container-records.service.js';
import { startRedis, type EmbeddedRedis } from '../embedded/redis.js';
import { InboundService } from '../inbound/inbound.service.js';
import { redisConnection } from '../inbound/queue.js';
import { KeysService } from '../keys/keys.service.js';
import { HoldingsService } from '../api/me/holdings.service.js';
import { LimitsService } from '../sign-in/limits.service.js';
import { hashToken, newToken } from '../sign-in/tokens.js';
import { WakesService } from '../wakes/wakes.service.js';
import { DeletionsService } from './deletions.service.js';
import { DeletionGate } from './gate.js';
import { emptied, plan } from './plan.js';
import { checkReceipt, type SignedReceipt, type StepRecord } from './receipt.js';
import { DeletionRecords, type DeletionRow } from './records.js';
import { DeletionRequests } from './requests.js';
import { DeletionSaga } from './saga.js';
import { DeletionTools } from './tools.js';
import { receiptKeyOf } from '../secrets.js';

const key = receiptKeyOf(Buffer.alloc(32, 9));
const noHoldings = {
  conversations: { items: 0, bytes: 0 },
  memory: { items: 0, bytes: 0 },
  files: { items: 0, bytes: 0 },
};

/** Ends where a test says so, as a kill would: a step is done and not noted, or noted and the next not begun. */
@Injectable()
class KilledSaga extends DeletionSaga {
  killAt: { step: string; noted: boolean } | null = null;
  private dead = false;

  override async look(): Promise<void> {
    if (!this.dead) await super.look();
  }

  /** The next start. */
  async startAgain(): Promise<void> {
    this.dead = false;
    this.killAt = null;
    await this.look();
  }

  protected override async note(
    row: DeletionRow,
    at: number,
    record: StepRecord,
    missed: never[],
  ): Promise<void> {
    const { killAt } = this;
    const dies = killAt?.step === record.name;
    if (!dies || killAt.noted) await super.note(row, at, record, missed);
    if (!dies) return;
    this.dead = true;
    throw new Killed();
  }
}
class Killed extends Error {}

let centre: Centre;
let redis: EmbeddedRedis;
let client: Redis;
let containers: FakeContainers & { removed: AccountId[] };
let queued: AccountId[];
let users = 0;
let alice: AccountId;
let bob: AccountId;

beforeAll(async () => {
  let dataDir = '';
  containers = Object.assign(new FakeContainers(), { removed: [] as AccountId[] });
  const extra = {
    awakeToDelete: (account: AccountId) => containers.awake(account),
    remove: async (account: AccountId) => void containers.removed.push(account),
    traces: async (account: AccountId) => ({ volumes: containers.removed.includes(account) ? 0 : 1 }),
  };
  centre = await startCentre({
    settings: (same) => same,
    providers: [
      DeletionsService,
      DeletionRecords,
      DeletionRequests,
      DeletionGate,
      DeletionTools,
      LimitsService,
      HoldingsService,
      liveSessions(),
      KilledSaga,
      { provide: DeletionSaga, useExisting: KilledSaga },
      { provide: ContainerManager, useValue: Object.assign(containers, extra) },
      {
        provide: InboundService,
        useValue: {
          heldFor: async () => ({ items: 0, bytes: 0 }),
          forget: async (account: AccountId) => {
            const before = queued.length;
            queued = queued.filter((each) => each !== account);
            for await (const names of client.scanStream() as AsyncIterable<string[]>)
              for (const name of names.filter((each) => each.includes(account))) await client.del(name);
            return before - queued.length;
          },
        },
      },
      { provide: WakesService, useValue: { forget: async () => 1 } },
    ],
  });
  dataDir = centre.settings.dataDir;
  const started = await startRedis(dataDir, dataDir);
  if (!started) throw new Error('this test needs a redis-server');
  redis = started;
  centre.settings.redis.url = redis.url;
  client = (await redisConnection(centre.settings))!;
}, 60_000);
afterAll(async () => {
  client.disconnect();
  await centre.stop();
  await redis.stop();
});

beforeEach(async () => {
  queued = [];
  containers.removed.length = 0;
  containers.asked.length = 0;
  containers.done.length = 0;
  const saga = centre.get(KilledSaga);
  await saga.startAgain();
  containers.answers = {
    'POST /v1/deletion/farewell': { told: 1, missed: 0 },
    'POST /v1/deletion/leave': { sources: [{ name: 'telegram', reached: true }] },
    'POST /v1/deletion/clear': {},
    'POST /v1/deletion/cleared': { removed: { 'memory files': 2 } },
    'POST /v1/deletion/done': { told: 1, missed: 0 },
    'GET /v1/content/holdings': noHoldings,
    'GET /v1/deletion/rest': { left: { 'journal texts': 0 } },
  };
  users += 1;
  [alice, bob] = [await lived(`alice-${users}`), await lived(`bob-${users}`)];
});

/** Somebody with a row in every table, a key in Redis, and a line in the log. */
async function lived(name: string): Promise<AccountId> {
  const id = await centre.addAccount(name);
  const { query } = centre;
  const now = [id];
  await centre.get(ContainerRecords).key(id);
  await centre.get(KeysService).set(id, 'anthropic', {
    key: 'sk-ant-0123456789',
    model: null,
    baseUrl: null,
    contextTokens: null,
    images: null,
    priceInput: null,
    priceOutput: null,
  });
  const token = hashToken(newToken());
  await query(`INSERT INTO channels VALUES ($1, 'telegram', 'connected', now(), NULL)`, now);
  await query(
    `INSERT INTO egress_ledger VALUES ($1, '2026-11-01', 'a.example', 'model', 1, 0, 1, 1, now())`,
    now,
  );
  await query(
    `INSERT INTO usage_figures VALUES ($1, '2026-11-01', 'telegram', '', '', 'answered', 1, 1, 1, 0, 0)`,
    now,
  );
  await query(`INSERT INTO sessions (account_id, token_hash, client) VALUES ($1, $2, 'Firefox')`, [
    id,
    token,
  ]);
  await query(`INSERT INTO passwords VALUES ($1, '$argon2id$x')`, now);
  await query(
    `INSERT INTO passkeys (account_id, credential_id, public_key, counter, transports, name) VALUES ($1, $2, $2, 0, '{}', 'k')`,
    [id, token],
  );
  await query(`INSERT INTO authenticators VALUES ($1, NULL, NULL, 0)`, now);
  await query(`INSERT INTO recovery_codes VALUES ($1, $2)`, [id, token]);
  await query(`INSERT INTO ceremonies VALUES ($2, 'code', $1, '{}', now() + interval '1 hour')`, [id, token]);
  await query(
    `INSERT INTO invitations (token_hash, role, account_id, expires_at) VALUES ($2, 'user', $1, now() + interval '1 day')`,
    [id, token],
  );
  await query(`INSERT INTO organisation_identities VALUES ('i', $2, $1)`, [id, name]);
  await query(`INSERT INTO audit_trail (action, by_account, account) VALUES ('signed-in', $1, $1)`, now);
  await client.set(`ara:inbound:${id}.telegram.1`, 'x');
  await client.xadd('ara:inbound:events', '*', 'jobId', `${id}.telegram.1`);
  queued.push(id);
  const logs = join(centre.settings.dataDir, 'logs');
  mkdirSync(logs, { recursive: true });
  writeFileSync(join(logs, 'gateway.log'), `{"account":"${id}","msg":"container awake"}\n`, { flag: 'a' });
  return id;
}

async function deleted(account: AccountId, kind: DeletionKind, files = false): Promise<SignedReceipt> {
  const { id } = await begin(account, kind, files);
  return finished(id);
}

const begin = (account: AccountId, kind: DeletionKind, files = false, name: string = randomUUID()) =>
  centre.get(DeletionsService).begin(account, { kind, files, key: `test.${name}` }, 'dashboard');

async function finished(id: string): Promise<SignedReceipt> {
  const token = centre.get(DeletionsService).token(id);
  return expect
    .poll(async () => (await centre.get(DeletionsService).progress(token)).receipt, { timeout: 15_000 })
    .not.toBeNull()
    .then(async () => (await centre.get(DeletionsService).progress(token)).receipt!);
}

const counts = async (account: AccountId): Promise<Record<string, number>> => {
  const found: Record<string, number> = {};
  for (const { name, column } of emptied.account)
    found[`${name}.${column}`] = (
      await centre.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${name} WHERE ${column} = $1`, [
        account,
      ])
    )[0]!.n;
  return found;
};

describe('the plan', () => {
  it('names every table that has a reference to an account, by a key or by the name of a column', async () => {
    const rows = await centre.query<{ name: string }>(`
      SELECT DISTINCT CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname AS name
      FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
      JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      LEFT JOIN pg_constraint AS f ON f.conrelid = c.oid AND f.contype = 'f'
        AND f.confrelid = 'accounts'::regclass AND a.attnum = ANY(f.conkey)
      WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
        AND (f.oid IS NOT NULL OR a.attname ~ 'account' OR a.attname ~ '^(user|owner)(_id)?$')`);
    const planned = new Set(emptied.account.map(({ name }) => name));
    expect(rows.length).toBeGreaterThan(14);
    expect(rows.map(({ name }) => name).filter((name) => !planned.has(name))).toEqual([]);
    expect(planned.has('accounts')).toBe(true);
  });

  it('deletes an account as it deletes a container, and then the rest', () => {
    const names = (kind: DeletionKind) => plan[kind].map(({ name }) => name);
    for (const name of names('container')) expect(names('account')).toContain(name);
    expect(names('account').indexOf('tombstone')).toBe(0);
    expect(names('account').indexOf('farewell')).toBeLessThan(names('account').indexOf('unlink'));
    expect(names('account').indexOf('unlink')).toBeLessThan(names('account').indexOf('container'));
  });
});

describe('deleting an account', () => {
  it('leaves nothing of it in any table, in Redis, in files or at the engine, and nobody else loses anything', async () => {
    const before = await counts(bob);
    const receipt = await deleted(alice, 'account');
    expect(Object.values(await counts(alice)).every((count) => count === 0)).toBe(true);
    expect(await counts(bob)).toEqual(before);
    expect(containers.removed).toEqual([alice]);
    expect(queued).toEqual([bob]);
    const log = readFileSync(join(centre.settings.dataDir, 'logs/gateway.log'), 'utf8');
    expect(log).not.toContain(alice);
    expect(log).toContain(bob);
    expect(await client.keys(`*${bob}*`)).toHaveLength(1);
    const { receipt: body } = receipt;
    expect(body.verification.found).toBe(0);
    expect(body.verification.places.length).toBeGreaterThan(15);
    expect(JSON.stringify(receipt)).not.toContain(alice);
    expect(JSON.stringify(receipt)).not.toContain(`alice-${users}`);
    expect(checkReceipt(JSON.parse(JSON.stringify(receipt)), key)).toMatchObject({ valid: true });
    // The audit trail still says that one and the same somebody did it.
    const rows = await centre.query<{ by_subject: string | null }>(
      'SELECT DISTINCT by_subject FROM audit_trail WHERE subject = $1',
      [body.subject],
    );
    expect(rows).toEqual([{ by_subject: body.subject }]);
    expect(readFileSync(join(centre.settings.dataDir, 'tombstones.jsonl'), 'utf8')).toContain(body.subject);
    expect(centre.get(DeletionTools).tombstones.has(alice)).toBe(true);
    expect(centre.get(DeletionTools).tombstones.has(bob)).toBe(false);
  });

  it('takes nothing new while it runs', async () => {
    let go: () => void = () => undefined;
    containers.answers['POST /v1/deletion/farewell'] = () =>
      new Promise((resolve) => (go = () => resolve({ told: 1, missed: 0 })));
    const { id } = await begin(alice, 'account');
    await expect.poll(() => centre.get(DeletionGate).deleting(alice)).toBe('account');
    expect(() => centre.get(DeletionGate).check(alice)).toThrow(AraError);
    expect(() => centre.get(DeletionGate).check(bob)).not.toThrow();
    await expect(begin(alice, 'memory')).rejects.toMatchObject({ code: 'being-deleted' });
    await expect.poll(() => containers.asked.length).toBeGreaterThan(0);
    go();
    await finished(id);
    expect(centre.get(DeletionGate).deleting(alice)).toBeNull();
    await expect(begin(alice, 'account')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('says what did not answer, and goes on without', async () => {
    containers.answers['POST /v1/deletion/leave'] = { sources: [{ name: 'telegram', reached: false }] };
    containers.answers['POST /v1/deletion/farewell'] = new AraError('container-unavailable');
    const { receipt } = await deleted(alice, 'account');
    const missed = receipt.notReached.map(({ what }) => what);
    expect(missed).toEqual(expect.arrayContaining(['telegram', 'last message', 'messages in your chats']));
    expect(receipt.verification.found).toBe(0);
  });
});

describe('deleting a container', () => {
  it('keeps the account, its keys, its figures and its sign-in', async () => {
    const { receipt } = await deleted(alice, 'container');
    const left = await counts(alice);
    for (const { name, column } of emptied.container) expect(left[`${name}.${column}`], name).toBe(0);
    for (const name of [
      'accounts.id',
      'api_keys.account_id',
      'usage_figures.account_id',
      'passkeys.account_id',
    ])
      expect(left[name], name).toBe(1);
    expect(receipt.files).toBe(true);
    expect(centre.get(DeletionTools).tombstones.has(alice)).toBe(false);
  });
});

describe('clearing memory', () => {
  it('tells the container, starts it anew, and counts afterwards', async () => {
    const { receipt } = await deleted(alice, 'memory', true);
    expect(containers.asked.map(({ call }) => call)).toEqual([
      'POST /v1/deletion/clear',
      'POST /v1/deletion/cleared',
      'GET /v1/content/holdings',
      'GET /v1/deletion/rest',
      'POST /v1/deletion/done',
    ]);
    expect(containers.asked[0]!.body).toMatchObject({ files: true });
    expect(containers.done).toContain(`sleep ${alice}`);
    expect(receipt.verification.places.map(({ place }) => place)).toContain('container: workspace');
    expect((await counts(alice))['channels.account_id']).toBe(1);
  });

  it('is not done as long as something is left', async () => {
    let left = 3;
    containers.answers['GET /v1/deletion/rest'] = () => ({ left: { 'journal texts': left } });
    const { id } = await begin(alice, 'memory');
    const token = centre.get(DeletionsService).token(id);
    await expect
      .poll(async () => (await centre.get(DeletionsService).progress(token)).trouble, { timeout: 10_000 })
      .toBe('left-over');
    expect((await centre.get(DeletionsService).progress(token)).receipt).toBeNull();
    left = 0;
    expect((await finished(id)).receipt.verification.found).toBe(0);
    // Not verified, so it was all done once more.
    expect(containers.asked.filter(({ call }) => call === 'POST /v1/deletion/clear').length).toBeGreaterThan(
      1,
    );
  }, 20_000);
});

describe('asked for twice by the same key', () => {
  it('it is one deletion', async () => {
    const one = await begin(alice, 'memory', false, 'same');
    expect(await begin(alice, 'memory', false, 'same')).toEqual(one);
    await finished(one.id);
  });
});

const everyStep = (['memory', 'container', 'account'] as const).flatMap((kind) =>
  plan[kind].flatMap(({ name }) => [[kind, name, false] as const, [kind, name, true] as const]),
);

describe('killed', () => {
  const progress = (id: string) =>
    centre.get(DeletionsService).progress(centre.get(DeletionsService).token(id));

  it.each(everyStep)(
    'while it deletes %s, after the step %s (noted: %s), it goes on where it was',
    async (kind, step, noted) => {
      const saga = centre.get(KilledSaga);
      saga.killAt = { step, noted };
      const { id } = await begin(alice, kind);
      await saga.settled();
      const { steps, receipt: none } = await progress(id);
      expect(none).toBeNull();
      expect(steps).toHaveLength(plan[kind].findIndex(({ name }) => name === step) + (noted ? 1 : 0));
      await saga.startAgain();
      const { receipt } = await finished(id);
      expect(receipt.steps.map(({ name }) => name)).toEqual(plan[kind].map(({ name }) => name));
      expect(receipt.verification.found).toBe(0);
      const left = await counts(alice);
      for (const { name, column } of emptied[kind]) expect(left[`${name}.${column}`], name).toBe(0);
    },
    30_000,
  );
});

describe('afterwards', () => {
  it('a receipt is kept for 30 days, and no longer', async () => {
    const { id } = await begin(alice, 'memory');
    await finished(id);
    const records = centre.get(DeletionRecords);
    const age = (days: number) =>
      centre.query(`UPDATE deletions SET finished_at = now() - $2 * interval '1 day' WHERE id = $1`, [
        id,
        days,
      ]);
    await age(29);
    await records.removeOld();
    await records.byToken(records.token(id));
    await age(31);
    await records.removeOld();
    await expect(records.byToken(records.token(id))).rejects.toMatchObject({ code: 'not-found' });
  });

  it('nobody guesses its address, and the database does not know it', async () => {
    const { id, receipt } = await begin(alice, 'memory');
    await finished(id);
    const records = centre.get(DeletionRecords);
    expect(receipt).toContain(`/receipt#${records.token(id)}`);
    for (const guess of ['', id, 'A'.repeat(43), records.token(alice)])
      await expect(records.byToken(guess)).rejects.toMatchObject({ code: 'not-found' });
    const [row] = await centre.query<{ text: string }>(
      'SELECT d::text AS text FROM deletions d WHERE id = $1',
      [id],
    );
    expect(row!.text).not.toContain(records.token(id));
  });

  it('the write-ahead log keeps no segment to be used again', async () => {
    expect(await centre.query('SHOW wal_recycle')).toEqual([{ wal_recycle: 'off' }]);
    expect(await centre.query('SHOW max_wal_size')).toEqual([{ max_wal_size: '64MB' }]);
  });
});
