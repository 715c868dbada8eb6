/** The proof's own hands at a user's two doors: the list that the gateway gives the bridge room, and the way out. */
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { hostTable, type HostRow } from '../../contracts/hosts.js';
import { DoorClient } from '../../contracts/door-http.js';
import type { Installation } from '../../test/kit/installation.js';

interface Someone {
  id: string;
}

/** The list as the bridge room is told it, with what went to each host. */
export async function listOf(ara: Installation, user: Someone): Promise<HostRow[]> {
  const door = new DoorClient(join(ara.doors(user), 'gateway.sock'), 'queue-unavailable');
  try {
    return (await door.call('GET', '/v1/hosts', undefined, hostTable)).hosts;
  } finally {
    door.close();
  }
}

/** What the egress door answers to a CONNECT. */
export async function knock(ara: Installation, user: Someone, target: string): Promise<number> {
  const socketPath = join(ara.doors(user), 'egress.sock');
  const asking = request({ socketPath, method: 'CONNECT', path: target });
  asking.end();
  const [answer, socket] = (await once(asking, 'connect')) as [IncomingMessage, Socket];
  socket.on('error', () => undefined);
  socket.destroy();
  return answer.statusCode ?? 0;
}
