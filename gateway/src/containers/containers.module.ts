/** Users' containers: their doors, their life, their runtime. */
import { Module, type DynamicModule } from '@nestjs/common';
import { ChangesModule } from '../changes/changes.module.js';
import { ChannelsModule } from '../channels/channels.module.js';
import { DeletionGateModule } from '../deletion/gate.js';
import { DeletionRequestsModule } from '../deletion/requests.js';
import { EgressModule } from '../egress/egress.module.js';
import { Refusals } from '../health/refusals.js';
import { InboundModule } from '../inbound/inbound.module.js';
import { KeysModule } from '../keys/keys.module.js';
import { SignInModule } from '../sign-in/sign-in.module.js';
import { UsageModule } from '../usage/usage.module.js';
import { WakesModule } from '../wakes/wakes.module.js';
import { ContainerManager } from './container-manager.service.js';
import { ContainerRecordsModule } from './container-records.module.js';
import { ContainerRecords } from './container-records.service.js';
import { DoorsService } from './doors.service.js';
import { GatewayDoorRoutes } from './gateway-door.service.js';
import { RUNTIME, type Runtime } from './runtime.js';

@Module({})
export class ContainersModule {
  static of(runtime: Runtime): DynamicModule {
    return {
      module: ContainersModule,
      global: true,
      imports: [
        ChangesModule,
        ContainerRecordsModule,
        KeysModule,
        ChannelsModule,
        EgressModule,
        InboundModule,
        SignInModule,
        UsageModule,
        WakesModule,
        DeletionGateModule,
        DeletionRequestsModule,
      ],
      providers: [
        {
          provide: RUNTIME,
          inject: [ContainerRecords],
          // It is chosen before there is a database to keep keys in.
          useFactory: (records: ContainerRecords): Runtime => {
            runtime.useVolumeKeys?.((account) => records.volumeKey(account));
            return runtime;
          },
        },
        ContainerManager,
        DoorsService,
        GatewayDoorRoutes,
        Refusals,
      ],
      exports: [ContainerManager, ContainerRecordsModule, Refusals, RUNTIME],
    };
  }
}
