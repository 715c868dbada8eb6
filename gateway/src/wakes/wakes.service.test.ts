/** Wishes to be woken: kept in Postgres, and followed by the queue in whatever order things happen. */
import type { Queue } from 'bullmq';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { accountId, type AccountId } from '../../../contracts/ids.js';
import type { ContainerRecords } from '../containers/container-records.service.js';
import type { WakeJob } from './queue.js';
import { WakesService } from './wakes.service.js';

const alice = accountId.parse('0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0001');
const bob = accountId.parse('0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0002');
const NOW = Date.parse('2026-11-23T08:00:00Z');
const MINUTE = 60_000;
const YEAR = 365 * 24 * 60 * MINUTE;

type Pause = () => Promise<unknown>;

/** Postgres and the queue, each as much as is asked of it; `pause` is how long an answer takes. */
class World {
  wishes = new Map<AccountId, Date | null>();
  /** When the job of an account is due. */
  jobs = new Map<string, number>();
  /** Accounts whose job is under way: it can be neither removed nor replaced. */
  running = new Set<string>();
  queueFails: Error | null = null;

  constructor(private readonly pause: Pause = () => Promise.resolve()) {}

  service(): WakesService {
    const records = {
      wakeAt: async (account: AccountId) => {
        const found = this.wishes.get(account) ?? null;
        await this.pause();
        return found;
      },
      setWakeAt: async (account: AccountId, at: Date | null) => {
        await this.pause();
        const changed = this.wishes.get(account)?.getTime() !== at?.getTime();
        this.wishes.set(account, at);
        await this.pause();
        return changed;
      },
      wakesUntil: async (until: Date) =>
        [...this.wishes].flatMap(([account, at]) => (at && at < until ? [{ account, at }] : [])),
    };
    const add = (jobId: string, delay: number): void => {
      if (!this.jobs.has(jobId)) this.jobs.set(jobId, Date.now() + delay);
    };
    const queue = {
      remove: async (id: string) => {
        if (this.queueFails) throw this.queueFails;
        if (!this.running.has(id)) this.jobs.delete(id);
        await this.pause();
      },
      add: async (_name: string, data: WakeJob, { jobId, delay }: { jobId: string; delay: number }) => {
        expect(data).toEqual({ account: jobId });
        await this.pause();
        add(jobId, delay);
      },
      addBulk: async (jobs: { data: WakeJob; opts: { jobId: string; delay: number } }[]) => {
        if (this.queueFails) throw this.queueFails;
        for (const { data, opts } of jobs) {
          expect(data).toEqual({ account: opts.jobId });
          add(opts.jobId, opts.delay);
        }
      },
    };
    return new WakesService(records as unknown as ContainerRecords, queue as unknown as Queue<WakeJob>);
  }
}

let world: World;
let wakes: WakesService;
const settled = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  world = new World();
  wakes = world.service();
});
afterEach(() => {
  wakes.onModuleDestroy();
  vi.useRealTimers();
});

describe('a wish', () => {
  it('is kept, and has one job for its time', async () => {
    await wakes.wish(alice, NOW + 5 * MINUTE);
    await settled();
    expect(world.wishes.get(alice)).toEqual(new Date(NOW + 5 * MINUTE));
    expect(world.jobs).toEqual(new Map([[alice, NOW + 5 * MINUTE]]));
  });

  it('takes the place of an earlier one, and none takes it back', async () => {
    await wakes.wish(alice, NOW + 5 * MINUTE);
    await wakes.wish(bob, NOW + MINUTE);
    await wakes.wish(alice, NOW + 9 * MINUTE);
    await settled();
    expect(world.jobs.get(alice)).toBe(NOW + 9 * MINUTE);
    await wakes.wish(alice, null);
    await settled();
    expect(world.wishes.get(alice)).toBeNull();
    expect(world.jobs).toEqual(new Map([[bob, NOW + MINUTE]]));
  });

  it('for the past is due at once', async () => {
    await wakes.wish(alice, 0);
    await settled();
    expect(world.jobs.get(alice)).toBe(NOW);
    expect(await wakes.due(alice)).toBe(0);
  });

  it('that is repeated leaves its job as it is', async () => {
    await wakes.wish(alice, NOW + MINUTE);
    await settled();
    world.jobs.set(alice, NOW + 2 * MINUTE);
    await wakes.wish(alice, NOW + MINUTE);
    await settled();
    expect(world.jobs.get(alice)).toBe(NOW + 2 * MINUTE);
  });

  it('for five years from now is taken, and for later is not', async () => {
    await wakes.wish(alice, NOW + 5 * YEAR);
    await expect(wakes.wish(bob, NOW + 6 * YEAR)).rejects.toMatchObject({ code: 'bad-request' });
    await expect(wakes.wish(bob, Number.MAX_SAFE_INTEGER)).rejects.toMatchObject({ code: 'bad-request' });
    expect([...world.wishes.keys()]).toEqual([alice]);
  });

  it('is kept although the queue is away', async () => {
    world.queueFails = new Error('ECONNREFUSED');
    await wakes.wish(alice, NOW + MINUTE);
    await settled();
    expect(world.wishes.get(alice)).toEqual(new Date(NOW + MINUTE));
  });

  it('is due from its time on', async () => {
    await wakes.wish(alice, NOW + MINUTE);
    expect(await wakes.due(alice)).toBeNull();
    vi.setSystemTime(NOW + MINUTE);
    expect(await wakes.due(alice)).toBe(NOW + MINUTE);
    expect(await wakes.due(bob)).toBeNull();
  });
});

describe('once its container was told', () => {
  it('a wish stays, and is told again after longer and longer, an hour at most', async () => {
    await wakes.wish(alice, NOW);
    await settled();
    const pauses: number[] = [];
    for (let time = 0; time < 9; time++) {
      world.jobs.delete(alice);
      await wakes.follow(alice, NOW);
      const next = world.jobs.get(alice) ?? 0;
      pauses.push((next - Date.now()) / MINUTE);
      vi.setSystemTime(next);
    }
    expect(pauses).toEqual([1, 1, 2, 4, 8, 16, 32, 60, 60]);
  });

  it('the next wish has its own job, even one that came while the last was under way', async () => {
    await wakes.wish(alice, NOW);
    await settled();
    world.running.add(alice);
    await wakes.wish(alice, NOW + 3_000);
    await settled();
    world.running.delete(alice);
    world.jobs.delete(alice);
    await wakes.follow(alice, NOW);
    expect(world.jobs.get(alice)).toBe(NOW + 3_000);
  });
});

describe('what the queue does not know', () => {
  beforeEach(() => {
    world.wishes.set(alice, new Date(NOW - MINUTE));
    world.wishes.set(bob, new Date(NOW + 90_000));
  });

  it('is made good at the start: what is due, and what will be soon', async () => {
    wakes.onApplicationBootstrap();
    await settled();
    expect(world.jobs).toEqual(
      new Map([
        [alice, NOW],
        [bob, NOW + 90_000],
      ]),
    );
  });

  it('is made good within a minute, and what the queue knows stays as it is', async () => {
    wakes.onApplicationBootstrap();
    await settled();
    world.jobs.delete(bob);
    world.jobs.set(alice, NOW + 10 * MINUTE);
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(world.jobs.get(bob)).toBe(NOW + 90_000);
    expect(world.jobs.get(alice)).toBe(NOW + 10 * MINUTE);
  });

  it('is looked for again after the queue was away', async () => {
    world.queueFails = new Error('ECONNREFUSED');
    wakes.onApplicationBootstrap();
    await settled();
    world.queueFails = null;
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(world.jobs.size).toBe(2);
  });

  it('is left alone while it is far away', async () => {
    world.wishes = new Map([[alice, new Date(NOW + YEAR)]]);
    wakes.onApplicationBootstrap();
    await settled();
    expect(world.jobs.size).toBe(0);
  });
});

it('in whatever order wishes and the ends of jobs come, the job that is left is for the last wish', async () => {
  vi.useRealTimers();
  const wish = fc.option(fc.integer({ min: 10, max: 14 }), { nil: null });
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.oneof(wish, fc.constant('end')), { minLength: 2, maxLength: 5 }),
      async (scheduler, events) => {
        const order = new World(() => scheduler.schedule(Promise.resolve()));
        const service = order.service();
        const base = Math.floor(Date.now() / 1_000) * 1_000;
        await Promise.all([
          ...events.map((event) =>
            event === 'end'
              ? service.follow(alice, null)
              : service.wish(alice, event === null ? null : base + event * 10_000),
          ),
          scheduler.waitIdle(),
        ]);
        await scheduler.waitIdle();
        const last = order.wishes.get(alice)?.getTime();
        const due = order.jobs.get(alice);
        if (last === undefined) expect(due).toBeUndefined();
        else expect(Math.abs((due ?? 0) - last)).toBeLessThan(1_000);
      },
    ),
    { numRuns: 300 },
  );
});
