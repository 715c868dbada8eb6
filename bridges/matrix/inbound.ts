/** Reads what an event says, and to whom. Pure. */
import { commandLines } from '../../contracts/commands.js';
import { MAX_TEXT, type Attachment } from '../../contracts/message.js';
import type { MatrixEvent } from './events.js';
import { htmlToMarkdown } from './html.js';
import { attachmentOf } from './reference.js';

export interface Said {
  text: string;
  attachment: Attachment | null;
  /** The event that opened the thread it stands in. */
  thread: string | null;
  /** The event it replies to on purpose: clients that know no threads see every message of one as a reply. */
  replyTo: string | null;
}

/** Who we are in a room. */
export interface Self {
  userId: string;
  /** What people call us there; null when we have no name. */
  displayName: string | null;
}

/** Null when nothing was said to anybody: a notice (which programs send each other), an edit, a redaction. */
export function readMessage({ type, content }: MatrixEvent): Said | null {
  const kind = content['msgtype'];
  if (type !== 'm.room.message' || typeof kind !== 'string' || kind === 'm.notice') return null;
  const relation = relationOf(content);
  if (relation.type === 'm.replace') return null;
  const attachment = attachmentOf(content);
  const text = attachment ? captionOf(content) : textOf(content, relation.replyTo !== null);
  const { thread, replyTo } = relation;
  return text === '' && !attachment ? null : { text, attachment, thread, replyTo };
}

/** A step of the comparing of emoji, which the crypto machine takes. */
export const isVerification = (type: string, content: MatrixEvent['content']): boolean =>
  type.startsWith('m.key.verification.') || content['msgtype'] === 'm.key.verification.request';

/** Clients keep what begins with `/` to themselves, so that `!help` stands for `/help`. */
export function withAlias(text: string): string {
  const name = /^\s*!([a-z]+)(?=\s|$)/i.exec(text)?.[1]?.toLowerCase();
  return name !== undefined && commandNames.has(name) ? text.replace(/^\s*!/, '/') : text;
}

const commandNames = new Set<string>([...commandLines.map(({ name }) => name), 'disallow']);

export function mentions({ content }: MatrixEvent, { userId, displayName }: Self): boolean {
  const named = (content['m.mentions'] as { user_ids?: unknown } | null | undefined)?.user_ids;
  if (Array.isArray(named)) return named.includes(userId);
  // Clients from before mentions had a field of their own.
  const html = stringOf(content['formatted_body']);
  if (html.includes(`https://matrix.to/#/${userId}`) || html.includes(encodeURIComponent(userId)))
    return true;
  const text = stringOf(content['body']);
  return text.includes(userId) || (displayName !== null && namePattern(displayName).test(text));
}

/** A name that opens the message is an address; one in the middle is part of what is said. */
export function withoutAddress(text: string, { userId, displayName }: Self): string {
  const names = [userId, ...(displayName === null ? [] : [displayName])].map(escaped).join('|');
  const bare = text.replace(new RegExp(`^\\s*@?(?:${names})\\s*[,:]?\\s+`, 'i'), '');
  return bare.trim() === '' ? text : bare;
}

interface Relation {
  type: string | null;
  thread: string | null;
  replyTo: string | null;
}

function relationOf(content: MatrixEvent['content']): Relation {
  const relation = (content['m.relates_to'] ?? {}) as Record<string, unknown>;
  const type = typeof relation['rel_type'] === 'string' ? relation['rel_type'] : null;
  const reply = (relation['m.in_reply_to'] as { event_id?: unknown } | null | undefined)?.event_id;
  const isFallback = type === 'm.thread' && relation['is_falling_back'] === true;
  return {
    type,
    thread: type === 'm.thread' ? eventIdOf(relation['event_id']) : null,
    replyTo: isFallback ? null : eventIdOf(reply),
  };
}

/** The event that a reaction stands at, and its sign. */
export function readReaction({ type, content }: MatrixEvent): { event: string; key: string } | null {
  const relation = content['m.relates_to'] as Record<string, unknown> | null | undefined;
  const event = eventIdOf(relation?.['event_id']);
  const key = relation?.['key'];
  return type === 'm.reaction' && event && typeof key === 'string' ? { event, key } : null;
}

function textOf(content: MatrixEvent['content'], isReply: boolean): string {
  const html = stringOf(content['formatted_body']);
  const isHtml = content['format'] === 'org.matrix.custom.html' && html !== '' && html.length <= MAX_TEXT;
  const read = isHtml ? htmlToMarkdown(html) : '';
  const plain = stringOf(content['body']);
  return clean(read || (isReply ? withoutFallback(plain) : plain));
}

/** A caption is a text beside a name; without a name the text is the name. */
function captionOf(content: MatrixEvent['content']): string {
  const name = content['filename'];
  return typeof name === 'string' && name !== content['body'] ? textOf(content, false) : '';
}

/** Old clients repeat what they reply to, in lines that begin with `> `. */
const withoutFallback = (text: string): string =>
  /^> <@|^> \* <@/.test(text) ? text.replace(/^(?:> .*(?:\n|$))+\n?/, '') : text;

/** No NUL, which SQLite would end the text at, and no half of a character; blank is empty. */
export function clean(text: unknown): string {
  const whole = stringOf(text).replaceAll('\0', '').slice(0, MAX_TEXT).toWellFormed();
  return whole.trim() === '' ? '' : whole;
}

const stringOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const eventIdOf = (value: unknown): string | null =>
  typeof value === 'string' && /^\$[^|\s\0]+$/.test(value) ? value : null;
const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
const namePattern = (name: string): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}])${escaped(name)}(?![\\p{L}\\p{N}])`, 'iu');
