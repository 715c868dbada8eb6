/**
 * `egress.sock`: HTTP CONNECT to hosts on the user's allowlist. TLS passes through unread. A name is resolved once and
 * the address that was checked is the one that is dialled; private, loopback and link-local ones are refused.
 */
import type { IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { STOPPED_HEADER } from '../../../contracts/hosts.js';
import type { AccountId } from '../../../contracts/ids.js';
import { addressOf, askDns, type Lookup } from './addresses.js';
import type { AllowlistService } from './allowlist.service.js';
import { isHostName } from './hosts.js';
import type { LedgerService } from './ledger.service.js';
import type { OpenConnections } from './open-connections.service.js';

const CONNECT_TIMEOUT = 10_000;
/** In the ledger for addresses and whatever else is not the name of a host. */
const NO_HOST_NAME = '(not a host name)';
/** Most connections that one container may hold open at once. */
const MAX_OPEN = 64;

export interface EgressDoorParts {
  account: AccountId;
  allowlist: AllowlistService;
  ledger: LedgerService;
  connections: OpenConnections;
  /** Settings `egress.resolve`: where the operator says that a host is. */
  resolve: Record<string, string>;
  lookup?: Lookup;
}

type Refuse = (status: 400 | 403 | 429 | 502, stopped?: boolean) => void;

/** The handler of one user's CONNECT requests. */
export function egressDoor(
  parts: EgressDoorParts,
): (request: IncomingMessage, socket: Duplex, head: Buffer) => void {
  const { account, allowlist, ledger, connections, lookup = askDns } = parts;
  let open = 0;

  const handle = async (target: string, socket: Duplex, head: Buffer, refuse: Refuse): Promise<void> => {
    const parsed = parseTarget(target);
    if (!parsed) {
      ledger.refuse(account, NO_HOST_NAME);
      return refuse(400);
    }
    const rule = await allowlist.find(account, parsed.host, parsed.port);
    if (!rule) {
      ledger.refuse(account, parsed.host);
      return refuse(403);
    }
    if (rule.stopped) {
      ledger.refuse(account, rule.host);
      return refuse(403, true);
    }
    const address = await addressOf(parsed.host, parsed.port, parts.resolve, lookup);
    if (!address) {
      ledger.refuse(account, parsed.host);
      return refuse(403);
    }
    if (socket.destroyed) return;
    // Before it is looked at once more whether the host is stopped: a stop that comes in between finds it here.
    socket.once(
      'close',
      connections.add(account, rule.host, () => socket.destroy()),
    );
    const upstream = connect({ ...address, timeout: CONNECT_TIMEOUT });
    upstream.once('timeout', () => upstream.destroy(new Error('timeout')));
    upstream.once('error', () => refuse(502));
    socket.once('close', () => upstream.destroy());
    const onConnect = async (): Promise<void> => {
      if ((await allowlist.find(account, parsed.host, parsed.port))?.stopped !== false) socket.destroy();
      if (socket.destroyed) return;
      upstream.setTimeout(0);
      upstream.setNoDelay(true);
      upstream.removeAllListeners('error');
      upstream.on('error', () => socket.destroy());
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      if (head.length > 0) upstream.write(head);
      ledger.add(account, rule.host, rule.purpose, { connections: 1, bytesUp: head.length });
      join(socket, upstream, (bytesUp, bytesDown) =>
        ledger.add(account, rule.host, rule.purpose, { bytesUp, bytesDown }),
      );
    };
    upstream.once('connect', () => void onConnect().catch(() => socket.destroy()));
  };

  return (request, socket, head) => {
    const refuse: Refuse = (status, stopped = false) => {
      const why = stopped ? `${STOPPED_HEADER}: yes\r\n` : '';
      socket.end(`HTTP/1.1 ${status} Refused\r\n${why}content-length: 0\r\nconnection: close\r\n\r\n`);
    };
    socket.on('error', () => socket.destroy());
    if (open >= MAX_OPEN) return refuse(429);
    open++;
    socket.once('close', () => open--);
    handle(request.url ?? '', socket, head, refuse).catch(() => refuse(502));
  };
}

/** `host:port` in its one canonical form: no address, no leading zeros. */
function parseTarget(target: string): { host: string; port: number } | null {
  const [, host = '', port = ''] = /^([^:]+):([1-9]\d{0,4})$/.exec(target) ?? [];
  return isHostName(host) ? { host, port: Number(port) } : null;
}

/** Joins the two ends and counts what passes, as it passes. */
function join(inside: Duplex, outside: Socket, count: (up: number, down: number) => void): void {
  inside.on('data', (chunk: Buffer) => count(chunk.length, 0));
  outside.on('data', (chunk: Buffer) => count(0, chunk.length));
  inside.pipe(outside);
  outside.pipe(inside);
  // What is still on its way to a slow reader arrives before the end does.
  outside.once('close', () => inside.end(() => inside.destroy()));
}
