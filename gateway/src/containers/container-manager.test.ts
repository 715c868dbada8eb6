/** The life of a container: one wake for all who wait, sleep when idle, and another try when it does not come. */
import { resolve } from 'node:path';
import { beforeEach, afterEach, describe, expect, it, vi } from 'vitest';
import { loadSettings } from '../../../config/schema.js';
import { TestGate } from '../../../test/kit/deletion-gate.js';
import { accountId, type AccountId } from '../../../contracts/ids.js';
import { Changes } from '../changes/changes.service.js';
import type { ChannelsService } from '../channels/channels.service.js';
import type { AllowlistService } from '../egress/allowlist.service.js';
import type { InboundService } from '../inbound/inbound.service.js';
import { ContainerManager } from './container-manager.service.js';
import type { DoorsService } from './doors.service.js';
import type { GatewayDoorRoutes } from './gateway-door.service.js';
import type { ContainerStatus, Runtime } from './runtime.js';

const alice = accountId.parse('0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0001');
const bob = accountId.parse('0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0002');
const settings = loadSettings(resolve(import.meta.dirname, '../../..'), {});

/** An engine in memory; `calls` is what it was asked. */
class FakeRuntime implements Runtime {
  readonly kind = 'docker';
  readonly calls: string[] = [];
  readonly states = new Map<AccountId, ContainerStatus>();
  onStart: (account: AccountId) => void = () => undefined;
  stopping: Promise<void> = Promise.resolve();

  async create(account: AccountId): Promise<void> {
    this.calls.push('create');
    this.states.set(account, { account, running: false, current: true });
  }
  async start(account: AccountId): Promise<void> {
    this.calls.push('start');
    this.states.get(account)!.running = true;
    this.onStart(account);
  }
  async stop(account: AccountId, grace: number): Promise<void> {
    this.calls.push(`stop ${grace}`);
    await this.stopping;
    const state = this.states.get(account);
    if (state) state.running = false;
  }
  async remove(): Promise<void> {}
  traces = async () => ({});
  inspect = async (account: AccountId) => this.states.get(account) ?? null;
  list = async () => [...this.states.values()];
}

let runtime: FakeRuntime;
let linked: AccountId[];
let redriven: AccountId[];
let manager: ContainerManager;
let changes: Changes;
let gate: TestGate;

beforeEach(() => {
  vi.useFakeTimers();
  runtime = new FakeRuntime();
  linked = [alice];
  redriven = [];
  changes = new Changes();
  gate = new TestGate();
  manager = new ContainerManager(
    settings,
    runtime,
    {
      folder: (account: string) => `/doors/${account}`,
      opened: async () => undefined,
      closeAll: async () => undefined,
    } as unknown as DoorsService,
    {} as GatewayDoorRoutes,
    { linkedAccounts: async () => linked, liveAccounts: async () => linked } as unknown as ChannelsService,
    {} as AllowlistService,
    { redrive: async (account: AccountId) => void redriven.push(account) } as unknown as InboundService,
    changes,
    gate.gate,
  );
  runtime.onStart = (account) => setTimeout(() => manager.onReady(account), 100);
});
afterEach(() => vi.useRealTimers());

async function awake(account = alice) {
  const waking = manager.awake(account);
  waking.catch(() => undefined);
  await vi.advanceTimersByTimeAsync(150);
  return waking;
}

describe('waking', () => {
  it('makes and starts a container once for all who wait, and not again while it is awake', async () => {
    const all = [manager.awake(alice), manager.awake(alice), manager.awake(alice)];
    await vi.advanceTimersByTimeAsync(150);
    expect(new Set(await Promise.all(all)).size).toBe(1);
    await manager.awake(alice);
    expect(runtime.calls).toEqual(['create', 'start']);
    expect(redriven).toEqual([alice]);
    expect(manager.ifAwake(alice)).not.toBeNull();
    expect(manager.ifAwake(bob)).toBeNull();
  });

  it('replaces a sleeping container of an older template, and not a running one', async () => {
    runtime.states.set(alice, { account: alice, running: false, current: false });
    runtime.states.set(bob, { account: bob, running: true, current: false });
    await awake(alice);
    await awake(bob);
    expect(runtime.calls).toEqual(['create', 'start', 'start']);
  });

  it('that takes too long ends what does not answer, and begins anew with the next', async () => {
    runtime.onStart = () => undefined;
    const late = manager.awake(alice);
    const refused = expect(late).rejects.toMatchObject({ code: 'container-unavailable' });
    await vi.advanceTimersByTimeAsync(settings.containers.wakeTimeoutSeconds * 1_000);
    await refused;
    runtime.onStart = (account) => manager.onReady(account);
    await awake();
    expect(runtime.calls).toEqual(['create', 'start', 'stop 0', 'start']);
  });

  it('makes one of an older image anew when it says so, and does not wait for what never comes', async () => {
    runtime.states.set(alice, { account: alice, running: true, current: false });
    runtime.onStart = (account) => {
      const { current } = runtime.states.get(account)!;
      setTimeout(() => (current ? manager.onReady(account) : manager.onOtherVersion(account)), 100);
    };
    const waking = manager.awake(alice);
    await vi.advanceTimersByTimeAsync(250);
    await waking;
    expect(runtime.calls).toEqual(['start', 'stop 0', 'create', 'start']);
  });

  it('says that the image is of another version, where it is, and tries again when it may be a new one', async () => {
    runtime.onStart = (account) => setTimeout(() => manager.onOtherVersion(account), 100);
    const refused = expect(manager.awake(alice)).rejects.toMatchObject({ code: 'version-mismatch' });
    await vi.advanceTimersByTimeAsync(150);
    await refused;
    expect(runtime.calls).toEqual(['create', 'start', 'stop 0']);
    manager.onGone(alice);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(runtime.calls.slice(3)).toEqual(['start', 'stop 0']);
    runtime.onStart = (account) => setTimeout(() => manager.onReady(account), 100);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(manager.ifAwake(alice)).not.toBeNull();
  });

  it('replaces one that ran when the gateway was, though nobody waits for it; one that is ready may say what it likes', async () => {
    runtime.states.set(alice, { account: alice, running: true, current: false });
    manager.onOtherVersion(alice);
    // It says hello again and again.
    manager.onOtherVersion(alice);
    await vi.advanceTimersByTimeAsync(500);
    expect(runtime.calls).toEqual(['stop 0', 'create', 'start']);
    expect(manager.ifAwake(alice)).not.toBeNull();
    manager.onOtherVersion(alice);
    await vi.advanceTimersByTimeAsync(500);
    expect(runtime.calls).toHaveLength(3);
  });

  it('that fails in the engine fails those who wait, and not the next', async () => {
    runtime.start = () => Promise.reject(new Error('no engine'));
    await expect(manager.awake(alice)).rejects.toThrow('no engine');
    runtime.start = FakeRuntime.prototype.start.bind(runtime);
    await expect(awake()).resolves.toBeDefined();
  });
});

describe('sleeping', () => {
  it('comes after the idle time, not before, and a wake meanwhile waits for it', async () => {
    await awake();
    manager.onIdle(alice, settings.containers.idleStopSeconds - 1);
    expect(manager.ifAwake(alice)).not.toBeNull();
    let asleep = (): void => undefined;
    runtime.stopping = new Promise((resolve) => (asleep = resolve));
    manager.onIdle(alice, settings.containers.idleStopSeconds);
    manager.onIdle(alice, settings.containers.idleStopSeconds);
    manager.onGone(alice);
    expect(manager.ifAwake(alice)).toBeNull();
    const again = manager.awake(alice);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(runtime.calls).toEqual(['create', 'start', 'stop 8']);
    asleep();
    await vi.advanceTimersByTimeAsync(150);
    await again;
    expect(runtime.calls).toEqual(['create', 'start', 'stop 8', 'start']);
  });
});

describe('an operator', () => {
  it('puts a container to sleep that is busy, also one that is just waking, and it stays asleep', async () => {
    await awake();
    await manager.sleep(alice);
    manager.onGone(alice);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(manager.state(alice)).toBe('asleep');
    expect(runtime.calls).toEqual(['create', 'start', 'stop 8']);
    const waking = manager.awake(alice);
    expect(manager.state(alice)).toBe('waking');
    const sleeping = manager.sleep(alice);
    await vi.advanceTimersByTimeAsync(1_000);
    await Promise.all([waking, sleeping]);
    expect(runtime.calls).toEqual(['create', 'start', 'stop 8', 'start', 'stop 8']);
    expect(manager.state(alice)).toBe('asleep');
  });

  it('restarts a container into the template in force', async () => {
    await awake();
    runtime.states.set(alice, { account: alice, running: true, current: false });
    const restarted = manager.restart(alice);
    await vi.advanceTimersByTimeAsync(1_000);
    await restarted;
    expect(runtime.calls).toEqual(['create', 'start', 'stop 8', 'create', 'start']);
    expect(manager.state(alice)).toBe('awake');
  });

  it('learns that a container could not be stopped', async () => {
    await awake();
    runtime.stopping = Promise.reject(new Error('no engine'));
    await expect(manager.sleep(alice)).rejects.toThrow('no engine');
  });
});

it('who looks is told of each turn in the life of a container, and nothing of others', async () => {
  const told: string[] = [];
  changes.listen(alice, (change) => told.push(`${change} ${manager.state(alice)}`));
  await awake(bob);
  expect(told).toEqual([]);
  await awake();
  await manager.sleep(alice);
  expect(told).toEqual(['container waking', 'container awake', 'container awake', 'container asleep']);
});

describe('a container that goes by itself', () => {
  it('is brought back when a channel is linked, again and again until it comes', async () => {
    await awake();
    runtime.start = () => Promise.reject(new Error('no engine'));
    manager.onGone(alice);
    await vi.advanceTimersByTimeAsync(12_000);
    expect(manager.ifAwake(alice)).toBeNull();
    runtime.start = FakeRuntime.prototype.start.bind(runtime);
    await vi.advanceTimersByTimeAsync(6_000);
    expect(manager.ifAwake(alice)).not.toBeNull();
  });

  it('is left alone when no channel is, or when Ara stops', async () => {
    await awake();
    linked = [];
    manager.onGone(alice);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(runtime.calls).toEqual(['create', 'start']);
    linked = [alice];
    await manager.stop(false);
    manager.onGone(alice);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(runtime.calls).toEqual(['create', 'start']);
    await expect(manager.awake(alice)).rejects.toMatchObject({ code: 'draining' });
  });
});

describe('start and stop of Ara', () => {
  it('wakes every linked account that sleeps, and stops only what runs', async () => {
    linked = [alice, bob];
    runtime.states.set(alice, { account: alice, running: true, current: true });
    const resumed = manager.resume();
    await vi.advanceTimersByTimeAsync(1_000);
    await resumed;
    expect(runtime.calls).toEqual(['create', 'start']);
    expect(manager.ifAwake(bob)).not.toBeNull();
    runtime.states.get(alice)!.running = false;
    await manager.stop(true);
    expect(runtime.calls).toEqual(['create', 'start', 'stop 8']);
  });
});

describe('while something of it is being deleted', () => {
  it('nobody wakes it but who deletes', async () => {
    gate.closed.set(alice, 'memory');
    await expect(manager.awake(alice)).rejects.toMatchObject({ code: 'being-deleted' });
    expect(runtime.calls).toEqual([]);
    runtime.onStart = (account) => manager.onReady(account);
    await manager.awakeToDelete(alice);
    // Also not one that is awake already.
    await expect(manager.awake(alice)).rejects.toMatchObject({ code: 'being-deleted' });
    gate.closed.clear();
    await expect(manager.awake(alice)).resolves.toBeDefined();
  });
});
