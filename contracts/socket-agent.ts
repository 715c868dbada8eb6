/**
 * Connections to a socket in a folder where somebody else may put what they like: only a socket itself is dialled, never
 * what a link points to, since that could be the door of another. So the gateway dials `worker.sock`, which lies where its
 * container can write, and the bridge room `agent.sock`.
 */
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { Agent, type AgentOptions, type ClientRequestArgs } from 'node:http';
import { connect, Socket } from 'node:net';

/** Linux' O_PATH: names the file without opening it. */
const PATH_ONLY = 0x20_0000;

export class SocketAgent extends Agent {
  constructor(options: AgentOptions = {}) {
    super({ keepAlive: true, maxSockets: 64, ...options });
  }

  /** A connection that fails where there is no socket, as one to nobody does. */
  override createConnection(options: ClientRequestArgs): Socket {
    const path = options.socketPath ?? '';
    if (process.platform !== 'linux') return connect(path);
    try {
      return dial(path);
    } catch (error) {
      return new Socket().destroy(error instanceof Error ? error : new Error('not dialled'));
    }
  }
}

function dial(path: string): Socket {
  const file = openSync(path, PATH_ONLY | constants.O_NOFOLLOW);
  try {
    if (!fstatSync(file).isSocket()) throw new Error('not a socket');
    // The kernel looks the path up within this call: the file may be closed after it.
    return connect(`/proc/self/fd/${file}`);
  } finally {
    closeSync(file);
  }
}
