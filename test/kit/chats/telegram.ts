/** A private chat on Telegram. */
import type { User } from '../installation.js';
import type { FakeTelegram } from '../telegram/telegram.js';
import type { Shared } from '../telegram/telegram-media.js';
import type { Chat, Seen, Sent } from './chat.js';

export class TelegramChat implements Chat {
  readonly kind = 'telegram';

  constructor(
    private readonly telegram: FakeTelegram,
    private readonly user: Pick<User, 'bot' | 'owner'>,
  ) {}

  say(text: string, replyTo?: string): Promise<string> {
    const { bot, owner } = this.user;
    const reply = replyTo === undefined ? {} : { replyToMessageId: Number(replyTo) };
    const { messageId } = this.telegram.say(bot, { userId: owner, chatId: owner, text, ...reply });
    return Promise.resolve(String(messageId));
  }

  send({ kind, name, type, content, caption }: Sent): Promise<string> {
    const { bot, owner } = this.user;
    const shared: Record<Sent['kind'], Shared> = {
      image: { photo: content },
      voice: { voice: content },
      file: { document: { content, name, type } },
    };
    const say = { userId: owner, chatId: owner, ...(caption === undefined ? {} : { caption }) };
    return Promise.resolve(String(this.telegram.share(bot, say, shared[kind])));
  }

  shown(): Promise<Seen[]> {
    const { bot, owner } = this.user;
    const messages = this.telegram.messages(bot, owner).filter(({ deletedAt }) => deletedAt === undefined);
    return Promise.resolve(
      messages.map(({ messageId, text, edits, document, shownAs }) => ({
        id: String(messageId),
        text,
        file: document ? { ...document, voice: shownAs === 'voice' } : null,
        edits: edits.length,
      })),
    );
  }

  signs(message: string): Promise<readonly string[]> {
    return Promise.resolve(this.telegram.reactions(this.user.bot, this.user.owner, Number(message)));
  }

  typing(): Promise<number> {
    const calls = this.telegram.calls.filter(
      ({ botId, method }) => botId === this.user.bot.id && method === 'sendChatAction',
    );
    return Promise.resolve(calls.length);
  }
}
