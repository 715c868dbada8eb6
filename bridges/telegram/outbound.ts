/** Sends to Telegram; throws only `PlatformError`. */
import type { Api } from 'grammy';
import type { ChatId } from '../../contracts/ids.js';
import type { Part, SentId } from '../bridge.js';
import { saysAny, toPlatformError } from './failure.js';
import { makeSentId, parseChatId, parseSentId } from './ids.js';

const noPreview = { link_preview_options: { is_disabled: true } };
const asHtml = { ...noPreview, parse_mode: 'HTML' } as const;

export class Outbound {
  constructor(
    private readonly api: Api,
    /** Called when Telegram refuses the token. */
    private readonly onBadCredential: () => void,
  ) {}

  async send(chat: ChatId, part: Part): Promise<SentId> {
    const sent = await this.attempt(part, (text, form) => {
      const to = parseChatId(chat);
      return this.api.sendMessage(to.chat, text, { ...form, ...threadOf(to.topic) });
    });
    return makeSentId(sent.message_id);
  }

  async edit(chat: ChatId, sent: SentId, part: Part): Promise<void> {
    await this.attempt(part, (text, form) =>
      unlessUnchanged(this.api.editMessageText(parseChatId(chat).chat, parseSentId(sent), text, form)),
    );
  }

  /** Never throws: the sign is a courtesy. */
  async showTyping(chat: ChatId): Promise<void> {
    try {
      const to = parseChatId(chat);
      await this.api.sendChatAction(to.chat, 'typing', threadOf(to.topic));
    } catch {
      // Nothing is lost.
    }
  }

  /** Once with markup; once more without it when Telegram cannot read the markup. */
  private async attempt<Answer>(
    part: Part,
    call: (text: string, form: typeof asHtml | typeof noPreview) => Promise<Answer>,
  ): Promise<Answer> {
    try {
      return await call(part.body, asHtml).catch((error: unknown) => {
        if (saysAny(error, "can't parse entities")) return call(part.plain, noPreview);
        throw error;
      });
    } catch (error) {
      const refusal = toPlatformError(error);
      if (refusal.refusal === 'bad-credential') this.onBadCredential();
      throw refusal;
    }
  }
}

const threadOf = (topic: number | null): { message_thread_id?: number } =>
  topic === null ? {} : { message_thread_id: topic };

/** Telegram refuses an edit that changes nothing; what was wanted is there. */
async function unlessUnchanged(edit: Promise<unknown>): Promise<void> {
  await edit.catch((error: unknown) => {
    if (!saysAny(error, 'message is not modified')) throw error;
  });
}
