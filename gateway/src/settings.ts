/** The settings as a value that Nest injects. */
import { Global, Module, type DynamicModule } from '@nestjs/common';
import type { Settings } from '../../config/schema.js';
import type { Secrets } from './secrets.js';

export const SETTINGS = Symbol('settings');
export const SECRETS = Symbol('secrets');
/** Changes with each start of this process. */
export const INSTANCE = Symbol('instance');

@Global()
@Module({})
export class SettingsModule {
  static of(settings: Settings, secrets: Secrets, instance: string): DynamicModule {
    const providers = [
      { provide: SETTINGS, useValue: settings },
      { provide: SECRETS, useValue: secrets },
      { provide: INSTANCE, useValue: instance },
    ];
    return { module: SettingsModule, providers, exports: providers };
  }
}
