/** Health of every part. */
import { Module } from '@nestjs/common';
import { InboundModule } from '../inbound/inbound.module.js';
import { HealthController } from './health.controller.js';
import { HealthService } from './health.service.js';

@Module({
  imports: [InboundModule],
  controllers: [HealthController],
  providers: [HealthService],
  exports: [HealthService],
})
export class HealthModule {}
