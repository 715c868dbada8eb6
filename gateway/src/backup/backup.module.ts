/** Backups of the installation: made, checked, restored, and removed when they are too old. */
import { Module } from '@nestjs/common';
import { EgressModule } from '../egress/egress.module.js';
import { KeysModule } from '../keys/keys.module.js';
import { BackupService } from './backup.service.js';
import { RestoreService } from './restore.service.js';
import { BackupSchedule } from './schedule.service.js';
import { TOMBSTONES, type Tombstones } from './tombstones.js';
import { Volumes } from './volumes.service.js';

/** As long as nothing deletes accounts for good. */
const NONE: Tombstones = { has: () => false };

@Module({
  imports: [KeysModule, EgressModule],
  providers: [
    BackupService,
    RestoreService,
    BackupSchedule,
    Volumes,
    { provide: TOMBSTONES, useValue: NONE },
  ],
  exports: [BackupService, RestoreService],
})
export class BackupModule {}
