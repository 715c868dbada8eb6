/** Reply keyboards in the fake Telegram: what a bot may send as `reply_markup`, and what the user then sees. */
import type { KeyboardButton } from '@grammyjs/types';
import type { Arguments } from './telegram-parameters.js';
import { badRequest } from './telegram-problem.js';
import type { ChatState } from './telegram-state.js';

export type Markup = NonNullable<Arguments<'sendMessage'>['reply_markup']>;

/** Telegram takes at most so many buttons in a row, and so many in all. */
const LONGEST_ROW = 12;
const MOST_BUTTONS = 300;

export function checkMarkup(markup: Markup | undefined): void {
  if (!markup) return;
  const kinds = ['inline_keyboard', 'keyboard', 'remove_keyboard', 'force_reply'].filter(
    (key) => key in markup,
  );
  // A keyboard may ask for a reply as well.
  if (kinds.length === 0 || (kinds.length > 1 && kinds.join() !== 'keyboard,force_reply')) {
    throw badRequest('object expected as reply markup');
  }
  if ('keyboard' in markup) checkKeyboard(markup.keyboard);
  if ('remove_keyboard' in markup && !markup.remove_keyboard) {
    throw badRequest('field "remove_keyboard" must be True');
  }
}

/** What the message's markup does to what the user sees below the chat. */
export function applyMarkup(chat: ChatState, messageId: number, markup: Markup | undefined): void {
  if (!markup) return;
  if ('remove_keyboard' in markup) chat.keyboard = null;
  if (!('keyboard' in markup)) return;
  const buttons = markup.keyboard.map((row) => row.map(textOf));
  chat.keyboard = { messageId, buttons, oneTime: markup.one_time_keyboard === true, open: true };
}

/** Only a message without markup, or with buttons of its own, can be edited. */
export const leavesEditable = (markup: Markup | undefined): boolean => !markup || 'inline_keyboard' in markup;

/** The user taps a button; throws when there is none of that text to tap. */
export function tapButton(chat: ChatState | undefined, text: string): void {
  const keyboard = chat?.keyboard;
  if (!keyboard?.open || !keyboard.buttons.flat().includes(text)) throw new Error(`no button ${text} to tap`);
  if (keyboard.oneTime) keyboard.open = false;
}

function checkKeyboard(rows: KeyboardButton[][]): void {
  if (!Array.isArray(rows)) throw badRequest('field "keyboard" must be of type Array');
  if (rows.some((row) => !Array.isArray(row)))
    throw badRequest('field "keyboard" must be an Array of Arrays');
  const buttons = rows.flat();
  if (
    buttons.length === 0 ||
    buttons.length > MOST_BUTTONS ||
    rows.some(({ length }) => length > LONGEST_ROW)
  ) {
    throw badRequest('REPLY_MARKUP_INVALID');
  }
  for (const button of buttons) {
    if (textOf(button).trim() === '') throw badRequest("can't parse keyboard button: text must be non-empty");
  }
}

function textOf(button: KeyboardButton): string {
  const text: unknown = typeof button === 'string' ? button : (button as { text?: unknown }).text;
  if (typeof text === 'string') return text;
  throw badRequest('can\'t parse keyboard button: can\'t find field "text"');
}
