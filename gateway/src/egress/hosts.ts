/** Which hosts a user's container may reach, and why: follows from what the user linked, and from nothing else. */
import type { ChannelKind, Provider } from '../../../contracts/ids.js';

export interface EgressRule {
  host: string;
  port: number;
  /** Shown to the user in the data-flow ledger. */
  purpose: string;
}

const rule = (host: string, purpose: string): EgressRule => ({ host, port: 443, purpose });

export const channelHosts: Record<ChannelKind, EgressRule[]> = {
  telegram: [rule('api.telegram.org', 'channel telegram')],
};

export const providerHosts: Record<Provider, EgressRule[]> = {
  anthropic: [rule('api.anthropic.com', 'model anthropic')],
  openai: [rule('api.openai.com', 'model openai')],
};
