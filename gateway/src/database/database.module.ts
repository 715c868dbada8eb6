/** The database: TypeORM on Postgres, its schema brought up to date by migrations before anything else starts. */
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Settings } from '../../../config/schema.js';
import { SETTINGS } from '../settings.js';
import { databaseConnection } from './connection.js';
import { FirstLight1764000000001 } from './migrations/0001-first-light.js';
import { ModelsMoneyWakes1764000000002 } from './migrations/0002-models-money-wakes.js';
import { AccountsSignIn1764000000003 } from './migrations/0003-accounts-sign-in.js';
import { DashboardFigures1764000000004 } from './migrations/0004-dashboard-figures.js';
import { ChannelHosts1764000000005 } from './migrations/0005-channel-hosts.js';
import { Deletions1764000000006 } from './migrations/0006-deletions.js';
import { FlowsAndTrails1764000000008 } from './migrations/0008-flows-and-trails.js';

@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [SETTINGS],
      useFactory: (settings: Settings) => {
        const { user, ...connection } = databaseConnection(settings);
        return {
          type: 'postgres' as const,
          ...connection,
          username: user,
          autoLoadEntities: true,
          migrations: [
            FirstLight1764000000001,
            ModelsMoneyWakes1764000000002,
            AccountsSignIn1764000000003,
            DashboardFigures1764000000004,
            ChannelHosts1764000000005,
            Deletions1764000000006,
            FlowsAndTrails1764000000008,
          ],
          migrationsRun: true,
          // Its log would hold the parameters of queries.
          logging: false,
          installExtensions: false,
          poolSize: 10,
          retryAttempts: 5,
          retryDelay: 500,
        };
      },
    }),
  ],
})
export class DatabaseModule {}
