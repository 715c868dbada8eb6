/** Takes sealed messages into the queue, and says so only when the queue holds them durably. */
import { InjectQueue } from '@nestjs/bullmq';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { Job, Queue } from 'bullmq';
import { AraError } from '../../../contracts/errors.js';
import type { AccountId } from '../../../contracts/ids.js';
import type { SealedMessage } from '../../../contracts/sealed.js';
import { codeOf, log } from '../log.js';
import { INBOUND, QUARANTINE, type InboundJob } from './queue.js';

/** A bridge that waits longer hands in again; the job's name makes that harmless. */
const ADD_TIMEOUT = 5_000;
const REDRIVE = 1_000;
/** Jobs that are looked through for whose they are. */
const LOOK_THROUGH = 5_000;
const EVERY_STATE = ['waiting', 'active', 'delayed', 'prioritized', 'completed', 'failed'] as const;
const FORGET_WITHIN = 10_000;
const FORGET_AGAIN = 100;

@Injectable()
export class InboundService {
  constructor(
    @InjectQueue(INBOUND) private readonly inbound: Queue<InboundJob>,
    @InjectQueue(QUARANTINE) private readonly quarantined: Queue<InboundJob>,
  ) {}

  /**
   * @param attempt above 0 names new jobs, for when the queue may hold dead ones under the first names
   * @throws AraError `queue-unavailable`
   */
  async add(messages: SealedMessage[], attempt: number): Promise<void> {
    await this.within(
      this.inbound.addBulk(
        messages.map((message) => ({
          name: message.kind,
          data: message,
          opts: { jobId: jobId(message, attempt) },
        })),
      ),
    );
  }

  async quarantine(message: SealedMessage, code: string): Promise<void> {
    await this.within(this.quarantined.add(code, message, { jobId: jobId(message, 0) }));
    log.warn('message quarantined', { account: message.account, channel: message.channel, code });
  }

  /** Puts an account's quarantined messages back: its container has just woken. */
  async redrive(account: AccountId): Promise<void> {
    for (const job of await this.quarantined.getJobs(['waiting', 'prioritized'], 0, REDRIVE, true)) {
      if (job.data.account !== account) continue;
      // Named by time: its first name may still be in use by the job that failed.
      await this.add([job.data], Date.now());
      await job.remove();
    }
  }

  async counts(): Promise<{ waiting: number; active: number; delayed: number; quarantined: number }> {
    const [counts, quarantined] = await this.within(
      Promise.all([
        this.inbound.getJobCounts('waiting', 'active', 'delayed'),
        this.quarantined.getWaitingCount(),
      ]),
    );
    const { waiting = 0, active = 0, delayed = 0 } = counts;
    return { waiting, active, delayed, quarantined };
  }

  /** How many sealed messages of an account wait in the queues, and how long their boxes are. */
  async heldFor(account: AccountId): Promise<{ items: number; bytes: number }> {
    const found = await this.within(
      Promise.all([
        this.inbound.getJobs(['waiting', 'active', 'delayed', 'prioritized'], 0, LOOK_THROUGH),
        this.quarantined.getJobs(['waiting', 'prioritized'], 0, LOOK_THROUGH),
      ]),
    );
    // One that has just been done may be named and gone.
    const own = found.flat().filter((job) => (job as typeof job | undefined)?.data.account === account);
    return { items: own.length, bytes: own.reduce((sum, { data }) => sum + data.box.length, 0) };
  }

  /**
   * Takes everything of an account out of the queues. @returns how many there were
   * @throws AraError `queue-unavailable` when one is under way for longer than a moment
   */
  async forget(account: AccountId): Promise<number> {
    let removed = 0;
    for (const end = Date.now() + FORGET_WITHIN; Date.now() < end; await sleep(FORGET_AGAIN)) {
      let left = 0;
      for (const queue of [this.inbound, this.quarantined])
        for (const job of await this.jobsOf(queue, account)) {
          // One that is under way is locked; its account is closed, so it comes back into the queue at once.
          const gone = await job.remove().then(
            () => true,
            () => false,
          );
          if (gone) removed += 1;
          else left += 1;
        }
      if (left === 0) return removed;
    }
    throw new AraError('queue-unavailable');
  }

  private async jobsOf(queue: Queue<InboundJob>, account: AccountId): Promise<Job<InboundJob>[]> {
    const jobs = await this.within(queue.getJobs([...EVERY_STATE]));
    return jobs.filter((job) => {
      const { id, data } = (job as typeof job | undefined) ?? {};
      return id?.startsWith(account) === true || data?.account === account;
    });
  }

  private async within<T>(work: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new AraError('queue-unavailable')), ADD_TIMEOUT);
    });
    try {
      return await Promise.race([work, late]);
    } catch (error) {
      log.warn('queue unavailable', { code: codeOf(error) });
      throw error instanceof AraError
        ? error
        : new AraError('queue-unavailable', undefined, { cause: error });
    } finally {
      clearTimeout(timer);
      work.catch(() => undefined);
    }
  }
}

/** User, channel and message in one name (the id is a hash of them): a message handed in twice is one job. */
const jobId = ({ account, channel, id }: SealedMessage, attempt: number): string =>
  `${account}.${channel}.${id}.${attempt}`;
