/** The installation's own Redis, as somebody who got at its socket: to look into the queue, and to forge jobs. */
import { join } from 'node:path';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import type { Installation } from './installation.js';

export class QueueKit {
  private readonly redis: Redis;
  readonly inbound: Queue;

  constructor(runDir: string) {
    this.redis = new Redis({ path: join(runDir, 'redis.sock'), maxRetriesPerRequest: null });
    this.inbound = new Queue('inbound', { connection: this.redis, prefix: 'ara' });
  }

  /** How many jobs were ever added: BullMQ writes each down in its stream of events. */
  async added(): Promise<number> {
    const events = await this.redis.xrange('ara:inbound:events', '-', '+');
    return events.filter(([, fields]) => fields.includes('added')).length;
  }

  /** Nothing waits and nothing is under way. */
  async isEmpty(): Promise<boolean> {
    const counts = await this.inbound.getJobCounts();
    return Object.values(counts).every((count) => count === 0);
  }

  async close(): Promise<void> {
    await this.inbound.close();
    this.redis.disconnect();
  }
}

/** The embedded Redis, to be taken away and given back by signals. */
export function redisPid(ara: Installation): number {
  const server = ara.processes().find(({ command }) => command.includes('redis.sock'));
  if (!server) throw new Error('there is no Redis');
  return server.pid;
}
