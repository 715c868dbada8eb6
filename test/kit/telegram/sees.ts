/** What a bot says next to its user, waited for before the user writes. */
import type { User } from '../installation.js';
import type { FakeTelegram } from './telegram.js';

/** The next message that fits, of those that are not there yet; as text. */
export async function sees(
  telegram: FakeTelegram,
  { bot, owner }: User,
  fits: (text: string) => boolean,
): Promise<string> {
  const before = new Set(telegram.messages(bot, owner));
  const message = await telegram.waitForMessage(
    bot,
    (each) => each.chatId === owner && !before.has(each) && fits(each.text),
    15_000,
  );
  return message.text;
}
