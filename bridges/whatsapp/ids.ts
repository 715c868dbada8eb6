/** Makes and parses the ids of WhatsApp; nobody outside this folder looks inside one. */
import { createHash } from 'node:crypto';
import { chatId, platformMessageId, type ChatId, type PlatformMessageId } from '../../contracts/ids.js';
import type { SentId } from '../bridge.js';

/** An address without its device: a phone number's, the hidden number's that stands for one, or a group's. */
export interface Address {
  readonly kind: 'number' | 'hidden' | 'group';
  readonly user: string;
  /** 0 is the phone itself. */
  readonly device: number;
}

const servers = { 's.whatsapp.net': 'number', lid: 'hidden', 'g.us': 'group' } as const;

/** Null for what is none of the three: broadcasts, channels, status, and what is no address. */
export function parseAddress(jid: string | null | undefined): Address | null {
  const match = /^(\d{1,25}(?:-\d{1,20})?)(?::(\d{1,3}))?@(s\.whatsapp\.net|lid|g\.us)$/.exec(jid ?? '');
  if (!match) return null;
  const [, user = '', device = '0', server] = match;
  return { kind: servers[server as keyof typeof servers], user, device: Number(device) };
}

/** The address without a device, or null. */
export function bare(jid: string | null | undefined): string | null {
  const address = parseAddress(jid);
  return address && `${address.user}@${(jid ?? '').split('@')[1] ?? ''}`;
}

export function makeChatId(jid: string): ChatId {
  const address = bare(jid);
  if (address === null) throw new TypeError('not an address of WhatsApp');
  return chatId.parse(address);
}

/** The address of the chat. @throws TypeError when it is none. */
export function parseChatId(chat: ChatId): string {
  if (bare(chat) !== chat) throw new TypeError('not an id of this channel');
  return chat;
}

export const isGroup = (chat: string): boolean => chat.endsWith('@g.us');

/** A message as WhatsApp points at it. */
export interface MessageKey {
  readonly chat: string;
  readonly id: string;
  /** Who wrote it, in a group. */
  readonly participant: string | null;
}

/** Whether a message's id can be written into ours. */
export const isMessageId = (id: string): boolean => /^[\w.:-]{1,100}$/.test(id);

export const makePlatformMessageId = ({ chat, id, participant }: MessageKey): PlatformMessageId =>
  platformMessageId.parse([chat, id, ...(participant === null ? [] : [participant])].join('/'));

export function parsePlatformMessageId(platformId: PlatformMessageId): MessageKey {
  const [chat = '', id = '', participant = null, ...rest] = platformId.split('/');
  if (rest.length > 0 || bare(chat) !== chat || !isMessageId(id))
    throw new TypeError('not an id of this channel');
  return { chat, id, participant };
}

const digest = (length: number, ...parts: string[]): string =>
  createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, length).toUpperCase();

/**
 * The id of a message of ours: the same for the same key, so that one sent twice is shown once. Its last digits follow from
 * the others, by which every Ara knows every Ara's messages and answers none.
 */
export function makeMessageId(account: string, chat: string, key: string): string {
  const name = digest(20, account, chat, key);
  return `3EB0${name}${digest(12, 'ara', name)}`;
}

export function isOurs(id: string): boolean {
  const [, name = '', check] = /^3EB0([0-9A-F]{20})([0-9A-F]{12})$/.exec(id) ?? [];
  return check !== undefined && check === digest(12, 'ara', name);
}

export const makeSentId = (id: string): SentId => id as SentId;

/** @throws TypeError when it is none of ours. */
export function parseSentId(sent: SentId): string {
  if (!isOurs(sent)) throw new TypeError('not an id of this channel');
  return sent;
}
