/** The HTTP API of the installation: health of each part, refusals, and the log's last lines. */
import { readFile } from 'node:fs/promises';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import type { Settings } from '../../../config/schema.js';
import { HealthService } from '../health/health.service.js';
import { Refusals } from '../health/refusals.js';
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
    const text = await readFile(logPath(this.settings), 'utf8').catch(() => '');
    const count = Math.min(Math.max(Number(lines) || 50, 1), MAX_LINES);
    return { lines: text.split('\n').filter(Boolean).slice(-count) };
  }
}
