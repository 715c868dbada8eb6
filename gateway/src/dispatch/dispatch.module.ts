/** From the queues to the containers. */
import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { InboundModule } from '../inbound/inbound.module.js';
import { WakesModule } from '../wakes/wakes.module.js';
import { DeliveryService } from './delivery.service.js';
import { Dispatcher } from './dispatcher.js';
import { Waker } from './waker.js';

@Module({
  imports: [InboundModule, AccountsModule, WakesModule],
  providers: [DeliveryService, Dispatcher, Waker],
})
export class DispatchModule {}
