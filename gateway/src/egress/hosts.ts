/** Which hosts a user's container may reach, and why: follows from what the user linked, and from nothing else. */
import type { ChannelKind, Provider } from '../../../contracts/ids.js';
import type { ApiKey } from '../keys/api-key.entity.js';

export interface EgressRule {
  host: string;
  port: number;
  /** Shown to the user in the data-flow ledger. */
  purpose: string;
}

const rule = (host: string, purpose: string): EgressRule => ({ host, port: 443, purpose });

export const channelHosts: Record<ChannelKind, EgressRule[]> = {
  telegram: [rule('api.telegram.org', 'channel telegram')],
  matrix: [],
  whatsapp: [],
  // It comes in through the container's own door.
  web: [],
};

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
