/** Takes updates in, however they came: reads them, asks the host about each sender, and has the rest written down. */
import type { Api } from 'grammy';
import { AraError } from '../../contracts/errors.js';
import type { ChatId } from '../../contracts/ids.js';
import type { Admission, BridgeHost } from '../bridge.js';
import { groupOf } from './ids.js';
import { toInbound, type Ignored, type Received } from './inbound.js';
import { forGrammy } from './transport.js';

export const NOT_READABLE =
  'I cannot read messages of this kind. Please write it to me, or send it as a picture or a file.';

/** How long one notice stands for all that follow. */
const NOTICE_INTERVAL = 10_000;

export class Intake {
  private botUsername: string | null = null;
  private readonly noticedAt = new Map<ChatId, number>();

  constructor(
    private readonly host: BridgeHost,
    private readonly api: Api,
    /** Sends a short notice; must not throw. */
    private readonly notify: (chat: ChatId, text: string) => void,
  ) {}

  /** Reads one update. @throws AraError `bad-request`, or grammY's errors when the bot's name is needed and not had. */
  async read(update: unknown, signal?: AbortSignal): Promise<Received | Ignored> {
    const read = toInbound(update, this.botUsername);
    if (!('reason' in read) || read.reason !== 'name-unknown') return read;
    this.botUsername = (await this.api.getMe(forGrammy(signal))).username;
    return toInbound(update, this.botUsername);
  }

  /** As `read`, but passes over what is no update: one bad update must not hold up those behind it. */
  async readOrSkip(update: unknown, signal: AbortSignal): Promise<Received | Ignored> {
    try {
      return await this.read(update, signal);
    } catch (error) {
      if (error instanceof AraError) return { reason: 'not-a-message', origin: null };
      throw error;
    }
  }

  /**
   * Hands what was read to the host in one transaction; only then are notices sent. False when all that was admitted
   * had been seen before.
   */
  take(batch: (Received | Ignored)[], checkpoint: string | null): boolean {
    const notices: [ChatId, string][] = [];
    const messages = batch.flatMap((read) => {
      if ('reason' in read) return this.noticeFor(read, notices);
      const { sender, message } = read;
      const { admitted, reply } = this.admit(sender, message.chat, message.text);
      if (reply !== null) notices.push([message.chat, reply]);
      return admitted ? [message] : [];
    });
    const nothing = messages.length === 0 && checkpoint === null;
    const fresh = nothing ? 0 : this.host.accept(messages, checkpoint).fresh;
    for (const [chat, text] of notices) this.notify(chat, text);
    return messages.length === 0 || fresh > 0;
  }

  /** In a group only the owner is heard, and only where they have allowed it; nobody else is told anything there. */
  private admit(sender: string, chat: ChatId, text: string): Admission {
    const group = groupOf(chat);
    if (group === null) return this.host.admit(sender, text, chat);
    if (!this.host.owners().includes(sender)) return { admitted: false, reply: null };
    const { admitted, reply } = this.host.admit(sender, text, group);
    return { admitted: admitted && this.host.allowsGroup(group), reply };
  }

  private noticeFor({ reason, origin }: Ignored, notices: [ChatId, string][]): [] {
    if (reason !== 'unreadable' || !origin) return [];
    const { admitted, reply } = this.admit(origin.sender, origin.chat, '');
    const notice = admitted ? this.notReadable(origin.chat) : reply;
    if (notice !== null) notices.push([origin.chat, notice]);
    return [];
  }

  private notReadable(chat: ChatId): string | null {
    const now = Date.now();
    const due = now - (this.noticedAt.get(chat) ?? 0) >= NOTICE_INTERVAL;
    if (due) this.noticedAt.set(chat, now);
    return due ? NOT_READABLE : null;
  }
}
