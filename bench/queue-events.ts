/** When a job was added and when it was done, by the queue's own events, on this process' clock. */
import { Redis } from 'ioredis';
import type { Installation } from '../test/kit/installation.js';
import { redisSocket } from '../test/kit/parts.js';

const STREAM = 'ara:inbound:events';

export interface QueueEvents {
  /** The next job, in the order in which they were added. Times as `performance.now()`, to the millisecond. */
  next(): Promise<{ added: number; completed: number }>;
  close(): Promise<void>;
}

export async function queueEvents(ara: Installation): Promise<QueueEvents> {
  const redis = new Redis({ path: redisSocket(ara) });
  // Redis' clock is this machine's wall clock.
  const offset = performance.timeOrigin;
  let from = (await redis.xrevrange(STREAM, '+', '-', 'COUNT', 1))[0]?.[0] ?? '0';
  return {
    async next() {
      let added = 0;
      for (;;) {
        const entries = await redis.xrange(STREAM, `(${from}`, '+', 'COUNT', 50);
        for (const [id, fields] of entries) {
          from = id;
          const at = Number(id.split('-')[0]) - offset;
          const event = fields[fields.indexOf('event') + 1];
          if (event === 'waiting' || event === 'added') added ||= at;
          if (event === 'completed') return { added, completed: at };
        }
      }
    },
    close: async () => {
      await redis.quit();
    },
  };
}
