/** The bridge to Telegram, for a bot of the user's own. */
import type { Agent } from 'node:https';
import type { Api } from 'grammy';
import type { ChannelState } from '../../contracts/channel-state.js';
import { AraError } from '../../contracts/errors.js';
import type { Readable } from 'node:stream';
import type { ChatId, PlatformMessageId } from '../../contracts/ids.js';
import {
  PlatformError,
  type Bridge,
  type BridgeHost,
  type CanDelete,
  type CanEdit,
  type CanFetch,
  type CanReact,
  type CanSendFile,
  type CanShowTyping,
  type OutgoingFile,
  type Part,
  type SentId,
  type Unlinked,
} from '../bridge.js';
import { telegramCapabilities } from './capabilities.js';
import { download } from './download.js';
import { answerCode, isBadCredential } from './failure.js';
import { groupOf } from './ids.js';
import { Intake } from './intake.js';
import { setMenu, undoLink } from './menu.js';
import { Outbound } from './outbound.js';
import { Poller } from './poller.js';
import { Recovery, telegramTiming, type Timing } from './recovery.js';
import { render } from './render.js';
import { makeApi } from './transport.js';
import { WebhookOrder } from './webhook-order.js';
import { secretHash, setWebhook, takeWebhook } from './webhook.js';

const TELEGRAM = 'https://api.telegram.org';

export interface TelegramOptions {
  /** Where the Bot API answers, without a slash at the end. Default: Telegram's own. */
  apiRoot?: string;
  /** Shorter times for tests. */
  timing?: Partial<Timing>;
}

export interface TelegramCredential {
  token: string;
}

export class TelegramBridge
  implements Bridge, CanDelete, CanEdit, CanFetch, CanReact, CanSendFile, CanShowTyping
{
  readonly kind = 'telegram';
  readonly capabilities = telegramCapabilities;
  private readonly api: Api;
  private readonly timing: Timing;
  private readonly outbound: Outbound;
  private readonly intake: Intake;
  private readonly webhookOrder: WebhookOrder;
  private state: ChannelState | null = null;
  private menuIsSet = false;
  private running: { stop: AbortController; ended: Promise<void> } | null = null;

  constructor(
    private readonly host: BridgeHost,
    private readonly credential: TelegramCredential,
    private readonly options: TelegramOptions = {},
  ) {
    this.timing = { ...telegramTiming, ...options.timing };
    this.api = this.makeApi(this.timing.call);
    const forFiles = this.makeApi(this.timing.upload);
    this.outbound = new Outbound(this.api, forFiles, () => this.report('needs-relink'));
    const next = host.checkpoint();
    this.webhookOrder = new WebhookOrder(next === null ? null : Number(next));
    this.intake = new Intake(host, this.api, (chat, text) => void this.notify(chat, text));
  }

  start(): void {
    if (this.running) return;
    const stop = new AbortController();
    this.report('connecting');
    const ended =
      this.host.webhookUrl === null ? this.runPoller(stop) : this.runWebhook(this.host.webhookUrl, stop);
    this.running = { stop, ended };
  }

  async stop(): Promise<void> {
    const { running } = this;
    this.running = null;
    running?.stop.abort();
    await running?.ended;
  }

  render(markdown: string): Part[] {
    return render(markdown, this.capabilities.maxText);
  }

  async send(chat: ChatId, part: Part): Promise<SentId> {
    this.needOpen(chat);
    return this.outbound.send(chat, part);
  }

  async edit(chat: ChatId, sent: SentId, part: Part): Promise<void> {
    this.needOpen(chat);
    return this.outbound.edit(chat, sent, part);
  }

  delete(chat: ChatId, sent: SentId): Promise<void> {
    return this.outbound.delete(chat, sent);
  }

  async sendFile(chat: ChatId, file: OutgoingFile): Promise<SentId> {
    this.needOpen(chat);
    return this.outbound.sendFile(chat, file);
  }

  react(chat: ChatId, message: PlatformMessageId, emoji: string | null): Promise<void> {
    return this.outbound.react(chat, message, emoji);
  }

  /** `reference` is Telegram's id of the file. */
  async fetch(reference: string, stop: AbortSignal): Promise<Readable> {
    const path = await this.outbound.placeOf(reference, stop);
    const { agent } = this.host;
    const { token } = this.credential;
    const root = this.options.apiRoot ?? TELEGRAM;
    return download({ root, token, path, agent, timeout: this.timing.call, stop });
  }

  showTyping(chat: ChatId): Promise<void> {
    return this.outbound.showTyping(chat);
  }

  takeWebhook(body: Buffer): Promise<'accepted' | 'duplicate'> {
    return takeWebhook(body, this.intake, this.webhookOrder);
  }

  async unlink(): Promise<Unlinked> {
    await this.stop();
    return undoLink(this.api);
  }

  /** In a group only while its owner allows it. @throws PlatformError `refused` */
  private needOpen(chat: ChatId): void {
    const group = groupOf(chat);
    if (group !== null && !this.host.allowsGroup(group)) throw new PlatformError('refused');
  }

  private async runPoller(stop: AbortController): Promise<void> {
    const api = this.makeApi(this.timing.poll + this.timing.pollGrace);
    const report = (state: ChannelState): void => this.report(state);
    const recovery = this.recover(stop);
    await new Poller(this.host, api, this.intake, recovery, this.timing, report).run();
  }

  private async runWebhook(url: string, stop: AbortController): Promise<void> {
    const set = await setWebhook(url, this.host, this.api, this.recover(stop));
    if (set) this.report('connected', secretHash(this.host.webhookSecret));
  }

  private recover(stop: AbortController): Recovery {
    return new Recovery((state) => this.report(state), this.timing, stop.signal);
  }

  /** Tells the host what has changed; the first connection also brings the menu up to date. */
  private report(state: ChannelState, webhookSecretHash?: string): void {
    if (state === this.state) return;
    this.state = state;
    this.host.report(state, webhookSecretHash);
    if (state !== 'connected' || this.menuIsSet) return;
    this.menuIsSet = true;
    void setMenu(this.api);
  }

  private async notify(chat: ChatId, text: string): Promise<void> {
    for (const part of this.render(text)) await this.outbound.send(chat, part).catch(() => undefined);
  }

  private makeApi(timeout: number): Api {
    return makeApi(this.credential.token, this.host.agent, timeout, this.options.apiRoot);
  }
}

/** Asks Telegram whose token it is. @throws AraError `bad-credential` or `platform-unreachable`. */
export async function checkTelegramCredential(
  token: string,
  agent: Agent,
  options: TelegramOptions = {},
): Promise<{ address: string }> {
  // Anything else would become part of an address that it has no business in.
  if (!/^\d+:[\w-]+$/.test(token)) throw new AraError('bad-credential');
  try {
    const timeout = options.timing?.call ?? telegramTiming.call;
    const me = await makeApi(token, agent, timeout, options.apiRoot).getMe();
    return { address: `@${me.username}` };
  } catch (error) {
    throw new AraError(isBadCredential(answerCode(error)) ? 'bad-credential' : 'platform-unreachable');
  }
}
