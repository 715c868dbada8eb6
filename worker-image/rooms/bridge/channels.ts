/** The channels of this user: which bridges run, how one is linked and unlinked, and what each is given. */
import { randomBytes } from 'node:crypto';
import type { Agent } from 'node:https';
import { PlatformError, type Bridge, type BridgeHost } from '../../../bridges/bridge.js';
import { Feed } from '../../../bridges/web/feed.js';
import { WEB_CHAT } from '../../../bridges/web/ids.js';
import { WebBridge } from '../../../bridges/web/index.js';
import { AraError } from '../../../contracts/errors.js';
import type { ChannelState } from '../../../contracts/channel-state.js';
import type { AccountId, ChannelKind, ChatId, LinkableKind } from '../../../contracts/ids.js';
import type { InboundMessage } from '../../../contracts/message.js';
import type { LinkResponse, Owners } from '../../../contracts/worker-door.js';
import type { Credentials } from './credentials.js';
import { Linking } from './linking.js';
import type { Journal, JournalRow } from './journal.js';

/** A channel's own code, loaded only when the user has linked it. A new channel is a line here and a folder. */
export interface BridgeModule {
  checkCredential: (raw: unknown, agent: Agent) => Promise<{ credential: unknown; address: string }>;
  makeBridge: (host: BridgeHost, credential: unknown) => Bridge;
}
const modules: Record<LinkableKind, () => Promise<BridgeModule>> = {
  telegram: async () => (await import('../../../bridges/telegram/module.js')).telegramModule,
};
const kinds = Object.keys(modules) as LinkableKind[];

const TEST_MESSAGE = 'This is a test message from your dashboard.';

interface StoredChannel {
  credential: unknown;
  webhookSecret: string;
  /** What people call the other side; an earlier version did not keep it. */
  address?: string;
}

export interface ChannelEvents {
  /** Messages that are in the journal now; `delivered` ones came through the queue. */
  onAccepted(rows: JournalRow[], delivered: boolean): void;
  report(channel: LinkableKind, state: ChannelState, webhookSecretHash: string | null): void;
}

interface RunningChannel {
  bridge: Bridge;
  linking: Linking;
  state: ChannelState;
}

export class Channels {
  /** Those that are linked. */
  private readonly running = new Map<LinkableKind, RunningChannel>();
  /** The browser: always there, with nothing to link. */
  readonly web: WebBridge;
  readonly feed = new Feed();

  constructor(
    private readonly journal: Journal,
    private readonly credentials: Credentials,
    private readonly agent: () => Agent,
    private readonly account: AccountId,
    private readonly publicUrl: () => string | null,
    private readonly events: ChannelEvents,
  ) {
    this.web = new WebBridge(this.webHost(), this.feed);
  }

  /** Starts every linked channel. */
  async start(): Promise<void> {
    this.web.start();
    for (const kind of kinds) if (this.credentials.has(kind)) await this.open(kind);
  }

  async stop(): Promise<void> {
    await Promise.all(
      [this.web, ...[...this.running.values()].map(({ bridge }) => bridge)].map((each) => each.stop()),
    );
    this.running.clear();
  }

  /** The public address changed: webhooks and polling change places. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  isLinked(kind: ChannelKind): boolean {
    return kind === 'web' || this.credentials.has(kind);
  }

  bridge(kind: ChannelKind): Bridge | null {
    return kind === 'web' ? this.web : (this.running.get(kind)?.bridge ?? null);
  }

  /** Whether a chat is the owner's. */
  knowsChat(kind: ChannelKind, chat: ChatId): boolean {
    return kind === 'web' ? chat === WEB_CHAT : this.linking(kind).knowsChat(chat);
  }

  /** Of the channels that are linked. */
  states(): { channel: LinkableKind; state: ChannelState }[] {
    return [...this.running].map(([channel, { state }]) => ({ channel, state }));
  }

  /** Whether a channel needs this container to run even when nobody writes. */
  get needsLiveConnection(): boolean {
    return this.running.size > 0 && this.publicUrl() === null;
  }

  /** @throws AraError `bad-request`, `bad-credential`, `platform-unreachable` */
  async link(kind: LinkableKind, raw: unknown): Promise<LinkResponse> {
    const { checkCredential } = await modules[kind]();
    const { credential, address } = await checkCredential(raw, this.agent());
    await this.close(kind);
    const webhookSecret = randomBytes(32).toString('base64url');
    const stored: StoredChannel = { credential, webhookSecret, address };
    this.credentials.save(kind, stored);
    const linking = this.linking(kind);
    linking.forget();
    const code = linking.newCode();
    await this.open(kind);
    return { ...code, address };
  }

  /** A new code for the credential that is there; the owner so far is none any more. @throws AraError `channel-not-linked` */
  async newCode(kind: LinkableKind): Promise<LinkResponse> {
    const stored = this.stored(kind);
    const address =
      stored.address ??
      (await (await modules[kind]()).checkCredential(stored.credential, this.agent())).address;
    const code = this.linking(kind).newCode();
    this.ownerChanged(kind);
    return { ...code, address };
  }

  /** Who may write. */
  owners(kind: LinkableKind): Owners {
    const { owner, ownerSince } = this.linking(kind);
    return owner === null ? [] : [{ id: owner, name: null, since: ownerSince }];
  }

  /** @throws AraError `not-found` */
  removeOwner(kind: LinkableKind, id: string): void {
    const linking = this.linking(kind);
    if (linking.owner !== id) throw new AraError('not-found');
    linking.removeOwner();
    this.ownerChanged(kind);
  }

  /** Where the owner was last met; null when nobody is linked. */
  ownerChat(kind: LinkableKind): ChatId | null {
    return this.linking(kind).chat;
  }

  /** Whether the owner's chat has taken a test message. @throws AraError `channel-not-linked` */
  async sendTest(kind: LinkableKind): Promise<boolean> {
    this.stored(kind);
    const bridge = this.bridge(kind);
    const chat = this.linking(kind).chat;
    if (!bridge || chat === null) return false;
    try {
      for (const part of bridge.render(TEST_MESSAGE)) await bridge.send(chat, part);
      return true;
    } catch (error) {
      if (error instanceof PlatformError) return false;
      throw error;
    }
  }

  async unlink(kind: LinkableKind): Promise<void> {
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

  private stored(kind: LinkableKind): StoredChannel {
    const stored = this.credentials.load(kind) as StoredChannel | null;
    if (!stored) throw new AraError('channel-not-linked');
    return stored;
  }

  private async open(kind: LinkableKind): Promise<void> {
    const stored = this.credentials.load(kind) as StoredChannel | null;
    if (!stored) return;
    const { makeBridge } = await modules[kind]();
    const linking = this.linking(kind);
    const bridge = makeBridge(this.host(kind, linking, stored.webhookSecret), stored.credential);
    this.running.set(kind, { bridge, linking, state: 'connecting' });
    bridge.start();
  }

  private async close(kind: LinkableKind): Promise<void> {
    await this.running.get(kind)?.bridge.stop();
    this.running.delete(kind);
  }

  private linking(kind: LinkableKind): Linking {
    return new Linking(this.journal, kind, () => this.reportState(kind, 'connected', undefined));
  }

  private host(kind: LinkableKind, linking: Linking, webhookSecret: string): BridgeHost {
    const publicUrl = this.publicUrl();
    return {
      ...this.journalFor(kind, publicUrl ? 'delivered' : 'received'),
      agent: this.agent(),
      webhookUrl: publicUrl && `${publicUrl}/webhooks/${kind}/${this.account}`,
      webhookSecret,
      admit: (sender, text, chat) => linking.admit(sender, text, chat),
      report: (state, secretHash) => this.reportState(kind, state, secretHash),
    };
  }

  /** Nobody else is told of the browser: to the gateway it is no channel that was linked. */
  private webHost(): BridgeHost {
    const { agent } = this;
    return {
      ...this.journalFor('web', 'received'),
      get agent() {
        return agent();
      },
      webhookUrl: null,
      webhookSecret: '',
      admit: () => ({ admitted: true, reply: null }),
      report: () => undefined,
    };
  }

  /** A webhook has come through the queue already; everything else has that way before it. */
  private journalFor(
    kind: ChannelKind,
    entry: 'delivered' | 'received',
  ): Pick<BridgeHost, 'accept' | 'checkpoint'> {
    return {
      accept: (messages: InboundMessage[], checkpoint) => {
        const rows = this.journal.accept(kind, messages, checkpoint, entry);
        if (rows.length > 0) this.events.onAccepted(rows, entry === 'delivered');
        return { fresh: rows.length };
      },
      checkpoint: () => this.journal.fact(`${kind}.checkpoint`),
    };
  }

  /** A channel that works waits for its owner, or does no more. */
  private ownerChanged(kind: LinkableKind): void {
    const state = this.running.get(kind)?.state;
    if (state === 'connected' || state === 'waiting-for-owner')
      this.reportState(kind, 'connected', undefined);
  }

  private reportState(kind: LinkableKind, state: ChannelState, secretHash: string | undefined): void {
    const channel = this.running.get(kind);
    if (!channel) return;
    channel.state = state === 'connected' && !channel.linking.hasOwner ? 'waiting-for-owner' : state;
    this.events.report(kind, channel.state, secretHash ?? null);
  }
}
