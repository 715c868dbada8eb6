/** Which hosts a user's container may reach, and why: follows from what the user linked, and from nothing else. */
import type { ChannelKind, Provider } from '../../../contracts/ids.js';
import { AraError } from '../../../contracts/errors.js';
import type { DeclaredHost, HostRow } from '../../../contracts/hosts.js';
import type { Channel } from '../channels/channel.entity.js';
import type { ApiKey } from '../keys/api-key.entity.js';

export interface EgressRule {
  /** `host`, or `.suffix` for every host below it. */
  host: string;
  port: number;
  /** Shown to the user in the data-flow ledger. */
  purpose: string;
}

const rule = (host: string, purpose: string): EgressRule => ({ host, port: 443, purpose });

const channelHosts: Record<ChannelKind, EgressRule[]> = {
  telegram: [rule('api.telegram.org', 'channel telegram')],
  // Its user says where.
  matrix: [],
  // Messages; media; and the servers nearby that media go to.
  whatsapp: ['web.whatsapp.com', 'mmg.whatsapp.net', '.cdn.whatsapp.net'].map((host) =>
    rule(host, 'channel whatsapp'),
  ),
  // It comes in through the container's own door.
  web: [],
};

/** Channels whose server is the user's own. */
export const namesItsHosts = (kind: ChannelKind): boolean => kind === 'matrix';

export const rulesOf = ({ kind, hosts }: Pick<Channel, 'kind' | 'hosts'>): EgressRule[] => [
  ...channelHosts[kind],
  ...(namesItsHosts(kind) ? (hosts ?? []) : []).map((each): EgressRule => {
    const { hostname, port } = new URL(`https://${each}`);
    return { host: hostname, port: Number(port || 443), purpose: `channel ${kind}` };
  }),
];

export const allows = (rule: EgressRule, host: string, port: number): boolean =>
  rule.port === port &&
  (rule.host.startsWith('.')
    ? host.endsWith(rule.host) && host.length > rule.host.length
    : host === rule.host);

/** How lists call the hosts of a rule. A rule for many is one line: which of them it was could be any number of names. */
const listedName = ({ host }: EgressRule): string => (host.startsWith('.') ? `*${host}` : host);

/** What the door enforces, and what every list of it shows: the rules, with those that their user has stopped. */
export const declare = (rules: readonly EgressRule[], stopped: ReadonlySet<string>): DeclaredRule[] =>
  rules.map((each) => {
    const name = listedName(each);
    return { rule: each, host: name, port: each.port, purpose: each.purpose, stopped: stopped.has(name) };
  });

export interface DeclaredRule extends DeclaredHost {
  rule: EgressRule;
}

const callers: Record<string, HostRow['by']> = {
  channel: 'bridge',
  model: 'model',
  tool: 'web',
  search: 'web',
  key: 'gateway',
};
/** Who in a container asks for hosts of this purpose. */
export const callerOf = (purpose: string): HostRow['by'] => callers[purpose.split(' ')[0] ?? ''] ?? null;

const providerHosts: Record<Exclude<Provider, 'compatible'>, EgressRule> = {
  anthropic: rule('api.anthropic.com', 'model anthropic'),
  openai: rule('api.openai.com', 'model openai'),
  google: rule('generativelanguage.googleapis.com', 'model google'),
};

/** Where the server is that this key is for. */
export function modelHost({ provider, baseUrl }: Pick<ApiKey, 'provider' | 'baseUrl'>): EgressRule {
  if (provider !== 'compatible') return providerHosts[provider];
  const { hostname, port } = new URL(baseUrl ?? '');
  return { host: hostname, port: Number(port || 443), purpose: 'model compatible' };
}

/**
 * Whether it is the name of a host in its one canonical form: lower case, no trailing dot, and no address. A name whose
 * last label is a number is an address in disguise (0x7f.1, 2130706433).
 */
export const isHostName = (host: string): boolean =>
  /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/.test(host) &&
  !host.includes('..') &&
  /[a-z]/.test(host.split('.').at(-1) ?? '');

/**
 * What is wrong with the place of a server that a user names; null for nothing.
 * @param named the hosts that the operator has placed with `egress.resolve`, which need no dot
 */
export function whatIsWrongWith(
  { hostname, port }: Pick<URL, 'hostname' | 'port'>,
  named: Readonly<Record<string, unknown>>,
): string | null {
  if (!isHostName(hostname)) return 'must name a host, not an address in numbers';
  if (!hostname.includes('.') && !Object.hasOwn(named, hostname)) return 'must name a host on the internet';
  // Below 1024 other protocols live, such as mail.
  if (port && Number(port) < 1_024) return 'must have port 443, or one from 1024';
  return null;
}

/** `host[:port]` in its one form. @throws AraError `bad-request` */
export function normalHost(text: string, named: Readonly<Record<string, unknown>>): string {
  const lower = text.toLowerCase();
  const url = /^[a-z0-9.-]+(?::\d{1,5})?$/.test(lower) && URL.parse(`https://${lower}`);
  const wrong = url ? whatIsWrongWith(url, named) : 'is not a host';
  if (!url || wrong) throw new AraError('bad-request', `hosts ${wrong}`);
  return url.host;
}
