/** What the room gives a bridge: the journal, who may write, and the records of its own. */
import type { BridgeHost } from '../../../../bridges/bridge.js';
import type { ChannelState } from '../../../../contracts/channel-state.js';
import type { ChannelKind, LinkableKind } from '../../../../contracts/ids.js';
import type { InboundMessage } from '../../../../contracts/message.js';
import type { SealedStore } from './bridge-store.js';
import type { ChannelParts } from './channel-parts.js';
import type { Linking } from './linking.js';

export interface LinkedHostParts {
  linking: Linking;
  store: SealedStore;
  webhookSecret: string;
  /** Whether the platform brings its messages to the gateway, and so through the queue. */
  hasWebhook: () => boolean;
  report: (state: ChannelState, webhookSecretHash: string | undefined) => void;
}

export function linkedHost(
  parts: ChannelParts,
  kind: LinkableKind,
  { linking, store, webhookSecret, hasWebhook, report }: LinkedHostParts,
): BridgeHost {
  const publicUrl = parts.publicUrl();
  return {
    ...journalFor(parts, kind, hasWebhook),
    agent: parts.agent(),
    extraTrust: parts.extraTrust ?? null,
    webhookUrl: publicUrl && `${publicUrl}/webhooks/${kind}/${parts.account}`,
    webhookSecret,
    store,
    admit: (sender, text, chat) => linking.admit(sender, text, chat),
    owners: () => (linking.owner === null ? [] : [linking.owner]),
    allowsGroup: (chat) => linking.allowsGroup(chat),
    report,
  };
}

/** Nobody else is told of the browser: to the gateway it is no channel that was linked. */
export function webHost(parts: ChannelParts): BridgeHost {
  return {
    ...journalFor(parts, 'web', () => false),
    get agent() {
      return parts.agent();
    },
    webhookUrl: null,
    webhookSecret: '',
    store: parts.stores.of('web', 'first'),
    admit: () => ({ admitted: true, reply: null }),
    owners: () => [],
    allowsGroup: () => false,
    report: () => undefined,
  };
}

/** A webhook has come through the queue already; everything else has that way before it. */
function journalFor(
  { journal, events }: ChannelParts,
  kind: ChannelKind,
  hasWebhook: () => boolean,
): Pick<BridgeHost, 'accept' | 'checkpoint'> {
  return {
    accept: (messages: InboundMessage[], checkpoint) => {
      const delivered = hasWebhook();
      const rows = journal.accept(kind, messages, checkpoint, delivered ? 'delivered' : 'received');
      if (rows.length > 0) events.onAccepted(rows, delivered);
      return { fresh: rows.length };
    },
    checkpoint: () => journal.fact(`${kind}.checkpoint`),
  };
}
