/** The embedded queue's Redis: a local redis-server of our own, on a unix socket only, that never forgets what it confirmed. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { listens, startServer, stopProcess, type EmbeddedService } from './service.js';

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
  const running = await listens(socket);
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
  const child = running
    ? null
    : await startServer(join(folder, 'redis-server'), args, { stdio: 'ignore', env: {}, cwd: data }, () =>
        listens(socket),
      );
  child?.unref();
  return {
    url: `redis+unix://${socket}`,
    description: 'local redis-server',
    stop: async () => {
      const pid = child?.pid ?? (await serverPid(socket));
      if (pid) await stopProcess(pid, 'SIGTERM');
    },
  };
}

/** The pid of a server that we did not start ourselves: an earlier gateway did, and was killed. */
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
