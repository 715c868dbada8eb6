/** The operator's HTTP API. */
import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { ChannelsModule } from '../channels/channels.module.js';
import { EgressModule } from '../egress/egress.module.js';
import { HealthModule } from '../health/health.module.js';
import { KeysModule } from '../keys/keys.module.js';
import { UsageModule } from '../usage/usage.module.js';
import { AccountsController } from './accounts.controller.js';
import { KeysController } from './keys.controller.js';
import { ContentModule } from './me/content.module.js';
import { PageController } from './page.controller.js';
import { StatusController } from './status.controller.js';

@Module({
  imports: [
    AccountsModule,
    KeysModule,
    ChannelsModule,
    EgressModule,
    UsageModule,
    HealthModule,
    ContentModule,
  ],
  controllers: [AccountsController, KeysController, StatusController, PageController],
})
export class ApiModule {}
