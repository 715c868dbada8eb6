/** Deletions: memory, container, account. */
import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { HoldingsService } from '../api/me/holdings.service.js';
import { ChangesModule } from '../changes/changes.module.js';
import { ChannelsModule } from '../channels/channels.module.js';
import { ContainerRecordsModule } from '../containers/container-records.module.js';
import { EgressModule } from '../egress/egress.module.js';
import { InboundModule } from '../inbound/inbound.module.js';
import { SignInModule } from '../sign-in/sign-in.module.js';
import { WakesModule } from '../wakes/wakes.module.js';
import { DeletionsService } from './deletions.service.js';
import { DeletionGateModule } from './gate.js';
import { DeletionRecords } from './records.js';
import { DeletionRequestsModule } from './requests.js';
import { DeletionSaga } from './saga.js';
import { DeletionTools } from './tools.js';

@Module({
  imports: [
    AccountsModule,
    ChangesModule,
    ChannelsModule,
    ContainerRecordsModule,
    DeletionGateModule,
    DeletionRequestsModule,
    EgressModule,
    InboundModule,
    SignInModule,
    WakesModule,
  ],
  providers: [DeletionsService, DeletionRecords, DeletionSaga, DeletionTools, HoldingsService],
  exports: [DeletionsService],
})
export class DeletionModule {}
