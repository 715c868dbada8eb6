/** From the queue to the containers. */
import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { InboundModule } from '../inbound/inbound.module.js';
import { DeliveryService } from './delivery.service.js';
import { Dispatcher } from './dispatcher.js';

@Module({ imports: [InboundModule, AccountsModule], providers: [DeliveryService, Dispatcher] })
export class DispatchModule {}
