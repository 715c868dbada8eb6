/** Where a host is to be dialled: as the operator says, or as DNS says if none of its addresses is private. */
import { lookup as lookupAddresses } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

/** Every address of a name. */
export type Lookup = (host: string) => Promise<{ address: string }[]>;

export const askDns: Lookup = (host) => lookupAddresses(host, { all: true });

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

export interface Address {
  host: string;
  port: number;
}

/**
 * The address to dial, looked up once; null when any of them is forbidden: such a name is not to be trusted with the others.
 * @param resolve settings `egress.resolve`: where the operator says that a host is
 */
export async function addressOf(
  host: string,
  port: number,
  resolve: Readonly<Record<string, string>>,
  lookup: Lookup = askDns,
): Promise<Address | null> {
  const named = overrideOf(Object.hasOwn(resolve, host) ? resolve[host] : '');
  if (named) return named;
  const addresses = await lookup(host);
  const [first] = addresses;
  if (!first || addresses.some(({ address }) => isForbidden(address))) return null;
  return { host: first.address, port };
}

function overrideOf(override = ''): Address | null {
  const [, host = '', port] = /^(.+):(\d+)$/.exec(override) ?? [];
  return host ? { host, port: Number(port) } : null;
}
