/**
 * `egress.sock`: HTTP CONNECT to hosts on the user's allowlist. TLS passes through unread. A name is resolved once and
 * the address that was checked is the one that is dialled; private, loopback and link-local ones are refused.
 */
import { lookup as lookupAddresses } from 'node:dns/promises';
import type { IncomingMessage } from 'node:http';
import { BlockList, connect, isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { AccountId } from '../../../contracts/ids.js';
import type { AllowlistService } from './allowlist.service.js';
import { isHostName } from './hosts.js';
import type { LedgerService } from './ledger.service.js';

const CONNECT_TIMEOUT = 10_000;
/** In the ledger for addresses and whatever else is not the name of a host. */
const NO_HOST_NAME = '(not a host name)';
/** Most connections that one container may hold open at once. */
const MAX_OPEN = 64;

/** Two lists: in one, the rule for IPv4-mapped addresses would match every IPv4 address. */
const forbidden = { ipv4: new BlockList(), ipv6: new BlockList() };
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  forbidden.ipv4.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::', 128],
  ['::1', 128],
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2002::', 16],
  ['100::', 64],
  ['2001:db8::', 32],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  forbidden.ipv6.addSubnet(network, prefix, 'ipv6');

/** Whether an address is one that no container may reach, whatever name led there. */
export function isForbidden(address: string): boolean {
  const version = isIP(address);
  if (version === 0) return true;
  const family = version === 6 ? 'ipv6' : 'ipv4';
  return forbidden[family].check(address, family);
}

export interface EgressDoorParts {
  account: AccountId;
  allowlist: AllowlistService;
  ledger: LedgerService;
  /** Settings `egress.resolve`: where the operator says that a host is. */
  resolve: Record<string, string>;
  /** Every address of a name. */
  lookup?: (host: string) => Promise<{ address: string }[]>;
}

type Refuse = (status: 400 | 403 | 429 | 502) => void;

/** The handler of one user's CONNECT requests. */
export function egressDoor(
  parts: EgressDoorParts,
): (request: IncomingMessage, socket: Duplex, head: Buffer) => void {
  const { account, allowlist, ledger, lookup = askDns } = parts;
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
    const address = overrideOf(parts.resolve[parsed.host]) ?? checked(await lookup(parsed.host), parsed.port);
    if (!address) {
      ledger.refuse(account, parsed.host);
      return refuse(403);
    }
    if (socket.destroyed) return;
    const upstream = connect({ ...address, timeout: CONNECT_TIMEOUT });
    upstream.once('timeout', () => upstream.destroy(new Error('timeout')));
    upstream.once('error', () => refuse(502));
    socket.once('close', () => upstream.destroy());
    upstream.once('connect', () => {
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
    });
  };

  return (request, socket, head) => {
    const refuse: Refuse = (status) => {
      socket.end(`HTTP/1.1 ${status} Refused\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
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

const askDns = (host: string): Promise<{ address: string }[]> => lookupAddresses(host, { all: true });

function overrideOf(override = ''): { host: string; port: number } | null {
  const [, host = '', port] = /^(.+):(\d+)$/.exec(override) ?? [];
  return host ? { host, port: Number(port) } : null;
}

/** The address to dial; null when any of them is forbidden: such a name is not to be trusted with the others. */
function checked(addresses: { address: string }[], port: number): { host: string; port: number } | null {
  const [first] = addresses;
  if (!first || addresses.some(({ address }) => isForbidden(address))) return null;
  return { host: first.address, port };
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
