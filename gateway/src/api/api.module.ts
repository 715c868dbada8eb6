/** The HTTP API: of the command line, and of the dashboard. */
import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccountsModule } from '../accounts/accounts.module.js';
import { ChannelsModule } from '../channels/channels.module.js';
import { EgressModule } from '../egress/egress.module.js';
import { HealthModule } from '../health/health.module.js';
import { KeysModule } from '../keys/keys.module.js';
import { SignInModule } from '../sign-in/sign-in.module.js';
import { UsageModule } from '../usage/usage.module.js';
import { AccessGuard } from './access.guard.js';
import { AccountsController } from './accounts.controller.js';
import { dashboardControllers } from './controllers.js';
import { KeysController } from './keys.controller.js';
import { PageController } from './page.controller.js';
import { StatusController } from './status.controller.js';

@Module({
  imports: [
    AccountsModule,
    SignInModule,
    KeysModule,
    ChannelsModule,
    EgressModule,
    UsageModule,
    HealthModule,
  ],
  controllers: [
    AccountsController,
    KeysController,
    StatusController,
    PageController,
    ...dashboardControllers,
  ],
  providers: [{ provide: APP_GUARD, useClass: AccessGuard }],
})
export class ApiModule {}
