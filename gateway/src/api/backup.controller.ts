/** Backups, for the machine's own command line. Folders are the gateway's: it writes and reads them. */
import { isAbsolute } from 'node:path';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import * as z from 'zod';
import { BackupService } from '../backup/backup.service.js';
import type { BackupReport, RestoreReport, VerifyReport } from '../backup/reports.js';
import { RestoreService } from '../backup/restore.service.js';
import { Access } from './access.js';

const folder = z.string().min(1).max(4_096).refine(isAbsolute, 'must be a whole path');
const makeRequest = z.strictObject({ to: folder.nullable() });
const verifyRequest = z.strictObject({ from: folder });
const restoreRequest = z.strictObject({ from: folder, beside: z.boolean() });

@Controller('v1/backups')
@Access('installation')
export class BackupController {
  constructor(
    private readonly backups: BackupService,
    private readonly restores: RestoreService,
  ) {}

  @Post()
  @HttpCode(200)
  make(@Body() body: unknown): Promise<BackupReport> {
    return this.backups.make(makeRequest.parse(body).to);
  }

  @Post('verify')
  @HttpCode(200)
  verify(@Body() body: unknown): Promise<VerifyReport> {
    return this.backups.verify(verifyRequest.parse(body).from);
  }

  @Post('restore')
  @HttpCode(200)
  restore(@Body() body: unknown): Promise<RestoreReport> {
    const { from, beside } = restoreRequest.parse(body);
    return this.restores.restore(from, beside);
  }
}
