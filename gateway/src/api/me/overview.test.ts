/** The account at a glance over a real Postgres: home, usage, data flows, where data lies, and that it is one's own only. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { DOOR_VERSION, type Figure } from '../../../../contracts/gateway-door.js';
import type { AccountId } from '../../../../contracts/ids.js';
import { liveSessions } from '../../../../test/kit/live-sessions.js';
import { startCentre, type Centre } from '../../../../test/kit/centre.js';
import { FakeContainers } from '../../../../test/kit/fake-containers.js';
import { ChannelsService } from '../../channels/channels.service.js';
import { ContainerManager } from '../../containers/container-manager.service.js';
import { ContainerRecords } from '../../containers/container-records.service.js';
import { LedgerService } from '../../egress/ledger.service.js';
import { InboundService } from '../../inbound/inbound.service.js';
import { nothingMore } from '../../keys/key-request.js';
import { KeysService } from '../../keys/keys.service.js';
import { UsageService } from '../../usage/usage.service.js';
import { ChannelList } from './channel-list.service.js';
import { HoldingsService, holdingTables } from './holdings.service.js';
import { HomeService } from './home.service.js';
import { LiveEvents } from './live-events.service.js';
import { OpenStreams } from './open-streams.js';
import { OverviewController } from './overview.controller.js';
import type * as shapes from './shapes.js';

type Home = z.input<typeof shapes.home>;

const containers = new FakeContainers();
const held = new Map<AccountId, { items: number; bytes: number }>();
let centre: Centre;
let alice: AccountId;
let bob: AccountId;
let users = 0;

const today = (daysAgo = 0): string => new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);
const figure = (more: Partial<Figure> = {}): Figure => ({
  day: today(),
  channel: 'telegram',
  outcome: 'answered',
  provider: 'anthropic',
  model: 'claude-sonnet-5-5',
  inputTokens: 100,
  cachedTokens: 20,
  outputTokens: 30,
  costMicros: 4_000,
  ...more,
});
const key = { ...nothingMore, key: 'sk-ant-0123456789' };

beforeAll(async () => {
  centre = await startCentre({
    controllers: [OverviewController],
    providers: [
      HomeService,
      LiveEvents,
      OpenStreams,
      liveSessions(),
      HoldingsService,
      ChannelList,
      { provide: ContainerManager, useValue: containers.manager },
      {
        provide: InboundService,
        useValue: { heldFor: async (account: AccountId) => held.get(account) ?? { items: 0, bytes: 0 } },
      },
    ],
  });
}, 60_000);
afterAll(() => centre.stop());

beforeEach(async () => {
  containers.answers = {};
  containers.done.length = 0;
  containers.asked.length = 0;
  users++;
  alice = await centre.addAccount(`alice-${users}`);
  bob = await centre.addAccount(`bob-${users}`);
  // As a container's first start does.
  await centre.get(ContainerRecords).key(alice);
});

const channels = (): ChannelsService => centre.get(ChannelsService);
const usage = (): UsageService => centre.get(UsageService);
const home = (account = alice): Promise<Home> => centre.read<Home>(account, '/v1/me/home');

describe('home', () => {
  it('of somebody new says what to do, and wakes nobody', async () => {
    expect(await home()).toEqual({
      container: { state: 'asleep', wakeAt: null, waiting: null },
      channels: ['telegram', 'matrix', 'whatsapp'].map((kind) => ({
        kind,
        state: 'unlinked',
        since: null,
        lastMessageAt: null,
      })),
      today: { messages: 0, inputTokens: 0, outputTokens: 0, costMicros: 0 },
      alarms: [
        { kind: 'no-key', channel: null, provider: null },
        { kind: 'no-channel', channel: null, provider: null },
      ],
      steps: { key: false, channel: false, message: false },
    });
    expect(containers.done).toEqual([]);
    expect(containers.asked).toEqual([]);
  });

  it('follows the first steps one after the other', async () => {
    const steps = async (): Promise<Home['steps']> => (await home()).steps;
    await centre.get(KeysService).set(alice, 'anthropic', key);
    expect(await steps()).toEqual({ key: true, channel: false, message: false });
    for (const state of ['connecting', 'waiting-for-owner'] as const) {
      await channels().report(alice, 'telegram', state, null);
      expect(await steps()).toMatchObject({ channel: false });
    }
    await channels().report(alice, 'telegram', 'connected', null);
    expect(await steps()).toEqual({ key: true, channel: true, message: false });
    await usage().add(alice, 1, [figure()]);
    const done = await home();
    expect(done.steps).toEqual({ key: true, channel: true, message: true });
    expect(done.alarms).toEqual([]);
    expect(Math.abs(Date.parse(String(done.channels[0]?.lastMessageAt)) - Date.now())).toBeLessThan(5_000);
    expect((await home(bob)).steps).toEqual({ key: false, channel: false, message: false });
  });

  it('adds up what today took, and of this account alone', async () => {
    await centre.get(ContainerRecords).key(bob);
    await usage().add(alice, 1, [
      figure(),
      figure({ outcome: 'failed', model: null, provider: null }),
      figure({ day: today(1) }),
    ]);
    await usage().add(bob, 1, [figure({ inputTokens: 7_777 })]);
    expect((await home()).today).toEqual({
      messages: 2,
      inputTokens: 240,
      outputTokens: 60,
      costMicros: 8_000,
    });
  });

  it('asks a container that is awake, and says so when the budget is used up', async () => {
    containers.awakeNow.add(alice);
    containers.answers = {
      'GET /v1/health': {
        version: DOOR_VERSION,
        agent: 'running',
        channels: [],
        journal: { received: 1, queued: 2, delivered: 3, answered: 40, failed: 5 },
      },
      'GET /v1/budget': { caps: { day: 10, month: null }, today: 10, thisMonth: 10, rows: [] },
    };
    const seen = await home();
    expect(seen.container).toMatchObject({ state: 'awake', waiting: 6 });
    expect(seen.alarms.map(({ kind }) => kind)).toContain('budget-used-up');
  });

  it('does not wait for a container that does not answer', async () => {
    containers.awakeNow.add(alice);
    containers.answers = { 'GET /v1/health': () => new Promise(() => undefined) };
    const began = performance.now();
    expect((await home()).container).toMatchObject({ state: 'awake', waiting: null });
    expect(performance.now() - began).toBeLessThan(3_000);
  });

  it('tells of a key that was refused, until it answers again', async () => {
    const kinds = async (): Promise<string[]> => (await home()).alarms.map(({ kind }) => kind);
    await centre.get(KeysService).set(alice, 'anthropic', key);
    await centre.get(KeysService).refused(alice, 'anthropic');
    await centre.get(KeysService).refused(bob, 'anthropic');
    expect(await kinds()).toContain('key-refused');
    await usage().add(alice, 1, [figure({ outcome: 'failed' })]);
    expect(await kinds()).toContain('key-refused');
    await usage().add(alice, 2, [figure()]);
    expect(await kinds()).not.toContain('key-refused');
    await centre.get(KeysService).refused(alice, 'anthropic');
    await centre.get(KeysService).set(alice, 'anthropic', key);
    expect(await kinds()).not.toContain('key-refused');
  });

  it('is nothing for nobody', async () => {
    const response = await fetch(`${centre.address}/v1/me/home`);
    expect(response.status).toBe(401);
  });
});

describe('usage', () => {
  beforeEach(async () => {
    await usage().add(alice, 1, [
      figure(),
      figure(),
      figure({ day: today(10), provider: null, model: null }),
    ]);
  });

  it('comes in rows, as far back as is asked', async () => {
    type Usage = z.input<typeof shapes.usage>;
    const month = await centre.read<Usage>(alice, '/v1/me/usage');
    expect(month.pricesFrom).toBe(centre.settings.modelList.date);
    expect(month.rows).toMatchObject([
      { day: today(), messages: 2, inputTokens: 200, cachedTokens: 40, outputTokens: 60, costMicros: 8_000 },
      { day: today(10), provider: null, model: null },
    ]);
    expect((await centre.read<Usage>(alice, '/v1/me/usage?days=10')).rows).toHaveLength(1);
    expect((await centre.read<Usage>(alice, '/v1/me/usage?days=11')).rows).toHaveLength(2);
    expect((await centre.read<Usage>(bob, '/v1/me/usage')).rows).toEqual([]);
  });

  it.each(['days=0', 'days=367', 'days=x', 'weeks=1'])('is refused for %s', async (query) => {
    const response = await centre.ask(alice, 'GET', `/v1/me/usage?${query}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'bad-request' } });
  });

  it('is there as a file for a spreadsheet', async () => {
    const response = await centre.ask(alice, 'GET', '/v1/me/usage.csv');
    expect(response.headers.get('content-type')).toMatch(/^text\/csv/);
    expect(response.headers.get('content-disposition')).toContain('ara-usage.csv');
    const lines = (await response.text()).split('\r\n');
    expect(lines[0]).toMatch(/^day,channel,/);
    expect(lines[1]).toBe(`${today()},telegram,anthropic,claude-sonnet-5-5,answered,2,200,40,60,0.008000`);
    expect(lines).toHaveLength(4);
  });
});

it('data flows are the account’s own, by day and host', async () => {
  const ledger = centre.get(LedgerService);
  ledger.add(alice, 'api.anthropic.com', 'model anthropic', {
    connections: 1,
    bytesUp: 5_000_000_000,
    bytesDown: 7,
  });
  ledger.add(bob, 'api.openai.com', 'model openai', { connections: 1 });
  const { flows } = await centre.read<z.input<typeof shapes.flows>>(alice, '/v1/me/flows?days=1');
  expect(flows).toMatchObject([
    {
      day: today(),
      host: 'api.anthropic.com',
      connections: 1,
      refused: 0,
      bytesUp: 5_000_000_000,
      bytesDown: 7,
    },
  ]);
});

describe('where data lies', () => {
  type Holdings = z.input<typeof shapes.privacy>['holdings'];
  const holdings = async (account = alice): Promise<Record<string, Holdings[number]>> => {
    const { holdings: found } = await centre.read<{ holdings: Holdings }>(account, '/v1/me/privacy');
    return Object.fromEntries(found.map((each) => [each.what, each]));
  };

  it('is counted for this account, and a container that sleeps is not asked', async () => {
    const before = await holdings();
    await centre.get(KeysService).set(alice, 'anthropic', key);
    await centre.get(KeysService).set(bob, 'anthropic', key);
    await channels().report(alice, 'telegram', 'connected', null);
    await usage().add(alice, 1, [figure(), figure({ outcome: 'failed' })]);
    held.set(alice, { items: 3, bytes: 1_024 });
    const after = await holdings();
    expect(before['api-keys']).toEqual({
      what: 'api-keys',
      where: 'database',
      items: 0,
      bytes: 0,
      encrypted: true,
    });
    expect(after['api-keys']).toMatchObject({ items: 1 });
    expect(after['api-keys']?.bytes).toBeGreaterThan(50);
    expect(after['usage-figures']).toMatchObject({ items: 2, encrypted: false });
    expect(after['queue']).toEqual({
      what: 'queue',
      where: 'queue',
      items: 3,
      bytes: 1_024,
      encrypted: true,
    });
    expect(after['channel-credentials']).toMatchObject({ where: 'container', items: 1, encrypted: true });
    // Account, data key and container; the channel came since.
    expect(before['account']).toMatchObject({ items: 3 });
    expect(after['account']).toMatchObject({ items: 4 });
    for (const what of ['conversations', 'memory', 'files'])
      expect(after[what]).toMatchObject({ where: 'container', items: null, bytes: null });
    expect(containers.asked).toEqual([]);
    expect(containers.done).toEqual([]);
  });

  it('is asked of a container that is awake', async () => {
    containers.awakeNow.add(alice);
    containers.answers = {
      'GET /v1/content/holdings': {
        conversations: { items: 4, bytes: 5_000 },
        memory: { items: 2, bytes: 300 },
        files: { items: 0, bytes: 0 },
      },
    };
    const { conversations, memory, files } = await holdings();
    expect(conversations).toMatchObject({ items: 4, bytes: 5_000 });
    expect(memory).toMatchObject({ items: 2, bytes: 300 });
    expect(files).toMatchObject({ items: 0, bytes: 0 });
  });

  it('leaves out no table that has rows of accounts', async () => {
    const rows = await centre.query<{ name: string }>(
      `SELECT CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname AS name
       FROM pg_constraint AS f JOIN pg_class AS c ON c.oid = f.conrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
       WHERE f.contype = 'f' AND f.confrelid = 'accounts'::regclass`,
    );
    const named = new Set(Object.values(holdingTables).flatMap((tables) => tables.map(({ name }) => name)));
    expect(rows.length).toBeGreaterThan(4);
    expect(rows.map(({ name }) => name).filter((name) => !named.has(name))).toEqual([]);
  });
});
