/** What comes in: webhooks, and the queue that everything goes through. */
import { BullModule } from '@nestjs/bullmq';
import { Module } from '@nestjs/common';
import type { Settings } from '../../../config/schema.js';
import { ChannelsModule } from '../channels/channels.module.js';
import { ContainerRecordsModule } from '../containers/container-records.module.js';
import { databaseConnection } from '../database/connection.js';
import { DeletionGateModule } from '../deletion/gate.js';
import { SETTINGS } from '../settings.js';
import { InboundService } from './inbound.service.js';
import { INBOUND, JOB_OPTIONS, QUARANTINE, redisConnection } from './queue.js';
import { WebhookSealer } from './webhook-sealer.js';
import { WebhooksController } from './webhooks.controller.js';

@Module({
  imports: [
    BullModule.forRootAsync({
      inject: [SETTINGS],
      // The worker starts when every door is open, not before.
      extraOptions: { manualRegistration: true },
      useFactory: async (settings: Settings) => {
        const redis = await redisConnection(settings);
        if (redis) return { connection: redis, prefix: 'ara' };
        const { createPostgresBackend, setDefaultBackendFactory } = await import('bullmq');
        setDefaultBackendFactory(createPostgresBackend);
        const connection = { ...databaseConnection(settings), schema: 'queue', migrate: true };
        return { connection: connection as never };
      },
    }),
    BullModule.registerQueue(
      { name: INBOUND, defaultJobOptions: JOB_OPTIONS },
      { name: QUARANTINE, defaultJobOptions: { removeOnComplete: true } },
    ),
    ChannelsModule,
    ContainerRecordsModule,
    DeletionGateModule,
  ],
  controllers: [WebhooksController],
  providers: [InboundService, WebhookSealer],
  exports: [InboundService, BullModule],
})
export class InboundModule {}
