/** The reply keyboards that answers bring along: buttons below the chat that send their own text. */
import type { ReplyKeyboardMarkup, ReplyKeyboardRemove } from 'grammy/types';
import type { ChatId } from '../../contracts/ids.js';

/** Choices that fit side by side on a phone, in characters of all of them. */
const ONE_ROW = 24;

interface Form {
  reply_markup?: ReplyKeyboardMarkup | ReplyKeyboardRemove;
}

/**
 * Knows which chats may show a keyboard. One from before the last start is not known any more: it stays until the next
 * choices come, put away by its first use.
 */
export class Keyboards {
  private readonly shown = new Set<ChatId>();

  /** What a message must carry so that the chat shows these choices, and no earlier ones. */
  formFor(chat: ChatId, choices: readonly string[] | undefined): Form {
    if (choices && choices.length > 0) {
      // Noted before it is sent: whether it came there may stay unknown.
      this.shown.add(chat);
      return { reply_markup: keyboardOf(choices) };
    }
    return this.shown.has(chat) ? { reply_markup: { remove_keyboard: true } } : {};
  }

  /** A message in this form was taken. */
  taken(chat: ChatId, { reply_markup: markup }: Form): void {
    if (markup && 'remove_keyboard' in markup) this.shown.delete(chat);
  }
}

function keyboardOf(choices: readonly string[]): ReplyKeyboardMarkup {
  const buttons = choices.map((text) => ({ text }));
  const keyboard = choices.join('').length <= ONE_ROW ? [buttons] : buttons.map((button) => [button]);
  return { keyboard, one_time_keyboard: true, resize_keyboard: true };
}
