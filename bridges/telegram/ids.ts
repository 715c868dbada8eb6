/** Makes and parses the ids of Telegram; nobody outside this folder looks inside one. */
import { chatId, platformMessageId, type ChatId, type PlatformMessageId } from '../../contracts/ids.js';
import type { SentId } from '../bridge.js';

export interface TelegramChat {
  chat: number;
  /** The topic of a forum, or null where there are none. */
  topic: number | null;
}

export function makeChatId({ chat, topic }: TelegramChat): ChatId {
  return chatId.parse(topic === null ? `${chat}` : `${chat}.${topic}`);
}

export function parseChatId(id: ChatId): TelegramChat {
  const [, chat, topic] = matched(/^(-?\d+)(?:\.(\d+))?$/, id);
  return { chat: Number(chat), topic: topic === undefined ? null : Number(topic) };
}

/** The whole group that a chat is of, without its topics; null for a chat with one person. Telegram counts groups downwards. */
export const groupOf = (id: ChatId): ChatId | null =>
  id.startsWith('-') ? chatId.parse(id.split('.', 1)[0]) : null;

export function makePlatformMessageId(chat: number, message: number): PlatformMessageId {
  return platformMessageId.parse(`${chat}.${message}`);
}

export function parsePlatformMessageId(id: PlatformMessageId): { chat: number; message: number } {
  const [, chat, message] = matched(/^(-?\d+)\.(\d+)$/, id);
  return { chat: Number(chat), message: Number(message) };
}

export const makeSentId = (message: number): SentId => `${message}` as SentId;

export function parseSentId(id: SentId): number {
  return Number(matched(/^\d+$/, id)[0]);
}

function matched(form: RegExp, id: string): RegExpExecArray {
  const match = form.exec(id);
  if (!match) throw new TypeError('not an id of this channel');
  return match;
}
