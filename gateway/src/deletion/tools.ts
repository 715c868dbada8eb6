/** All that the steps of a deletion work with, in one place. */
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Settings } from '../../../config/schema.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { ContainerManager } from '../containers/container-manager.service.js';
import { ContainerRecords } from '../containers/container-records.service.js';
import { AllowlistService } from '../egress/allowlist.service.js';
import { LedgerService } from '../egress/ledger.service.js';
import { InboundService } from '../inbound/inbound.service.js';
import type { Secrets } from '../secrets.js';
import { SECRETS, SETTINGS } from '../settings.js';
import { LimitsService } from '../sign-in/limits.service.js';
import { WakesService } from '../wakes/wakes.service.js';
import type { StepTools } from './step.js';
import { Tombstones } from './tombstones.js';

@Injectable()
export class DeletionTools implements StepTools {
  readonly tombstones: Tombstones;

  constructor(
    @Inject(SETTINGS) readonly settings: Settings,
    @Inject(SECRETS) secrets: Secrets,
    readonly database: DataSource,
    readonly containers: ContainerManager,
    readonly records: ContainerRecords,
    readonly accounts: AccountsService,
    readonly inbound: InboundService,
    readonly wakes: WakesService,
    readonly ledger: LedgerService,
    readonly allowlist: AllowlistService,
    readonly limits: LimitsService,
  ) {
    this.tombstones = new Tombstones(settings.dataDir, secrets);
  }
}
