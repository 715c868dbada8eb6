/** A connection to the queue's Redis for the time of one piece of work. */
import type { Redis } from 'ioredis';
import type { Settings } from '../../../config/schema.js';
import { AraError } from '../../../contracts/errors.js';
import { redisConnection } from '../inbound/queue.js';

const WITHIN = 15_000;

/** @throws AraError `queue-unavailable` */
export async function withRedis<T>(settings: Settings, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = await redisConnection(settings);
  if (!redis) throw new AraError('queue-unavailable');
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new AraError('queue-unavailable')), WITHIN);
  });
  const working = work(redis);
  working.catch(() => undefined);
  try {
    return await Promise.race([working, late]);
  } finally {
    clearTimeout(timer);
    redis.disconnect();
  }
}
