/** The parts of an installation as the machine sees them: sockets and process ids, for tests that break things. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import type { Installation, User } from './installation.js';

/** The folder of an installation's sockets. */
export function runFolder(ara: Installation): string {
  return `/run/ara-${createHash('sha256').update(ara.dataDir).digest('hex').slice(0, 8)}`;
}

export const redisSocket = (ara: Installation): string => `${runFolder(ara)}/redis.sock`;

/** The pid of the queue's Redis, or null when it does not answer. */
export async function redisPid(ara: Installation): Promise<number | null> {
  const redis = new Redis({ path: redisSocket(ara), retryStrategy: () => null, lazyConnect: true });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    return Number(/process_id:(\d+)/.exec(await redis.info('server'))?.[1]) || null;
  } catch {
    return null;
  } finally {
    redis.disconnect();
  }
}

/** The host's pid of a room of a user's container, or null when it does not run. */
export async function roomPid(
  ara: Installation,
  user: User,
  room: 'bridge' | 'agent',
): Promise<number | null> {
  const { Titles, Processes } = (await ara.container(user).top()) as {
    Titles: string[];
    Processes: string[][];
  };
  const column = Titles.indexOf('PID');
  const pids = Processes.map((process) => Number(process[column]));
  return pids.find((pid) => isRoom(pid, room)) ?? null;
}

function isRoom(pid: number, room: string): boolean {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return words[0] === 'node' && words.some((word) => word.endsWith(`/rooms/${room}.mjs`));
  } catch {
    return false;
  }
}

/** Kill -9 of all that is the user's: their container, or where there is none their rooms. Somebody else starts it again. */
export async function crash(ara: Installation, user: { id: string }): Promise<void> {
  if (ara.runtime === 'docker') {
    await ara.container(user).kill({ signal: 'SIGKILL' });
    return;
  }
  const rooms = ara
    .processes()
    .filter(({ command }) => command.includes(user.id) && command.includes('.mjs'));
  for (const { pid } of rooms) process.kill(pid, 'SIGKILL');
}
