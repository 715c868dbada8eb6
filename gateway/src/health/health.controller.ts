/** Liveness, readiness and metrics, for whoever watches this process. Figures only. */
import { Controller, Get, Header, Res } from '@nestjs/common';
import { Access } from '../api/access.js';
import { HealthService } from './health.service.js';
import { Refusals } from './refusals.js';

interface Reply {
  status(code: number): unknown;
}

@Controller()
@Access('anyone')
export class HealthController {
  constructor(
    private readonly health: HealthService,
    private readonly refusals: Refusals,
  ) {}

  @Get('health/live')
  live(): { status: string } {
    return { status: 'live' };
  }

  @Get('health/ready')
  async ready(@Res({ passthrough: true }) reply: Reply) {
    const parts = await this.health.parts();
    const ready = parts.every(({ ok }) => ok);
    if (!ready) reply.status(503);
    return { status: ready ? 'ready' : 'not ready', parts: parts.map(({ part, ok }) => ({ part, ok })) };
  }

  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4')
  async metrics(): Promise<string> {
    const parts = await this.health.parts();
    const lines = [
      ...parts.map(({ part, ok }) => `ara_part_up{part="${part}"} ${ok ? 1 : 0}`),
      ...this.refusals
        .list()
        .map(({ door, code, count }) => `ara_refusals_total{door="${door}",code="${code}"} ${count}`),
    ];
    return lines.join('\n') + '\n';
  }
}
