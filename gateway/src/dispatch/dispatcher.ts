/** Takes jobs from the inbound queue to their containers: at least once, and never dropped: what cannot be delivered is kept. */
import { Processor, WorkerHost } from '@nestjs/bullmq';
import { UnrecoverableError, type Job } from 'bullmq';
import { asAraError } from '../../../contracts/door-http.js';
import { AraError } from '../../../contracts/errors.js';
import { sealedMessage } from '../../../contracts/sealed.js';
import { Refusals } from '../health/refusals.js';
import { InboundService } from '../inbound/inbound.service.js';
import { INBOUND, MAX_TRIES, WORKER_OPTIONS, type InboundJob } from '../inbound/queue.js';
import { log } from '../log.js';
import { DeliveryService } from './delivery.service.js';

@Processor(INBOUND, WORKER_OPTIONS)
export class Dispatcher extends WorkerHost {
  constructor(
    private readonly delivery: DeliveryService,
    private readonly inbound: InboundService,
    private readonly refusals: Refusals,
  ) {
    super();
  }

  override async process(job: Job<InboundJob>): Promise<void> {
    const parsed = sealedMessage.safeParse(job.data);
    if (!parsed.success) {
      // Somebody wrote into Redis: there is nobody to deliver this to.
      this.refusals.count('queue', 'forged');
      throw new UnrecoverableError('forged');
    }
    const message = parsed.data;
    const { account, channel } = message;
    try {
      const result = await this.delivery.deliver(message, job.attemptsMade > 0);
      if (result === 'refused') {
        this.refusals.count('worker.sock', 'forged');
        log.warn('message refused by its container', { account, channel, code: 'refused' });
      }
    } catch (error) {
      const { code } = asAraError(error);
      if (job.attemptsMade + 1 < MAX_TRIES) {
        log.warn('delivery failed, tried again', { account, channel, code, count: job.attemptsMade + 1 });
        // Its own words could hold anything: the queue keeps the code.
        throw new AraError(code);
      }
      await this.inbound.quarantine(message, code);
    }
  }
}
