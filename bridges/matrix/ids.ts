/** Makes and parses the ids of Matrix; nobody outside this folder looks inside one. */
import { chatId, platformMessageId, type ChatId, type PlatformMessageId } from '../../contracts/ids.js';
import { matrixId } from '../../contracts/worker-door.js';
import { PlatformError, type SentId } from '../bridge.js';

export interface MatrixChat {
  room: string;
  /** The event that opened the thread, or null outside threads. */
  thread: string | null;
}

/** Null when the homeserver names things longer than a chat's id may be. */
export function makeChatId({ room, thread }: MatrixChat): ChatId | null {
  return chatId.safeParse(thread === null ? room : `${room}|${thread}`).data ?? null;
}

/** @throws PlatformError `refused`: it names no chat of this channel, so nothing can be sent there */
export function parseChatId(id: ChatId): MatrixChat {
  const [, room, thread] = matched(/^(![^|\s\0]+)(?:\|(\$[^|\s\0]+))?$/, id);
  return { room: room ?? '', thread: thread ?? null };
}

export const makePlatformMessageId = (event: string): PlatformMessageId | null =>
  platformMessageId.safeParse(event).data ?? null;

export const makeSentId = (event: string): SentId => event as SentId;

/** @throws PlatformError `refused` */
export const parseEventId = (id: SentId | PlatformMessageId): string => matched(/^\$[^|\s\0]+$/, id)[0];

function matched(form: RegExp, id: string): RegExpExecArray {
  const match = form.exec(id);
  if (!match) throw new PlatformError('refused');
  return match;
}

export const isUserId = (id: string): boolean => matrixId.safeParse(id).success;
