/** The channels of this user: which bridges run, how one is linked and unlinked, and what each is given. */
import { randomBytes } from 'node:crypto';
import {
  canBeSet,
  PlatformError,
  type Bridge,
  type BridgeModule,
  type Linked,
  type Unlinked,
} from '../../../../bridges/bridge.js';
import { Feed } from '../../../../bridges/web/feed.js';
import { WEB_CHAT } from '../../../../bridges/web/ids.js';
import { WebBridge } from '../../../../bridges/web/index.js';
import { AraError } from '../../../../contracts/errors.js';
import type { ChannelState } from '../../../../contracts/channel-state.js';
import { linkableKind, type ChannelKind, type ChatId, type LinkableKind } from '../../../../contracts/ids.js';
import type {
  LinkAnswer,
  LinkDetails,
  LinkResponse,
  LinkSettings,
  Owners,
} from '../../../../contracts/worker-door.js';
import { Alarms } from './alarms.js';
import { linkedHost, webHost } from './bridge-hosts.js';
import { bridgeModules } from './bridge-modules.js';
import type { SealedStore } from './bridge-store.js';
import type { ChannelParts } from './channel-parts.js';
import { FormerLinks } from './former-links.js';
import { detailsOf } from './link-details.js';
import { Linking } from './linking.js';
import { LinkingAttempts } from './linking-attempts.js';
import { newKey } from '../journal/outbox.js';
import { stoppedOr } from './stopped-channel.js';

/** What is sent in these arrives, perhaps a little later. */
const WORKING: ReadonlySet<ChannelState> = new Set(['connecting', 'connected', 'rate-limited']);

const TEST_MESSAGE = 'This is a test message from your dashboard.';

interface StoredChannel {
  credential: unknown;
  webhookSecret: string;
  /** What people call the other side; an earlier version did not keep it. */
  address?: string;
  /** Names the bridge's own records. */
  store?: string;
}

/** The records of a link that an earlier version made. */
const FIRST_STORE = 'first';

interface Place {
  channel: ChannelKind;
  chat: ChatId;
}

interface RunningChannel {
  bridge: Bridge;
  linking: Linking;
  store: SealedStore;
  state: ChannelState;
}

export class Channels {
  /** Those that are linked. */
  private readonly running = new Map<LinkableKind, RunningChannel>();
  /** The browser: always there, with nothing to link. */
  readonly web: WebBridge;
  readonly feed = new Feed();

  readonly attempts: LinkingAttempts;
  private readonly alarms: Alarms;
  private readonly former: FormerLinks;

  constructor(private readonly parts: ChannelParts) {
    this.web = new WebBridge(webHost(parts), this.feed);
    this.former = new FormerLinks(parts);
    this.alarms = new Alarms(parts.journal, (kind) => {
      const channel = this.running.get(kind);
      const chat = channel?.state === 'connected' ? channel.linking.chat : null;
      return channel && chat !== null ? { bridge: channel.bridge, chat } : null;
    });
    this.attempts = new LinkingAttempts({
      module: (kind) => this.module(kind),
      stores: parts.stores,
      agent: parts.agentForLinking,
      extraTrust: parts.extraTrust ?? null,
      adopt: (kind, linked, store) => this.adopt(kind, linked, store),
      onFailed: (kind) => {
        if (!this.isLinked(kind)) void parts.events.report(kind, 'unlinked', null);
      },
    });
  }

  /** Starts every linked channel. */
  async start(): Promise<void> {
    this.parts.stores.keepOnly(linkableKind.options.flatMap((kind) => this.storeOf(kind) ?? []));
    await this.startBridges();
  }

  async stop(): Promise<void> {
    await this.attempts.stop();
    await Promise.all([this.former.stop(), this.stopBridges()]);
  }

  private async startBridges(): Promise<void> {
    this.web.start();
    for (const kind of linkableKind.options) if (this.isLinked(kind)) await this.open(kind);
  }

  private async stopBridges(): Promise<void> {
    await Promise.all(
      [this.web, ...[...this.running.values()].map(({ bridge }) => bridge)].map((each) => each.stop()),
    );
    for (const { store } of this.running.values()) store.close();
    this.running.clear();
  }

  /** The public address changed: webhooks and polling change places. */
  async restart(): Promise<void> {
    await this.stopBridges();
    await this.startBridges();
  }

  isLinked(kind: ChannelKind): boolean {
    return kind === 'web' || this.parts.credentials.has(kind);
  }

  bridge(kind: ChannelKind): Bridge | null {
    return kind === 'web' ? this.web : (this.running.get(kind)?.bridge ?? null);
  }

  /** Whether a chat is the owner's. */
  knowsChat(kind: ChannelKind, chat: ChatId): boolean {
    return kind === 'web' ? chat === WEB_CHAT : this.linking(kind).knowsChat(chat);
  }

  /**
   * Where something that nobody waits for is told, given the chat that it is meant for: a browser rings nobody, so that
   * what is meant for one that is not looked at goes to the messenger that the owner used last, if one works.
   */
  placeToTell(meant: Place): Place {
    if (meant.channel !== 'web' || this.feed.isRead) return meant;
    for (const channel of new Set([...this.parts.journal.channelsByUse(), ...this.running.keys()])) {
      const { linking, state } = (channel !== 'web' && this.running.get(channel)) || {};
      // Where the owner was linked, and not where they wrote last: that may be a group.
      const chat = linking?.ownerChat ?? null;
      if (chat !== null && state && WORKING.has(state)) return { channel, chat };
    }
    return meant;
  }

  /** Of the channels that are linked. */
  states(): { channel: LinkableKind; state: ChannelState }[] {
    return [...this.running].map(([channel, { state }]) => ({ channel, state: this.shown(channel, state) }));
  }

  /** The user has stopped hosts, or allowed them again: what their channels are follows from that, too. */
  hostsChanged(): void {
    for (const { channel, state } of this.states()) void this.parts.events.report(channel, state, null);
  }

  /** Those that somebody tried to link in vain, or unlinked: the gateway may have missed it. */
  notLinked(): LinkableKind[] {
    return linkableKind.options.filter(
      (kind) =>
        this.parts.journal.fact(`${kind}.tried`) && !this.isLinked(kind) && !this.attempts.isRunning(kind),
    );
  }

  /** Whether a channel needs this container to run even when nobody writes. */
  get needsLiveConnection(): boolean {
    return this.attempts.busy || [...this.running.values()].some(({ bridge }) => !this.hasWebhook(bridge));
  }

  /** @throws AraError `bad-request`, `bad-credential`, `platform-unreachable`, `pairing-expired` */
  async link(kind: LinkableKind, raw: unknown): Promise<LinkAnswer> {
    this.parts.journal.setFact(`${kind}.tried`, 'yes');
    return this.attempts.begin(kind, raw);
  }

  /** A new code for the credential that is there; the owner so far is none any more. @throws AraError `channel-not-linked` */
  async newCode(kind: LinkableKind): Promise<LinkResponse> {
    const stored = this.stored(kind);
    const address = stored.address ?? (await this.askAddress(kind, stored.credential));
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

  /** @throws AraError `channel-not-linked` */
  details(kind: LinkableKind): Promise<LinkDetails> {
    this.stored(kind);
    return detailsOf(this.bridge(kind));
  }

  /** @throws AraError `channel-not-linked`, `not-found` where there is nothing to set */
  change(kind: LinkableKind, settings: LinkSettings): void {
    const stored = this.stored(kind);
    const bridge = this.bridge(kind);
    if (!bridge) throw new AraError('container-unavailable');
    if (!canBeSet(bridge) || bridge.settings() === null) throw new AraError('not-found');
    this.parts.credentials.save(kind, { ...stored, credential: bridge.change(settings) });
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
      for (const part of bridge.render(TEST_MESSAGE)) await bridge.send(chat, part, newKey());
      return true;
    } catch (error) {
      if (error instanceof PlatformError) return false;
      throw error;
    }
  }

  /** Whatever the platform says, nothing of the link is left here. */
  async unlink(kind: LinkableKind): Promise<Unlinked> {
    await this.attempts.cancel(kind);
    const left = await this.running.get(kind)?.bridge.unlink();
    const store = this.storeOf(kind);
    await this.close(kind);
    this.parts.credentials.remove(kind);
    if (store) this.parts.stores.remove(store);
    this.linking(kind).forget();
    this.alarms.forget(kind);
    void this.parts.events.report(kind, 'unlinked', null);
    return left ?? { reached: false, why: 'no-answer' };
  }

  /** A webhook's raw body, opened. @throws AraError `bad-request`, `channel-not-linked` */
  async takeWebhook(kind: ChannelKind, body: Buffer): Promise<'accepted' | 'duplicate'> {
    const bridge = this.bridge(kind);
    // A linked channel that is just being opened again is asked once more.
    if (!bridge?.takeWebhook) {
      throw new AraError(this.isLinked(kind) ? 'container-unavailable' : 'channel-not-linked');
    }
    return bridge.takeWebhook(body);
  }

  /** The new link in the place of the old one. A crash in between leaves either, at worst without its owner. */
  private async adopt(kind: LinkableKind, linked: Linked, store: SealedStore): Promise<LinkAnswer> {
    const { credentials } = this.parts;
    const { credential, address, owner } = linked;
    const before = this.storeOf(kind);
    const old = before && this.stored(kind).credential;
    await this.close(kind);
    const linking = this.linking(kind);
    linking.forget();
    const webhookSecret = randomBytes(32).toString('base64url');
    credentials.save(kind, { credential, webhookSecret, address, store: store.id } satisfies StoredChannel);
    if (owner) linking.bind(owner.id, owner.chat);
    const answer = owner ? { linked: true as const, address } : { ...linking.newCode(), address };
    await this.open(kind, store);
    if (before) this.former.leave(await this.module(kind), before, old, credential);
    return answer;
  }

  private async askAddress(kind: LinkableKind, credential: unknown): Promise<string> {
    const store = this.parts.stores.fresh(kind);
    const stop = new AbortController();
    const host = { agent: this.parts.agent(), store, show: () => stop.abort(), stop: stop.signal };
    try {
      return (await (await this.module(kind)).link(credential, host)).address;
    } finally {
      this.parts.stores.remove(store);
    }
  }

  private module(kind: LinkableKind): Promise<BridgeModule> {
    return (this.parts.modules ?? bridgeModules)[kind]();
  }

  private stored(kind: LinkableKind): StoredChannel {
    const stored = this.parts.credentials.load(kind) as StoredChannel | null;
    if (!stored) throw new AraError('channel-not-linked');
    return stored;
  }

  /** The one that is open, or that the credential names; null when the channel is not linked. */
  private storeOf(kind: LinkableKind): SealedStore | null {
    const running = this.running.get(kind);
    if (running) return running.store;
    if (!this.isLinked(kind)) return null;
    return this.parts.stores.of(kind, this.stored(kind).store ?? FIRST_STORE);
  }

  private async open(kind: LinkableKind, store = this.storeOf(kind)): Promise<void> {
    if (!store) return;
    const stored = this.stored(kind);
    const module = await this.module(kind);
    if (this.parts.clearing) forget(store, module.words);
    const linking = this.linking(kind);
    const host = linkedHost(this.parts, kind, {
      linking,
      store,
      webhookSecret: stored.webhookSecret,
      hasWebhook: () => this.hasWebhook(this.running.get(kind)?.bridge),
      report: (state, secretHash) => this.reportState(kind, state, secretHash),
    });
    const bridge = module.makeBridge(host, stored.credential);
    this.running.set(kind, { bridge, linking, store, state: 'connecting' });
    bridge.start();
  }

  private async close(kind: LinkableKind): Promise<void> {
    const channel = this.running.get(kind);
    await channel?.bridge.stop();
    channel?.store.close();
    this.running.delete(kind);
  }

  private linking(kind: LinkableKind): Linking {
    return new Linking(this.parts.journal, kind, () => this.reportState(kind, 'connected', undefined));
  }

  /** Whether the platform brings its messages to the gateway, so that no connection has to be held. */
  private hasWebhook(bridge: Bridge | undefined): boolean {
    return this.parts.publicUrl() !== null && bridge?.takeWebhook !== undefined;
  }

  /** A channel that works waits for its owner, or does no more. */
  private ownerChanged(kind: LinkableKind): void {
    const state = this.running.get(kind)?.state;
    if (state === 'connected' || state === 'waiting-for-owner')
      this.reportState(kind, 'connected', undefined);
  }

  /** What the bridge says of itself, unless it cannot work because of what the user has stopped. */
  private shown(kind: LinkableKind, state: ChannelState): ChannelState {
    return stoppedOr(state, kind, this.parts.declaredHosts());
  }

  private reportState(kind: LinkableKind, state: ChannelState, secretHash: string | undefined): void {
    const channel = this.running.get(kind);
    if (!channel) return;
    channel.state = state === 'connected' && !channel.linking.hasOwner ? 'waiting-for-owner' : state;
    void this.parts.events.report(kind, this.shown(kind, channel.state), secretHash ?? null);
    void this.alarms.onState(kind, channel.state);
  }
}

function forget(store: SealedStore, words: readonly string[]): void {
  store.write(words.flatMap((prefix) => store.list(prefix).map(([name]) => [name, null] as const)));
}
