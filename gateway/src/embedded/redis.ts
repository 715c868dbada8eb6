/** The embedded queue's Redis: a local redis-server of our own, on a unix socket only, that never forgets what it confirmed. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { keepRunning, listens, type EmbeddedService } from './service.js';

const PLACES = ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin'];

export interface EmbeddedRedis extends EmbeddedService {
  url: string;
}

/** Null where this machine has no redis-server. */
export async function startRedis(dataDir: string, socketDir: string): Promise<EmbeddedRedis | null> {
  const folder = PLACES.find((place) => existsSync(join(place, 'redis-server')));
  if (!folder) return null;
  const data = join(dataDir, 'redis');
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const socket = join(socketDir, 'redis.sock');
  const settings = {
    port: '0',
    unixsocket: socket,
    unixsocketperm: '700',
    dir: data,
    // A message is confirmed to its bridge when it is on disk here, and never pushed out for want of room.
    appendonly: 'yes',
    appendfsync: 'always',
    save: '',
    'maxmemory-policy': 'noeviction',
    daemonize: 'no',
    'auto-aof-rewrite-min-size': '8mb',
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const stop = await keepRunning('queue', {
    command: join(folder, 'redis-server'),
    args,
    options: { cwd: data },
    answers: () => listens(socket),
    pid: () => serverPid(socket),
    stopSignal: 'SIGTERM',
  });
  return { url: `redis+unix://${socket}`, description: 'local redis-server', stop };
}

/** The server says who it is: it may be one that an earlier gateway started before it was killed. */
async function serverPid(socket: string): Promise<number | null> {
  const { Redis } = await import('ioredis');
  const redis = new Redis({ path: socket, retryStrategy: () => null });
  redis.on('error', () => undefined);
  try {
    return Number(/process_id:(\d+)/.exec(await redis.info('server'))?.[1]) || null;
  } catch {
    return null;
  } finally {
    redis.disconnect();
  }
}
