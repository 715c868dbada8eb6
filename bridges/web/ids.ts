/** Makes and checks the ids of the web channel. */
import { chatId, platformMessageId, type ChatId, type PlatformMessageId } from '../../contracts/ids.js';
import { PlatformError, type SentId } from '../bridge.js';

/** One chat a user, whatever the browser. */
export const WEB_CHAT = chatId.parse('web');

/** @throws PlatformError `refused`: a chat of another channel, say */
export function requireWebChat(chat: ChatId): void {
  if (chat !== WEB_CHAT) throw new PlatformError('refused');
}

/** The browser's own name for what it sends. */
export const makePlatformMessageId = (id: string): PlatformMessageId => platformMessageId.parse(id);

/** Says when it was sent, so that it keeps its place when it is edited. */
export const makeSentId = (at: number, key: string): SentId => `${at}.${key}` as SentId;

export const timeOf = (id: SentId): number => Number.parseInt(id, 10) || 0;

/** What the browser knows it by: sent again with the same key, it takes the place of what is there. */
export const nameOf = (id: SentId): string => id.slice(id.indexOf('.') + 1);
