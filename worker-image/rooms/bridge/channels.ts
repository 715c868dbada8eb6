/** The channels of this user: which bridges run, how one is linked and unlinked, and what each is given. */
import { randomBytes } from 'node:crypto';
import type { Agent } from 'node:https';
import type { Bridge, BridgeHost } from '../../../bridges/bridge.js';
import { AraError } from '../../../contracts/errors.js';
import type { ChannelState } from '../../../contracts/channel-state.js';
import type { AccountId, ChannelKind } from '../../../contracts/ids.js';
import type { InboundMessage } from '../../../contracts/message.js';
import type { LinkResponse } from '../../../contracts/worker-door.js';
import type { Credentials } from './credentials.js';
import { Linking } from './linking.js';
import type { Journal, JournalRow } from './journal.js';

/** A channel's own code, loaded only when the user has linked it. A new channel is a line here and a folder. */
export interface BridgeModule {
  checkCredential: (raw: unknown, agent: Agent) => Promise<{ credential: unknown; address: string }>;
  makeBridge: (host: BridgeHost, credential: unknown) => Bridge;
}
const modules: Record<ChannelKind, () => Promise<BridgeModule>> = {
  telegram: async () => (await import('../../../bridges/telegram/module.js')).telegramModule,
};
const kinds = Object.keys(modules) as ChannelKind[];

interface StoredChannel {
  credential: unknown;
  webhookSecret: string;
}

export interface ChannelEvents {
  /** Messages that are in the journal now; `delivered` ones came through the queue. */
  onAccepted(rows: JournalRow[], delivered: boolean): void;
  report(channel: ChannelKind, state: ChannelState, webhookSecretHash: string | null): void;
}

interface RunningChannel {
  bridge: Bridge;
  linking: Linking;
  state: ChannelState;
}

export class Channels {
  private readonly running = new Map<ChannelKind, RunningChannel>();

  constructor(
    private readonly journal: Journal,
    private readonly credentials: Credentials,
    private readonly agent: () => Agent,
    private readonly account: AccountId,
    private readonly publicUrl: () => string | null,
    private readonly events: ChannelEvents,
  ) {}

  /** Starts every linked channel. */
  async start(): Promise<void> {
    for (const kind of kinds) if (this.credentials.has(kind)) await this.open(kind);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.running.values()].map(({ bridge }) => bridge.stop()));
    this.running.clear();
  }

  /** The public address changed: webhooks and polling change places. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  isLinked(kind: ChannelKind): boolean {
    return this.credentials.has(kind);
  }

  bridge(kind: ChannelKind): Bridge | null {
    return this.running.get(kind)?.bridge ?? null;
  }

  states(): { channel: ChannelKind; state: ChannelState }[] {
    return [...this.running].map(([channel, { state }]) => ({ channel, state }));
  }

  /** Whether a channel needs this container to run even when nobody writes. */
  get needsLiveConnection(): boolean {
    return this.running.size > 0 && this.publicUrl() === null;
  }

  /** @throws AraError `bad-request`, `bad-credential`, `platform-unreachable` */
  async link(kind: ChannelKind, raw: unknown): Promise<LinkResponse> {
    const { checkCredential } = await modules[kind]();
    const { credential, address } = await checkCredential(raw, this.agent());
    await this.close(kind);
    const stored: StoredChannel = { credential, webhookSecret: randomBytes(32).toString('base64url') };
    this.credentials.save(kind, stored);
    const linking = this.linking(kind);
    linking.forget();
    const code = linking.newCode();
    await this.open(kind);
    return { ...code, address };
  }

  async unlink(kind: ChannelKind): Promise<void> {
    await this.running.get(kind)?.bridge.unlink();
    await this.close(kind);
    this.credentials.remove(kind);
    this.linking(kind).forget();
    this.events.report(kind, 'unlinked', null);
  }

  /** A webhook's raw body, opened. @throws AraError `bad-request`, `channel-not-linked` */
  async takeWebhook(kind: ChannelKind, body: Buffer): Promise<'accepted' | 'duplicate'> {
    const bridge = this.bridge(kind);
    // A linked channel that is just being opened again is asked once more.
    if (!bridge?.takeWebhook) {
      throw new AraError(this.credentials.has(kind) ? 'container-unavailable' : 'channel-not-linked');
    }
    return bridge.takeWebhook(body);
  }

  private async open(kind: ChannelKind): Promise<void> {
    const stored = this.credentials.load(kind) as StoredChannel | null;
    if (!stored) return;
    const { makeBridge } = await modules[kind]();
    const linking = this.linking(kind);
    const bridge = makeBridge(this.host(kind, linking, stored.webhookSecret), stored.credential);
    this.running.set(kind, { bridge, linking, state: 'connecting' });
    bridge.start();
  }

  private async close(kind: ChannelKind): Promise<void> {
    await this.running.get(kind)?.bridge.stop();
    this.running.delete(kind);
  }

  private linking(kind: ChannelKind): Linking {
    return new Linking(this.journal, kind, () => this.reportState(kind, 'connected', undefined));
  }

  private host(kind: ChannelKind, linking: Linking, webhookSecret: string): BridgeHost {
    const publicUrl = this.publicUrl();
    // A webhook has come through the queue already; what was polled has that way before it.
    const entry = publicUrl ? 'delivered' : 'received';
    return {
      agent: this.agent(),
      webhookUrl: publicUrl && `${publicUrl}/webhooks/${kind}/${this.account}`,
      webhookSecret,
      admit: (sender, text) => linking.admit(sender, text),
      accept: (messages: InboundMessage[], checkpoint) => {
        const rows = this.journal.accept(kind, messages, checkpoint, entry);
        if (rows.length > 0) this.events.onAccepted(rows, entry === 'delivered');
        return { fresh: rows.length };
      },
      checkpoint: () => this.journal.fact(`${kind}.checkpoint`),
      report: (state, secretHash) => this.reportState(kind, state, secretHash),
    };
  }

  private reportState(kind: ChannelKind, state: ChannelState, secretHash: string | undefined): void {
    const channel = this.running.get(kind);
    if (!channel) return;
    channel.state = state === 'connected' && !channel.linking.hasOwner ? 'waiting-for-owner' : state;
    this.events.report(kind, channel.state, secretHash ?? null);
  }
}
