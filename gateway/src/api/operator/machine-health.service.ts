/** The gateway and what it stands on: each part by its own word, the queue in figures, what was refused, since when. */
import { Injectable } from '@nestjs/common';
import type * as z from 'zod';
import { HealthService } from '../../health/health.service.js';
import { Refusals } from '../../health/refusals.js';
import { InboundService } from '../../inbound/inbound.service.js';
import { orNull } from '../me/or-null.js';
import type { health } from './shapes.js';

const ASK_WITHIN = 2_000;
/** What is shown when the queue does not answer; its part says so. */
const NOTHING = { waiting: 0, active: 0, delayed: 0, quarantined: 0 };

@Injectable()
export class MachineHealth {
  constructor(
    private readonly parts: HealthService,
    private readonly refusals: Refusals,
    private readonly inbound: InboundService,
  ) {}

  async health(): Promise<z.infer<typeof health>> {
    const [parts, counts] = await Promise.all([
      this.parts.parts(),
      orNull(ASK_WITHIN, this.inbound.counts()),
    ]);
    const { quarantined, ...queue } = counts ?? NOTHING;
    return {
      parts,
      queue: { ...queue, failed: quarantined },
      refusals: this.refusals.list(),
      startedAt: new Date(Date.now() - Math.round(process.uptime() * 1_000)),
    };
  }
}
