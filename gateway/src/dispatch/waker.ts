/** Takes wakes from the queue to their containers: each is awake, and knows why, as soon as its time has come. */
import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { UnrecoverableError, type Job } from 'bullmq';
import * as z from 'zod';
import { asAraError } from '../../../contracts/door-http.js';
import { AraError } from '../../../contracts/errors.js';
import { accountId } from '../../../contracts/ids.js';
import { ContainerManager } from '../containers/container-manager.service.js';
import { Refusals } from '../health/refusals.js';
import { codeOf, log } from '../log.js';
import { WAKE_WORKER_OPTIONS, WAKES, type WakeJob } from '../wakes/queue.js';
import { WakesService } from '../wakes/wakes.service.js';

const wakeJob = z.strictObject({ account: accountId });

@Processor(WAKES, WAKE_WORKER_OPTIONS)
export class Waker extends WorkerHost {
  constructor(
    private readonly wakes: WakesService,
    private readonly containers: ContainerManager,
    private readonly refusals: Refusals,
  ) {
    super();
  }

  /** @returns the time that the container was told of, or null when there was none to tell */
  override async process(job: Job<WakeJob>): Promise<number | null> {
    const parsed = wakeJob.safeParse(job.data);
    if (!parsed.success) {
      // Somebody wrote into Redis.
      this.refusals.count('queue', 'forged');
      throw new UnrecoverableError('forged');
    }
    const { account } = parsed.data;
    const at = await this.wakes.due(account);
    if (at === null) return null;
    try {
      const door = await this.containers.awake(account);
      await door.call('POST', '/v1/wake', {});
    } catch (error) {
      const { code } = asAraError(error);
      log.warn('wake failed, tried again', { account, code, count: job.attemptsMade + 1 });
      // Its own words could hold anything: the queue keeps the code.
      throw new AraError(code);
    }
    log.info('woken for its time', { account, milliseconds: Date.now() - at });
    return at;
  }

  /** While the job ran it could not be replaced: what its container has wished for meanwhile gets its job now. */
  @OnWorkerEvent('completed')
  async onCompleted({ data: { account } }: Job<WakeJob>, told: number | null): Promise<void> {
    await this.wakes
      .follow(account, told)
      .catch((error: unknown) => log.warn('wake not followed', { account, code: codeOf(error) }));
  }
}
