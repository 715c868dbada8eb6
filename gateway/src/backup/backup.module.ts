/** Backups of the installation: made, checked, restored, and removed when they are too old. */
import { Module } from '@nestjs/common';
import type { Settings } from '../../../config/schema.js';
import { Tombstones } from '../deletion/tombstones.js';
import { EgressModule } from '../egress/egress.module.js';
import { KeysModule } from '../keys/keys.module.js';
import type { Secrets } from '../secrets.js';
import { SECRETS, SETTINGS } from '../settings.js';
import { BackupService } from './backup.service.js';
import { RestoreService } from './restore.service.js';
import { BackupSchedule } from './schedule.service.js';
import { TOMBSTONES } from './tombstones.js';
import { Volumes } from './volumes.service.js';

@Module({
  imports: [KeysModule, EgressModule],
  providers: [
    BackupService,
    RestoreService,
    BackupSchedule,
    Volumes,
    {
      provide: TOMBSTONES,
      inject: [SETTINGS, SECRETS],
      useFactory: ({ dataDir }: Settings, secrets: Secrets) => new Tombstones(dataDir, secrets),
    },
  ],
  exports: [BackupService, RestoreService],
})
export class BackupModule {}
