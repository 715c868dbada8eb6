/** Deletions in a gateway of their own, with a real Postgres and Redis, two people with a row everywhere, and a saga that can be killed. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import type { DeletionKind } from '../../../contracts/deletion.js';
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
import { emptied } from './plan.js';
import type { SignedReceipt, StepRecord } from './receipt.js';
import { DeletionRecords, type DeletionRow } from './records.js';
import { DeletionRequests } from './requests.js';
import { DeletionSaga } from './saga.js';
import { DeletionTools } from './tools.js';
import { receiptKeyOf } from '../secrets.js';

export const key = receiptKeyOf(Buffer.alloc(32, 9));
const noHoldings = {
  conversations: { items: 0, bytes: 0 },
  memory: { items: 0, bytes: 0 },
  files: { items: 0, bytes: 0 },
};

/** Ends where a test says so, as a kill would: a step is done and not noted, or noted and the next not begun. */
@Injectable()
export class KilledSaga extends DeletionSaga {
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

export let centre: Centre;
let redis: EmbeddedRedis;
export let client: Redis;
export let containers: FakeContainers & { removed: AccountId[] };
export let queued: AccountId[];
export let users = 0;
export let alice: AccountId;
export let bob: AccountId;

/** For all tests of a file: everything is there before them, and two new people before each. */
export function useDeletions(): void {
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
    // Its socket lies in the centre's folder, by which it is found.
    await redis.stop();
    await centre.stop();
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
}

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
  // The log that is being written, and one that was closed.
  for (const file of ['gateway.log', 'gateway.2026-11-01T00-00-00-000.log'])
    writeFileSync(join(logs, file), `{"account":"${id}","msg":"container awake"}\n`, { flag: 'a' });
  return id;
}

export async function deleted(account: AccountId, kind: DeletionKind, files = false): Promise<SignedReceipt> {
  const { id } = await begin(account, kind, files);
  return finished(id);
}

export const begin = (account: AccountId, kind: DeletionKind, files = false, name: string = randomUUID()) =>
  centre.get(DeletionsService).begin(account, { kind, files, key: `test.${name}` }, 'dashboard');

export async function finished(id: string): Promise<SignedReceipt> {
  const token = centre.get(DeletionsService).token(id);
  return expect
    .poll(async () => (await centre.get(DeletionsService).progress(token)).receipt, { timeout: 15_000 })
    .not.toBeNull()
    .then(async () => (await centre.get(DeletionsService).progress(token)).receipt!);
}

export const counts = async (account: AccountId): Promise<Record<string, number>> => {
  const found: Record<string, number> = {};
  for (const { name, column } of emptied.account)
    found[`${name}.${column}`] = (
      await centre.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${name} WHERE ${column} = $1`, [
        account,
      ])
    )[0]!.n;
  return found;
};
