/** Machines for an operator, over a real Postgres: who has a container and how it is, and the health of every part. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type * as z from 'zod';
import type { AccountId } from '../../../../contracts/ids.js';
import { startCentre, type Centre } from '../../../../test/kit/centre.js';
import { FakeContainers } from '../../../../test/kit/fake-containers.js';
import { ContainerManager } from '../../containers/container-manager.service.js';
import { ContainerRecords } from '../../containers/container-records.service.js';
import { HealthService } from '../../health/health.service.js';
import { Refusals } from '../../health/refusals.js';
import { InboundService } from '../../inbound/inbound.service.js';
import { FleetService } from './fleet.service.js';
import { MachineHealth } from './machine-health.service.js';
import type * as shapes from './shapes.js';

const containers = new FakeContainers();
let counts: () => Promise<{ waiting: number; active: number; delayed: number; quarantined: number }>;
let centre: Centre;
let alice: AccountId;
let bob: AccountId;

beforeAll(async () => {
  centre = await startCentre({
    providers: [
      FleetService,
      MachineHealth,
      HealthService,
      { provide: ContainerManager, useValue: containers.manager },
      { provide: InboundService, useValue: { counts: () => counts() } },
    ],
  });
  alice = await centre.addAccount('alice');
  bob = await centre.addAccount('bob');
  await centre.addAccount('carol');
  for (const account of [alice, bob]) await centre.get(ContainerRecords).key(account);
}, 60_000);
afterAll(() => centre.stop());
beforeEach(() => {
  counts = async () => ({ waiting: 1, active: 2, delayed: 3, quarantined: 4 });
});

describe('containers', () => {
  it('are listed by account: awake, asleep, or none yet', async () => {
    const wakeAt = new Date('2026-12-01T08:00:00Z');
    await centre.get(ContainerRecords).setWakeAt(bob, wakeAt);
    containers.status = [{ account: alice, running: true, current: false }];
    containers.memoryBytes = 50_000_000;
    const list: z.infer<typeof shapes.containers> = await centre.get(FleetService).list();
    expect(list).toMatchObject({ runtime: 'process', image: centre.settings.containers.image });
    expect(list.containers).toMatchObject([
      {
        account: alice,
        name: 'alice',
        state: 'awake',
        memoryBytes: 50_000_000,
        current: false,
        wakeAt: null,
      },
      { account: bob, name: 'bob', state: 'asleep', memoryBytes: null, current: null, wakeAt },
      { name: 'carol', state: 'none', memoryBytes: null, current: null, wakeAt: null },
    ]);
  });

  it('whose memory cannot be told are listed all the same', async () => {
    containers.status = [{ account: alice, running: true, current: true }];
    const { memory } = containers;
    containers.memory = () => Promise.reject(new Error('no engine'));
    expect((await centre.get(FleetService).list()).containers[0]).toMatchObject({
      state: 'awake',
      memoryBytes: null,
    });
    containers.memory = memory;
  });
});

describe('health', () => {
  it('has each part, the queue in figures, and what was refused', async () => {
    centre.get(Refusals).count('egress.sock', 'not-allowed');
    const seen = await centre.get(MachineHealth).health();
    expect(seen.parts.map(({ part, ok }) => [part, ok])).toEqual([
      ['database', true],
      ['queue', true],
      ['containers', true],
    ]);
    expect(seen.queue).toEqual({ waiting: 1, active: 2, delayed: 3, failed: 4 });
    expect(seen.refusals).toContainEqual({ door: 'egress.sock', code: 'not-allowed', count: 1 });
    expect(Math.abs(Date.now() - process.uptime() * 1_000 - seen.startedAt.getTime())).toBeLessThan(2_000);
  });

  it('is told although the queue does not answer', async () => {
    counts = () => new Promise(() => undefined);
    const seen = await centre.get(MachineHealth).health();
    expect(seen.parts.find(({ part }) => part === 'queue')?.ok).toBe(false);
    expect(seen.queue).toEqual({ waiting: 0, active: 0, delayed: 0, failed: 0 });
  });
});
