/** What an installation brings along when it is not told where its database and queue are. */
import type { Settings } from '../../../config/schema.js';
import type { EmbeddedService } from './service.js';

export interface Embedded {
  settings: Settings;
  services: { part: string; description: string }[];
  stop(): Promise<void>;
}

/** Starts what the settings leave open, side by side, and fills it in. */
export async function startEmbedded(settings: Settings, socketDir: string): Promise<Embedded> {
  const { dataDir } = settings;
  const [postgres, redis] = await Promise.all([
    settings.database.url
      ? null
      : import('./postgres.js').then(({ startPostgres }) => startPostgres(dataDir, socketDir)),
    settings.redis.url ? null : import('./redis.js').then(({ startRedis }) => startRedis(dataDir, socketDir)),
  ]);
  const running: EmbeddedService[] = [redis, postgres].filter((service) => service !== null);
  return {
    settings: {
      ...settings,
      database: postgres ? { ...settings.database, url: postgres.url } : settings.database,
      redis: redis ? { ...settings.redis, url: redis.url } : settings.redis,
    },
    services: [
      { part: 'database', description: postgres?.description ?? 'as the settings say' },
      {
        part: 'queue',
        description: redis?.description ?? (settings.redis.url ? 'as the settings say' : 'in Postgres'),
      },
    ],
    async stop() {
      for (const service of running) await service.stop();
    },
  };
}
