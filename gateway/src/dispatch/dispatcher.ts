/** Takes jobs from the inbound queue to their containers: at least once, and never dropped: what cannot be delivered is kept. */
import { Processor, WorkerHost } from '@nestjs/bullmq';
import { DelayedError, UnrecoverableError, type Job } from 'bullmq';
import { asAraError } from '../../../contracts/door-http.js';
import { AraError } from '../../../contracts/errors.js';
import { sealedMessage } from '../../../contracts/sealed.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { Refusals } from '../health/refusals.js';
import { InboundService } from '../inbound/inbound.service.js';
import { INBOUND, MAX_TRIES, WORKER_OPTIONS, type InboundJob } from '../inbound/queue.js';
import { log } from '../log.js';
import { BusyError, DeliveryService } from './delivery.service.js';

/** How long a message of a slow container waits before it is taken again. */
const BUSY_PAUSE = 1_000;

@Processor(INBOUND, WORKER_OPTIONS)
export class Dispatcher extends WorkerHost {
  constructor(
    private readonly delivery: DeliveryService,
    private readonly inbound: InboundService,
    private readonly refusals: Refusals,
    private readonly accounts: AccountsService,
  ) {
    super();
  }

  override async process(job: Job<InboundJob>, token?: string): Promise<void> {
    const parsed = sealedMessage.safeParse(job.data);
    if (!parsed.success) return this.refuse();
    const message = parsed.data;
    const { account, channel } = message;
    try {
      if (!(await this.accounts.exists(account))) return this.refuse();
      const result = await this.delivery.deliver(message, job.attemptsMade > 0);
      if (result === 'refused') {
        this.refusals.count('worker.sock', 'forged');
        log.warn('message refused by its container', { account, channel, code: 'refused' });
      }
    } catch (error) {
      if (error instanceof UnrecoverableError) throw error;
      if (error instanceof BusyError) {
        // Not a try: back into the queue, so that nobody else waits for this container.
        throw await this.later(job, token);
      }
      const { code } = asAraError(error);
      // Not a try either: it waits until the deletion is over, or goes with it.
      if (code === 'being-deleted') throw await this.later(job, token);
      if (job.attemptsMade + 1 < MAX_TRIES) {
        log.warn('delivery failed, tried again', { account, channel, code, count: job.attemptsMade + 1 });
        // Its own words could hold anything: the queue keeps the code.
        throw new AraError(code);
      }
      await this.inbound.quarantine(message, code);
    }
  }

  private async later(job: Job<InboundJob>, token?: string): Promise<DelayedError> {
    await job.moveToDelayed(Date.now() + BUSY_PAUSE, token);
    return new DelayedError();
  }

  /** Somebody wrote into Redis: there is nobody to deliver this to. */
  private refuse(): never {
    this.refusals.count('queue', 'forged');
    throw new UnrecoverableError('forged');
  }
}
