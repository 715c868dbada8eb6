/** What becomes of a job: delivered, tried again, kept in quarantine, or refused as forged. Never dropped in silence. */
import { DelayedError, UnrecoverableError, type Job } from 'bullmq';
import { beforeEach, describe, expect, it } from 'vitest';
import { AraError } from '../../../contracts/errors.js';
import { accountId } from '../../../contracts/ids.js';
import type { SealedMessage } from '../../../contracts/sealed.js';
import { Refusals } from '../health/refusals.js';
import type { AccountsService } from '../accounts/accounts.service.js';
import type { InboundService } from '../inbound/inbound.service.js';
import { backoff, JOB_OPTIONS, MAX_TRIES, WORKER_OPTIONS, type InboundJob } from '../inbound/queue.js';
import type { DeliveryResult, DeliveryService } from './delivery.service.js';
import { Dispatcher } from './dispatcher.js';

const message: SealedMessage = {
  v: 1,
  kind: 'webhook',
  account: accountId.parse('0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0001'),
  channel: 'telegram',
  id: '0'.repeat(32),
  nonce: 'A'.repeat(32),
  box: 'AAAA',
};
const SECRET = 'the words of a message';

let outcome: DeliveryResult | Error;
let delivered: { message: SealedMessage; alone: boolean }[];
let quarantined: { message: SealedMessage; code: string }[];
let quarantineFails: AraError | null;
let refusals: Refusals;
let dispatcher: Dispatcher;

beforeEach(() => {
  outcome = 'accepted';
  delivered = [];
  quarantined = [];
  quarantineFails = null;
  refusals = new Refusals();
  const delivery = {
    deliver: async (each: SealedMessage, alone: boolean) => {
      delivered.push({ message: each, alone });
      if (outcome instanceof Error) throw outcome;
      return outcome;
    },
  };
  const inbound = {
    quarantine: async (each: SealedMessage, code: string) => {
      if (quarantineFails) throw quarantineFails;
      quarantined.push({ message: each, code });
    },
  };
  const accounts = { exists: async (account: string) => account === message.account };
  dispatcher = new Dispatcher(
    delivery as DeliveryService,
    inbound as InboundService,
    refusals,
    accounts as unknown as AccountsService,
  );
});

const process = (data: unknown, attemptsMade = 0): Promise<void> =>
  dispatcher.process({ data, attemptsMade } as Job<InboundJob>);

describe('a job', () => {
  it.each(['accepted', 'duplicate'] as const)('that its container has %s is done', async (result) => {
    outcome = result;
    await expect(process(message)).resolves.toBeUndefined();
    expect(delivered).toEqual([{ message, alone: false }]);
    expect(refusals.list()).toEqual([]);
  });

  it('that failed before is delivered alone', async () => {
    await process(message, 1);
    expect(delivered).toEqual([{ message, alone: true }]);
  });

  it('that its container refuses is done, and counted', async () => {
    outcome = 'refused';
    await process(message);
    expect(refusals.list()).toEqual([{ door: 'worker.sock', code: 'forged', count: 1 }]);
    expect(quarantined).toEqual([]);
  });

  it('that cannot be delivered is tried again, up to the last try but one', async () => {
    outcome = new AraError('container-unavailable');
    for (let made = 0; made < MAX_TRIES - 1; made++) {
      await expect(process(message, made)).rejects.toMatchObject({ code: 'container-unavailable' });
      await expect(process(message, made)).rejects.not.toBeInstanceOf(UnrecoverableError);
    }
    expect(quarantined).toEqual([]);
  });

  it('whose last try fails is kept in quarantine, and only then done', async () => {
    outcome = new AraError('container-unavailable');
    await expect(process(message, MAX_TRIES - 1)).resolves.toBeUndefined();
    expect(quarantined).toEqual([{ message, code: 'container-unavailable' }]);
    quarantineFails = new AraError('queue-unavailable');
    await expect(process(message, MAX_TRIES - 1)).rejects.toBe(quarantineFails);
  });

  it('leaves a code in the queue, and no words of what went wrong', async () => {
    outcome = new Error(SECRET);
    const thrown = await process(message).catch((error: unknown) => error as AraError);
    expect(thrown).toMatchObject({ code: 'internal' });
    expect(JSON.stringify([thrown, (thrown as AraError).message, (thrown as AraError).cause])).not.toContain(
      SECRET,
    );
    await process(message, MAX_TRIES - 1);
    expect(quarantined).toEqual([{ message, code: 'internal' }]);
  });
});

describe('a job that nobody of ours wrote', () => {
  it.each([
    ['nothing', null],
    ['words', SECRET],
    ['no box', { ...message, box: undefined }],
    ['a box that is no base64', { ...message, box: '<script>' }],
    ['an account that is none', { ...message, account: '../../etc' }],
    ['an id that is a path', { ...message, id: '../x' }],
    ['a field more', { ...message, text: SECRET }],
    ['another version', { ...message, v: 2 }],
  ])('is refused for good when it holds %s', async (_what, data) => {
    const thrown = await process(data).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(UnrecoverableError);
    expect((thrown as Error).message).toBe('forged');
    expect(delivered).toEqual([]);
    expect(refusals.list()).toEqual([{ door: 'queue', code: 'forged', count: 1 }]);
  });

  it('is refused for good when it is for an account that there is not, and nobody is woken', async () => {
    const nobody = { ...message, account: accountId.parse('0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0009') };
    const thrown = await process(nobody).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(UnrecoverableError);
    expect(delivered).toEqual([]);
    expect(refusals.list()).toEqual([{ door: 'queue', code: 'forged', count: 1 }]);
  });
});

describe('the policy of the queue', () => {
  it('waits longer after each try, a minute at most, and gives up after about ten', () => {
    const waits = Array.from({ length: MAX_TRIES - 1 }, (_, at) => backoff(at + 1));
    expect(waits[0]).toBe(200);
    for (const [at, wait] of waits.entries()) expect(wait).toBeGreaterThanOrEqual(waits[at - 1] ?? 0);
    expect(Math.max(...waits)).toBe(60_000);
    const minutes = waits.reduce((sum, wait) => sum + wait, 0) / 60_000;
    expect(minutes).toBeGreaterThan(5);
    expect(minutes).toBeLessThan(15);
  });

  it('keeps nothing of a job that is over, and never gives one up for having stalled', () => {
    expect(JOB_OPTIONS).toMatchObject({ removeOnComplete: true, removeOnFail: true, stackTraceLimit: 0 });
    expect(WORKER_OPTIONS.maxStalledCount).toBeGreaterThanOrEqual(1_000);
  });
});

describe('a job of an account that is being deleted', () => {
  it('waits, and no try is counted', async () => {
    outcome = new AraError('being-deleted');
    const moved: number[] = [];
    const job = {
      data: message,
      attemptsMade: 0,
      moveToDelayed: async (until: number) => void moved.push(until),
    } as unknown as Job<InboundJob>;
    await expect(dispatcher.process(job)).rejects.toBeInstanceOf(DelayedError);
    expect(moved).toHaveLength(1);
    expect(quarantined).toEqual([]);
  });
});
