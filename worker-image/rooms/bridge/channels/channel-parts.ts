/** What the channels of this user are made of, and who is told of them. */
import type { Agent } from 'node:https';
import type { ChannelState } from '../../../../contracts/channel-state.js';
import type { DeclaredHost } from '../../../../contracts/hosts.js';
import type { AccountId, LinkableKind } from '../../../../contracts/ids.js';
import type { BridgeModules } from './bridge-modules.js';
import type { BridgeStores } from './bridge-store.js';
import type { Credentials } from './credentials.js';
import type { Journal, JournalRow } from '../journal/journal.js';

interface ChannelEvents {
  /** Messages that are in the journal now; `delivered` ones came through the queue. */
  onAccepted(rows: JournalRow[], delivered: boolean): void;
  report(channel: LinkableKind, state: ChannelState, webhookSecretHash: string | null): Promise<void> | void;
}

export interface ChannelParts {
  journal: Journal;
  credentials: Credentials;
  stores: BridgeStores;
  agent: () => Agent;
  /** See `BridgeHost`. */
  extraTrust?: string | null;
  /** A way out for one attempt to link, which tells of each host that is not on the user's list. */
  agentForLinking: (onRefused: (host: string) => void) => Agent;
  account: AccountId;
  publicUrl: () => string | null;
  /** What this container may reach, and what of that its user has stopped. */
  declaredHosts: () => readonly DeclaredHost[];
  events: ChannelEvents;
  modules?: BridgeModules;
  /** Memory is being cleared: what bridges keep of words goes before they begin. */
  clearing?: boolean;
}
