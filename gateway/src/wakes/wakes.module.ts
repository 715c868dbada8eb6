/** Wakes: containers that want to be awake at a time. */
import { BullModule } from '@nestjs/bullmq';
import { Module } from '@nestjs/common';
import { ContainerRecordsModule } from '../containers/container-records.module.js';
import { InboundModule } from '../inbound/inbound.module.js';
import { JOB_OPTIONS } from '../inbound/queue.js';
import { WAKES } from './queue.js';
import { WakesService } from './wakes.service.js';

@Module({
  imports: [
    InboundModule,
    BullModule.registerQueue({ name: WAKES, defaultJobOptions: JOB_OPTIONS }),
    ContainerRecordsModule,
  ],
  providers: [WakesService],
  exports: [WakesService],
})
export class WakesModule {}
