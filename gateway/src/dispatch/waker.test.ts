/** What becomes of a wake: its container is awake and told, or it is tried again; never dropped, never told to another. */
import { UnrecoverableError, type Job } from 'bullmq';
import { beforeEach, describe, expect, it } from 'vitest';
import { AraError } from '../../../contracts/errors.js';
import { accountId, type AccountId } from '../../../contracts/ids.js';
import type { ContainerManager } from '../containers/container-manager.service.js';
import { Refusals } from '../health/refusals.js';
import { wakeBackoff, type WakeJob } from '../wakes/queue.js';
import type { WakesService } from '../wakes/wakes.service.js';
import { Waker } from './waker.js';

const alice = accountId.parse('0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0001');
const SECRET = 'the words of a reminder';

let due: number | null;
let trouble: Error | null;
let told: string[];
let followed: [AccountId, number | null][];
let refusals: Refusals;
let waker: Waker;

beforeEach(() => {
  due = Date.now();
  trouble = null;
  told = [];
  followed = [];
  refusals = new Refusals();
  const wakes = {
    due: async () => due,
    follow: async (account: AccountId, at: number | null) => {
      followed.push([account, at]);
      if (trouble) throw trouble;
    },
  };
  const containers = {
    awake: async (account: AccountId) => {
      if (trouble) throw trouble;
      return { call: async (method: string, path: string) => void told.push(`${account} ${method} ${path}`) };
    },
  };
  waker = new Waker(wakes as unknown as WakesService, containers as unknown as ContainerManager, refusals);
});

const job = (data: unknown, attemptsMade = 0): Job<WakeJob> => ({ data, attemptsMade }) as Job<WakeJob>;

describe('a wake whose time has come', () => {
  it('is told to its container, once that is awake', async () => {
    await expect(waker.process(job({ account: alice }))).resolves.toBe(due);
    expect(told).toEqual([`${alice} POST /v1/wake`]);
  });

  it('is tried again for as long as its container does not come, and leaves a code in the queue', async () => {
    trouble = new Error(SECRET);
    for (const made of [0, 1, 500]) {
      const thrown = await waker.process(job({ account: alice }, made)).catch((error: unknown) => error);
      expect(thrown).toEqual(new AraError('internal'));
      expect(JSON.stringify(thrown)).not.toContain(SECRET);
    }
    trouble = new AraError('container-unavailable');
    await expect(waker.process(job({ account: alice }))).rejects.toEqual(
      new AraError('container-unavailable'),
    );
  });

  it('is tried again soon, and then every five minutes', () => {
    const waits = Array.from({ length: 20 }, (_, at) => wakeBackoff(at + 1));
    expect(waits.slice(0, 4)).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(Math.max(...waits)).toBe(300_000);
  });
});

describe('a wake that was taken back or moved', () => {
  it('wakes nobody', async () => {
    due = null;
    await expect(waker.process(job({ account: alice }))).resolves.toBeNull();
    expect(told).toEqual([]);
  });
});

describe('a wake that is over', () => {
  it('makes room for the next', async () => {
    await waker.onCompleted(job({ account: alice }), 17);
    expect(followed).toEqual([[alice, 17]]);
  });

  it('ends nothing when the queue is away', async () => {
    trouble = new Error('ECONNREFUSED');
    await expect(waker.onCompleted(job({ account: alice }), null)).resolves.toBeUndefined();
  });
});

it.each([null, 'words', {}, { account: '../../etc' }, { account: alice, text: SECRET }])(
  'a job that nobody of ours wrote is refused for good: %j',
  async (data) => {
    const thrown = await waker.process(job(data)).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(UnrecoverableError);
    expect(told).toEqual([]);
    expect(refusals.list()).toEqual([{ door: 'queue', code: 'forged', count: 1 }]);
  },
);
