/** What an installation brings along when it is not told where its database and queue are. */
import { QUEUE_IN_POSTGRES, type Settings } from '../../../config/schema.js';
import type { EmbeddedService } from './service.js';

export interface Embedded {
  settings: Settings;
  services: { part: string; description: string }[];
  stop(): Promise<void>;
}

/** Starts what the settings leave open, side by side, and fills it in. */
export async function startEmbedded(settings: Settings, socketDir: string): Promise<Embedded> {
  const { dataDir } = settings;
  const inPostgres = settings.redis.url === QUEUE_IN_POSTGRES;
  const [postgres, redis] = await bothOrNone(
    settings.database.url
      ? null
      : import('./postgres.js').then(({ startPostgres }) => startPostgres(dataDir, socketDir)),
    settings.redis.url ? null : import('./redis.js').then(({ startRedis }) => startRedis(dataDir, socketDir)),
  );
  const running: EmbeddedService[] = [redis, postgres].filter((service) => service !== null);
  return {
    settings: {
      ...settings,
      database: postgres ? { ...settings.database, url: postgres.url } : settings.database,
      redis: redis || inPostgres ? { ...settings.redis, url: redis?.url ?? null } : settings.redis,
    },
    services: [
      { part: 'database', description: postgres?.description ?? 'as the settings say' },
      {
        part: 'queue',
        description:
          redis?.description ?? (settings.redis.url && !inPostgres ? 'as the settings say' : 'in Postgres'),
      },
    ],
    async stop() {
      for (const service of running) await service.stop();
    },
  };
}

/** When one does not start, the other does not stay. */
async function bothOrNone<A extends EmbeddedService, B extends EmbeddedService>(
  one: Promise<A> | null,
  other: Promise<B | null> | null,
): Promise<[A | null, B | null]> {
  try {
    return await Promise.all([one, other]);
  } catch (error) {
    for (const each of await Promise.allSettled([one, other])) {
      if (each.status === 'fulfilled') await each.value?.stop();
    }
    throw error;
  }
}
