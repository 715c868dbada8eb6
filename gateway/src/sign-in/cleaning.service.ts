/** Takes away what has run out: at the start and every hour. What counts is checked when it is used; this keeps no more than needed. */
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { codeOf, log } from '../log.js';
import { databaseJobs } from '../retention/jobs.js';
import { rowsOf } from './rows.js';

const HOUR = 3_600_000;

@Injectable()
export class CleaningService implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private cleaning: Promise<void> | null = null;

  constructor(private readonly database: DataSource) {}

  onApplicationBootstrap(): void {
    void this.clean();
    this.timer = setInterval(() => void this.clean(), HOUR).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.cleaning;
  }

  clean(): Promise<void> {
    this.cleaning ??= this.deleteAll()
      .catch((error: unknown) => log.warn('not cleaned, again in an hour', { code: codeOf(error) }))
      .finally(() => (this.cleaning = null));
    return this.cleaning;
  }

  private async deleteAll(): Promise<void> {
    for (const statement of Object.values(databaseJobs)) await rowsOf(this.database, statement);
  }
}
