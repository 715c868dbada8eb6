/** From the queue to the containers. */
import { Module } from '@nestjs/common';
import { InboundModule } from '../inbound/inbound.module.js';
import { DeliveryService } from './delivery.service.js';
import { Dispatcher } from './dispatcher.js';

@Module({ imports: [InboundModule], providers: [DeliveryService, Dispatcher] })
export class DispatchModule {}
