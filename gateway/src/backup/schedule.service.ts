/** Makes the backup of each day at its time, and removes what is too old, whether or not there was one. Looked at every minute. */
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Settings } from '../../../config/schema.js';
import { codeOf, log } from '../log.js';
import { SETTINGS } from '../settings.js';
import { BackupService } from './backup.service.js';
import { lastBackup, removeExpired } from './places.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** After one that failed. */
const AGAIN_AFTER = HOUR;

@Injectable()
export class BackupSchedule implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | null = null;
  private notBefore = 0;
  private cleanedAt = 0;

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly backups: BackupService,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.settings.backup.dir) return;
    this.timer = setInterval(() => void this.look(), MINUTE).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  look(now = Date.now()): Promise<void> {
    this.running ??= this.lookOnce(now).finally(() => (this.running = null));
    return this.running;
  }

  private async lookOnce(now: number): Promise<void> {
    const { dir, at } = this.settings.backup;
    if (!dir) return;
    try {
      if (now - this.cleanedAt >= HOUR) {
        removeExpired(dir, this.settings.backup, now);
        this.cleanedAt = now;
      }
      if (now < this.notBefore || !isDue(now, at, lastBackup(dir))) return;
      const { failed } = await this.backups.make(null);
      if (failed.length > 0) log.error('the backup lacks accounts', { count: failed.length });
    } catch (error) {
      this.notBefore = now + AGAIN_AFTER;
      log.error('no backup, again in an hour', { code: codeOf(error) });
    }
  }
}

/** Whether the latest time of day `at` (UTC, `HH:MM`) has passed without one. */
export function isDue(now: number, at: string, last: number | null): boolean {
  const [hours = 0, minutes = 0] = at.split(':').map(Number);
  const today = Math.floor(now / DAY) * DAY + hours * HOUR + minutes * MINUTE;
  const latest = today <= now ? today : today - DAY;
  return last === null || last < latest;
}
