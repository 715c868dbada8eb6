/** The HTTP API of the installation: health of each part, refusals, and the log's last lines. */
import { readFile } from 'node:fs/promises';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import type { Settings } from '../../../config/schema.js';
import { HealthService } from '../health/health.service.js';
import { Refusals } from '../health/refusals.js';
import { closedLogs } from '../log-file.js';
import { log } from '../log.js';
import { logPath } from '../paths.js';
import { SETTINGS } from '../settings.js';
import { Access } from './access.js';

const MAX_LINES = 1_000;

@Controller('v1')
@Access('installation')
export class StatusController {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly health: HealthService,
    private readonly refusals: Refusals,
  ) {}

  @Get('status')
  async status() {
    return { parts: await this.health.parts(), refusals: this.refusals.list() };
  }

  /** The log holds codes and figures only, so its lines can be shown as they are. */
  @Get('logs')
  async logs(@Query('lines') lines?: string) {
    const count = Math.min(Math.max(Number(lines) || 50, 1), MAX_LINES);
    const path = logPath(this.settings);
    log.flush();
    let found: string[] = [];
    // From the newest file backwards, until there are enough.
    for (const each of [...closedLogs(path), path].toReversed()) {
      const text = await readFile(each, 'utf8').catch(() => '');
      found = [...text.split('\n').filter(Boolean), ...found];
      if (found.length >= count) break;
    }
    return { lines: found.slice(-count) };
  }
}
