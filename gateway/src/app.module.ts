/** The gateway, put together. */
import { Module, type DynamicModule } from '@nestjs/common';
import type { Settings } from '../../config/schema.js';
import { ApiModule } from './api/api.module.js';
import { ContainersModule } from './containers/containers.module.js';
import type { Runtime } from './containers/runtime.js';
import { DatabaseModule } from './database/database.module.js';
import { DispatchModule } from './dispatch/dispatch.module.js';
import type { Secrets } from './secrets.js';
import { SettingsModule } from './settings.js';

@Module({})
export class AppModule {
  static of(settings: Settings, secrets: Secrets, instance: string, runtime: Runtime): DynamicModule {
    return {
      module: AppModule,
      imports: [
        SettingsModule.of(settings, secrets, instance),
        DatabaseModule,
        ContainersModule.of(runtime),
        DispatchModule,
        ApiModule,
      ],
    };
  }
}
