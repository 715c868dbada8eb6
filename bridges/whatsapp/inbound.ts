/** Turns what a stanza held into a message of ours, or says why it holds none. Pure. */
import type { proto } from '@whiskeysockets/baileys';
import { MAX_TEXT, type Attachment, type InboundMessage } from '../../contracts/message.js';
import type { Account } from './account.js';
import type { Envelope } from './envelope.js';
import { isGroup, isOurs, makePlatformMessageId } from './ids.js';
import { attachmentOf } from './attachment.js';

export interface Ignored {
  reason:
    | 'ours' // said by an Ara, come back from another device
    | 'nothing-said' // keys, reactions, edits, deletions
    | 'not-addressed' // said in a group, to others
    | 'unreadable'; // a poll, a call, an invitation
}

/** What can be in a message; the wrappers around it are off. */
type Content = proto.IMessage;

/** Never throws, whatever it is given. */
export function toInbound(
  { chat, key, sentAt }: Envelope,
  content: Content | undefined,
  account: Account,
  position: number,
): InboundMessage | Ignored {
  if (isOurs(key.id)) return { reason: 'ours' };
  if (!content || saysNothing(content)) return { reason: 'nothing-said' };
  const context = contextOf(content);
  const attachments = attachmentOf(content);
  const text = clean(textOf(content));
  if (isGroup(chat) && !isAddressed(context, text, account)) return { reason: 'not-addressed' };
  if (text === '' && attachments.length === 0) return { reason: 'unreadable' };
  return {
    channel: 'whatsapp',
    chat,
    platformId: makePlatformMessageId(key),
    position,
    sentAt,
    text: isGroup(chat) ? withoutMention(text, account) : text,
    ...(attachments.length > 0 ? { attachments: attachments satisfies Attachment[] } : {}),
    ...quotedOf(context),
  };
}

const silentKinds = [
  'protocolMessage',
  'reactionMessage',
  'encReactionMessage',
  'pollUpdateMessage',
  'keepInChatMessage',
  'pinInChatMessage',
  'editedMessage',
] as const satisfies (keyof Content)[];

/** Keys and marks travel in messages too. */
const carriers = [
  'senderKeyDistributionMessage',
  'messageContextInfo',
  'fastRatchetKeySenderKeyDistributionMessage',
];

function saysNothing(content: Content): boolean {
  if (silentKinds.some((kind) => content[kind])) return true;
  const fields: [string, unknown][] = Object.entries(content);
  return fields.every(([name, value]) => carriers.includes(name) || value === null || value === undefined);
}

/** Also of a message that another quotes. */
export function textOf(content: Content): string {
  const { conversation, extendedTextMessage, locationMessage: place, contactMessage: contact } = content;
  const said = conversation || extendedTextMessage?.text || captionOf(content);
  if (said) return said;
  if (contact) return [contact.displayName, ...phonesIn(contact.vcard ?? '')].filter(Boolean).join('\n');
  if (!place) return '';
  const where = `${place.degreesLatitude ?? 0}, ${place.degreesLongitude ?? 0}`;
  return [place.name, place.address, where].filter(Boolean).join('\n');
}

const captionOf = ({ imageMessage, videoMessage, documentMessage }: Content): string =>
  imageMessage?.caption || videoMessage?.caption || documentMessage?.caption || '';

const phonesIn = (card: string): string[] =>
  [...card.matchAll(/^TEL[^:\n]*:(.{1,40})$/gim)].map(([, phone = '']) => phone.trim());

type Context = proto.IContextInfo | null | undefined;

function contextOf(content: Content): Context {
  for (const value of Object.values(content) as unknown[]) {
    const context =
      typeof value === 'object' && value !== null && 'contextInfo' in value && value.contextInfo;
    if (context) return context;
  }
  return null;
}

function isAddressed(context: Context, text: string, account: Account): boolean {
  const { stanzaId, participant, mentionedJid } = context ?? {};
  // With the user's own number, a reply to themselves is one only where Ara wrote.
  const reply = account.mode === 'own' ? isOurs(stanzaId ?? '') : isReplyToMe(stanzaId, participant, account);
  const mentioned = mentionedJid?.some((jid) => account.isMe(jid)) ?? false;
  return reply || mentioned || namesMe(text, account);
}

const isReplyToMe = (id: Maybe, author: Maybe, account: Account): boolean =>
  Boolean(id) && (account.isMe(author) || isOurs(id ?? ''));

type Maybe = string | null | undefined;

const numbersOf = (account: Account): string[] => account.own.map((address) => address.split('@')[0] ?? '');

const namesMe = (text: string, account: Account): boolean =>
  numbersOf(account).some((number) => new RegExp(`@${number}\\b`).test(text));

/** A name that opens or ends the message is an address; one in the middle is part of what is said. */
function withoutMention(text: string, account: Account): string {
  const name = `@(?:${numbersOf(account).join('|')})`;
  const without = text
    .replace(new RegExp(`^\\s*${name}\\b[,:]?\\s*`), '')
    .replace(new RegExp(`\\s*${name}\\s*$`), '');
  return without.trim() === '' ? text : without;
}

const MAX_QUOTE = 1_000;

function quotedOf(context: Context): { quoted?: string } {
  const quoted = context?.quotedMessage ? clean(textOf(context.quotedMessage)) : '';
  return quoted === '' ? {} : { quoted: quoted.slice(0, MAX_QUOTE).toWellFormed() };
}

/** No NUL, which SQLite would end the text at, and no half of a character; blank is empty. */
function clean(text: unknown): string {
  const whole = (typeof text === 'string' ? text : '').replaceAll('\0', '').slice(0, MAX_TEXT).toWellFormed();
  return whole.trim() === '' ? '' : whole;
}
