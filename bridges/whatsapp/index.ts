/** The bridge to WhatsApp, as a device linked to an account there. */
import type { Readable } from 'node:stream';
import type { ChannelState } from '../../contracts/channel-state.js';
import type { ChatId, PlatformMessageId } from '../../contracts/ids.js';
import type { LinkSettings } from '../../contracts/worker-door.js';
import {
  PlatformError,
  type Bridge,
  type BridgeHost,
  type CanBeSet,
  type CanDelete,
  type CanEdit,
  type CanFetch,
  type CanMarkRead,
  type CanReact,
  type CanSendFile,
  type CanShowTyping,
  type OutgoingFile,
  type Part,
  type SentId,
  type Unlinked,
} from '../bridge.js';
import { whatsappCapabilities } from './capabilities.js';
import type { WhatsAppCredential } from './credential.js';
import { whatsappTiming, type Timing } from './endings.js';
import { download, MEDIA_HOST, type MediaOptions } from './media-host.js';
import { openOffice, type Office } from './office.js';
import { render } from './render.js';
import { Session } from './session.js';
import { signOut } from './sign-out.js';

export interface WhatsAppOptions {
  /** Where WhatsApp answers. Default: its own address. */
  url?: string;
  /** Where files are fetched from. Default: WhatsApp's own. */
  mediaHost?: string;
  /** Shorter times for tests. */
  timing?: Partial<Timing>;
  now?: () => number;
}

export class WhatsAppBridge
  implements Bridge, CanBeSet, CanDelete, CanEdit, CanFetch, CanMarkRead, CanReact, CanSendFile, CanShowTyping
{
  readonly kind = 'whatsapp';
  readonly capabilities = whatsappCapabilities;
  private readonly timing: Timing;
  private readonly now: () => number;
  private readonly session: Session;
  private readonly media: MediaOptions;
  private office: Promise<Office> | null = null;
  private ready: Office | null = null;
  private state: ChannelState | null = null;
  private watch: NodeJS.Timeout | null = null;
  /** What comes of taking ourselves away is no news. */
  private leaving = false;

  constructor(
    private readonly host: BridgeHost,
    private credential: WhatsAppCredential,
    private readonly options: WhatsAppOptions = {},
  ) {
    this.timing = { ...whatsappTiming, ...options.timing };
    this.now = options.now ?? Date.now;
    this.media = { agent: host.agent, patience: this.timing.transfer, host: options.mediaHost ?? MEDIA_HOST };
    this.session = new Session({
      timing: this.timing,
      now: this.now,
      report: (state) => this.report(state),
      connect: async (onOpen) => (await this.loaded()).connect(onOpen),
    });
  }

  start(): void {
    this.watch ??= setInterval(() => this.checkPhone(), this.timing.phoneWatch).unref();
    this.session.start();
  }

  async stop(): Promise<void> {
    if (this.watch) clearInterval(this.watch);
    this.watch = null;
    this.state = null;
    await this.session.stop();
  }

  render(markdown: string): Part[] {
    return render(markdown, this.capabilities.maxText);
  }

  async send(chat: ChatId, part: Part, key: string): Promise<SentId> {
    const { outbound, chats } = await this.loaded();
    return outbound.send(chats.require(chat), part, key);
  }

  async edit(chat: ChatId, sent: SentId, part: Part): Promise<void> {
    const { outbound, chats } = await this.loaded();
    await outbound.edit(chats.require(chat), sent, part);
  }

  async delete(chat: ChatId, sent: SentId): Promise<void> {
    const { outbound, chats } = await this.loaded();
    await outbound.delete(chats.require(chat), sent);
  }

  async sendFile(chat: ChatId, file: OutgoingFile, key: string): Promise<SentId> {
    const { outbound, chats } = await this.loaded();
    return outbound.sendFile(chats.require(chat), file, key);
  }

  fetch(reference: string, stop: AbortSignal): Promise<Readable> {
    return download(reference, this.media, stop);
  }

  async react(chat: ChatId, message: PlatformMessageId, emoji: string | null): Promise<void> {
    const own = this.ready?.chats.find(chat);
    if (own) await this.ready?.outbound.react(own, message, emoji);
  }

  async markRead(chat: ChatId, message: PlatformMessageId): Promise<void> {
    const own = this.ready?.chats.find(chat);
    if (own) await this.ready?.outbound.markRead(own, message);
  }

  async showTyping(chat: ChatId): Promise<void> {
    const own = this.ready?.chats.find(chat);
    if (own) await this.ready?.outbound.showTyping(own);
  }

  /** On the user's own number there is nobody who could see that something was read. */
  settings(): LinkSettings | null {
    const { mode, readReceipts } = this.credential;
    return mode === 'own' ? null : { readReceipts };
  }

  change({ readReceipts }: LinkSettings): WhatsAppCredential {
    this.credential = { ...this.credential, readReceipts };
    return this.credential;
  }

  /** Takes this device out of the phone's list. Connects for it where there is no connection, and not for long. */
  async unlink(): Promise<Unlinked> {
    this.leaving = true;
    try {
      if (!this.session.open && !this.session.isRefused) {
        // It may stay away, or wait for its next try.
        await this.session.stop();
        this.session.start();
        await this.session.opened(this.timing.unlink);
      }
      const { open, isRefused } = this.session;
      if (open && (await signOut(open, this.timing.unlink))) return { reached: true };
      return { reached: false, why: isRefused ? 'refused' : 'no-answer' };
    } finally {
      await this.stop();
      this.leaving = false;
    }
  }

  /** What it takes is loaded when it is first needed. */
  private async loaded(): Promise<Office> {
    this.office ??= openOffice({
      host: this.host,
      mode: this.credential.mode,
      readReceipts: () => this.credential.readReceipts,
      media: this.media,
      timing: this.timing,
      now: this.now,
      url: this.options.url,
      line: () => this.line(),
      phoneChanged: () => this.report('connected'),
    });
    try {
      this.ready = await this.office;
      return this.ready;
    } catch {
      // Trouble of our own: the volume cannot be read, say. It is tried again.
      this.office = null;
      throw new PlatformError('unreachable');
    }
  }

  private line(): NonNullable<Session['open']> {
    const { open, isRefused } = this.session;
    if (!open) throw new PlatformError(isRefused ? 'bad-credential' : 'unreachable');
    return open;
  }

  private checkPhone(): void {
    if (this.session.open) this.ready?.phone.check();
  }

  private report(reported: ChannelState): void {
    if (reported === 'connected' && !this.session.open) return;
    if (reported === 'connected') this.checkPhone();
    const state = reported === 'connected' && this.ready?.phone.isAway ? 'phone-away' : reported;
    if (state === this.state || this.leaving) return;
    this.state = state;
    this.host.report(state);
  }
}
