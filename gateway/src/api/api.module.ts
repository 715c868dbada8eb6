/** The HTTP API: of the command line, and of the dashboard. */
import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccountsModule } from '../accounts/accounts.module.js';
import { ChangesModule } from '../changes/changes.module.js';
import { ChannelsModule } from '../channels/channels.module.js';
import { DeletionModule } from '../deletion/deletion.module.js';
import { EgressModule } from '../egress/egress.module.js';
import { HealthModule } from '../health/health.module.js';
import { InboundModule } from '../inbound/inbound.module.js';
import { KeyCheck } from '../keys/key-check.js';
import { KeysModule } from '../keys/keys.module.js';
import { SignInModule } from '../sign-in/sign-in.module.js';
import { UsageModule } from '../usage/usage.module.js';
import { BackupModule } from '../backup/backup.module.js';
import { AccessGuard } from './access.guard.js';
import { AccessController } from './access.controller.js';
import { OperatorAccesses } from '../operator-access/operator-accesses.service.js';
import { AccountsController } from './accounts.controller.js';
import { BackupController } from './backup.controller.js';
import { dashboardControllers } from './controllers.js';
import { ImportController } from './import.controller.js';
import { KeysController } from './keys.controller.js';
import { LinkingService } from './linking.service.js';
import { ChannelList } from './me/channel-list.service.js';
import { ExportsService } from './me/exports.service.js';
import { ImportsService } from './me/imports.service.js';
import { HoldingsService } from './me/holdings.service.js';
import { HomeService } from './me/home.service.js';
import { KeySetting } from './me/key-setting.service.js';
import { OpenStreams } from './me/open-streams.js';
import { LiveEvents } from './me/live-events.service.js';
import { FleetService } from './operator/fleet.service.js';
import { MachineHealth } from './operator/machine-health.service.js';
import { ContentService } from './me/content.service.js';
import { PageController } from './page.controller.js';
import { SettingsElsewhere } from './settings-elsewhere.service.js';
import { StatusController } from './status.controller.js';

@Module({
  imports: [
    AccountsModule,
    BackupModule,
    SignInModule,
    KeysModule,
    ChannelsModule,
    ChangesModule,
    EgressModule,
    UsageModule,
    HealthModule,
    InboundModule,
    DeletionModule,
  ],
  controllers: [
    AccountsController,
    AccessController,
    KeysController,
    StatusController,
    ImportController,
    BackupController,
    PageController,
    ...dashboardControllers,
  ],
  providers: [
    { provide: APP_GUARD, useClass: AccessGuard },
    LinkingService,
    KeyCheck,
    KeySetting,
    ChannelList,
    HomeService,
    LiveEvents,
    ContentService,
    OpenStreams,
    HoldingsService,
    ExportsService,
    ImportsService,
    OperatorAccesses,
    FleetService,
    MachineHealth,
    SettingsElsewhere,
  ],
})
export class ApiModule {}
