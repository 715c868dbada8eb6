/** Names a conversation in an address. Only this file looks inside a name. */
import { AraError } from '../../../../contracts/errors.js';
import { channelKind, chatId } from '../../../../contracts/ids.js';
import type { SessionKey } from '../conversation/archive.js';

export function makeConversationId({ channel, chat, session }: SessionKey): string {
  return Buffer.from(`${channel}|${chat}|${session}`).toString('base64url');
}

/** @throws AraError `not-found` for what names none */
export function parseConversationId(id: string): SessionKey {
  const [, kind, chat, session] =
    /^([a-z]+)\|(.+)\|(\d{1,15})$/s.exec(Buffer.from(id, 'base64url').toString('utf8')) ?? [];
  const parts = [channelKind.safeParse(kind), chatId.safeParse(chat)] as const;
  if (!parts[0].success || !parts[1].success) throw new AraError('not-found');
  const key = { channel: parts[0].data, chat: parts[1].data, session: Number(session) };
  // One name for each: what merely decodes to the same is none.
  if (makeConversationId(key) !== id) throw new AraError('not-found');
  return key;
}
