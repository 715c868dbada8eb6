/** Sends to Telegram; throws only `PlatformError`. */
import { open } from 'node:fs/promises';
import { InputFile, type Api } from 'grammy';
import type { ChatId, PlatformMessageId } from '../../contracts/ids.js';
import { PlatformError, type OutgoingFile, type Part, type SentId } from '../bridge.js';
import { telegramCapabilities } from './capabilities.js';
import { answerCode, saysAny, toPlatformError } from './failure.js';
import { makeSentId, parseChatId, parsePlatformMessageId, parseSentId, type TelegramChat } from './ids.js';
import { Keyboards } from './keyboard.js';
import { reactionFor } from './reactions.js';
import { forGrammy } from './transport.js';

const noPreview = { link_preview_options: { is_disabled: true } };
const asHtml = { ...noPreview, parse_mode: 'HTML' } as const;
/** Sent as it is: Telegram would turn some files into others that play in the chat. */
const asDocument = { disable_content_type_detection: true };

/** What Telegram shows as a picture; a GIF would stand still. */
const PHOTOS = new Set(['image/jpeg', 'image/png', 'image/webp']);
const MAX_PHOTO = 10_000_000;

export class Outbound {
  private readonly keyboards = new Keyboards();

  constructor(
    private readonly api: Api,
    /** The same with the patience that a file takes. */
    private readonly forFiles: Api,
    /** Called when Telegram refuses the token. */
    private readonly onBadCredential: () => void,
  ) {}

  send(chat: ChatId, part: Part): Promise<SentId> {
    return this.attempt(async () => {
      const to = parseChatId(chat);
      const keyboard = this.keyboards.formFor(chat, part.choices);
      const sent = await inMarkupOrPlain(part, (text, form) =>
        this.api.sendMessage(to.chat, text, { ...form, ...threadOf(to.topic), ...keyboard }),
      );
      this.keyboards.taken(chat, keyboard);
      return makeSentId(sent.message_id);
    });
  }

  /**
   * Telegram adds no keyboard to a message, and edits none that brought or took away one. Such a message is taken back
   * and the edit refused, so that the room says it anew.
   */
  async edit(chat: ChatId, sent: SentId, part: Part): Promise<void> {
    if (!part.choices?.length && (await this.edited(chat, sent, part))) return;
    await this.delete(chat, sent);
    throw new PlatformError('refused');
  }

  async delete(chat: ChatId, sent: SentId): Promise<void> {
    await this.attempt(async () => {
      try {
        await this.api.deleteMessage(parseChatId(chat).chat, parseSentId(sent));
      } catch (error) {
        if (!saysAny(error, 'message to delete not found')) throw error;
      }
    });
  }

  /**
   * As a picture or a voice note where Telegram takes it as one, else as a file. Leaves a keyboard where it is: files come
   * behind the text that brought it.
   */
  sendFile(chat: ChatId, outgoing: OutgoingFile): Promise<SentId> {
    return this.attempt(async () => {
      const to = parseChatId(chat);
      if (outgoing.size > telegramCapabilities.maxFile) throw new PlatformError('refused');
      const file = await open(outgoing.path);
      const content = (): InputFile =>
        new InputFile(file.createReadStream({ autoClose: false, start: 0 }), nameFor(outgoing.name));
      try {
        const shown = await this.sendShown(to, outgoing, content);
        const sent =
          shown ??
          (await this.forFiles.sendDocument(to.chat, content(), { ...asDocument, ...threadOf(to.topic) }));
        return makeSentId(sent.message_id);
      } finally {
        await file.close();
      }
    });
  }

  /** Where a file that somebody sent lies now. @throws PlatformError `refused` for one that is gone or too large */
  async placeOf(fileId: string, stop: AbortSignal): Promise<string> {
    try {
      const { file_path: path } = await this.attempt(() => this.api.getFile(fileId, forGrammy(stop)));
      if (path) return path;
    } catch (error) {
      // Nothing is changed by asking: it may be asked again.
      if (error instanceof PlatformError && error.refusal === 'uncertain')
        throw new PlatformError('unreachable');
      throw error;
    }
    throw new PlatformError('refused');
  }

  /** Never throws. */
  async react(chat: ChatId, message: PlatformMessageId, emoji: string | null): Promise<void> {
    const sign = emoji === null ? null : reactionFor(emoji);
    // Telegram has no such sign.
    if (emoji !== null && sign === null) return;
    try {
      const signs = sign === null ? [] : [{ type: 'emoji' as const, emoji: sign }];
      const { message: number } = parsePlatformMessageId(message);
      await this.api.setMessageReaction(parseChatId(chat).chat, number, signs);
    } catch {
      // Nothing is lost.
    }
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

  /** Null for what is to go as a file: because it is one, or because Telegram does not want it otherwise. */
  private async sendShown(
    { chat, topic }: TelegramChat,
    { kind, type, size }: OutgoingFile,
    content: () => InputFile,
  ): Promise<{ message_id: number } | null> {
    try {
      if (kind === 'image' && PHOTOS.has(type) && size <= MAX_PHOTO)
        return await this.forFiles.sendPhoto(chat, content(), threadOf(topic));
      return kind === 'voice' ? await this.forFiles.sendVoice(chat, content(), threadOf(topic)) : null;
    } catch (error) {
      // Too wide, damaged, or the user takes no voice notes: not taken as this, and nothing was sent.
      if (answerCode(error) === 400) return null;
      throw error;
    }
  }

  /** False when Telegram does not let this message be edited. */
  private edited(chat: ChatId, sent: SentId, part: Part): Promise<boolean> {
    return this.attempt(async () => {
      const to = parseChatId(chat);
      try {
        await inMarkupOrPlain(part, (text, form) =>
          this.api.editMessageText(to.chat, parseSentId(sent), text, form),
        );
      } catch (error) {
        if (saysAny(error, "message can't be edited")) return false;
        // An edit that changes nothing is refused; what was wanted is there.
        if (!saysAny(error, 'message is not modified')) throw error;
      }
      return true;
    });
  }

  private async attempt<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    try {
      return await work();
    } catch (error) {
      const refusal = toPlatformError(error);
      if (refusal.refusal === 'bad-credential') this.onBadCredential();
      throw refusal;
    }
  }
}

/** Once with markup; once more without it when Telegram cannot read the markup. */
async function inMarkupOrPlain<Answer>(
  part: Part,
  call: (text: string, form: typeof asHtml | typeof noPreview) => Promise<Answer>,
): Promise<Answer> {
  try {
    return await call(part.body, asHtml);
  } catch (error) {
    if (saysAny(error, "can't parse entities")) return call(part.plain, noPreview);
    throw error;
  }
}

/** Telegram cuts a name at a semicolon, quoted or not; a line end would end the name's header. */
const nameFor = (name: string): string =>
  name
    .replaceAll(';', ',')
    .replace(/\p{Cc}/gu, ' ')
    .trim() || 'file';

const threadOf = (topic: number | null): { message_thread_id?: number } =>
  topic === null ? {} : { message_thread_id: topic };
