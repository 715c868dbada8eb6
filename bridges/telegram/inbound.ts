/** Turns an update of Telegram into a message of ours, or says why it holds none. Pure. */
import * as z from 'zod';
import { AraError } from '../../contracts/errors.js';
import type { ChatId } from '../../contracts/ids.js';
import { MAX_TEXT, type InboundMessage } from '../../contracts/message.js';
import { makeChatId, makePlatformMessageId } from './ids.js';
import { attachmentsOf, mediaFields, wordsOf } from './media.js';

export interface Received {
  message: InboundMessage;
  /** Telegram's id of the user who wrote. */
  sender: string;
}

export interface Ignored {
  reason:
    | 'not-a-message' // an edit, a poll answer: nothing new was said
    | 'from-a-bot' // ourselves, another bot, or a channel that speaks as itself
    | 'not-addressed' // said in a group, to others
    | 'name-unknown' // said in a group, and we need the bot's name to know whether to it
    | 'service' // a join, a pin: nobody wrote anything
    | 'unreadable'; // a poll, a game, a story
  /** Where it came from and from whom, when an answer may be due. */
  origin: { chat: ChatId; sender: string } | null;
}

// Only the fields that are read are checked: a field that Telegram adds or changes must not cost a message.
const user = z.object({ id: z.int(), is_bot: z.boolean().optional(), username: z.string().optional() });
const message = z.object({
  message_id: z.int().nonnegative(),
  date: z.int().nonnegative().max(1e11),
  chat: z.object({ id: z.int(), type: z.string() }),
  from: user.optional(),
  sender_chat: z.unknown().optional(),
  message_thread_id: z.int().nonnegative().optional(),
  is_topic_message: z.boolean().optional(),
  text: z.string().optional(),
  caption: z.string().optional(),
  reply_to_message: z
    .object({
      message_id: z.int().optional(),
      from: user.optional(),
      text: z.string().optional(),
      caption: z.string().optional(),
      ...mediaFields,
    })
    .optional()
    .catch(undefined),
  /** The part of that message that was chosen. */
  quote: z.object({ text: z.string() }).optional().catch(undefined),
  ...mediaFields,
});
const update = z.object({ update_id: z.int().nonnegative(), message: message.optional() });
type Message = z.infer<typeof message>;

/** What somebody sent on purpose and we cannot read. */
const UNREADABLE = ['paid_media', 'story', 'checklist', 'dice', 'game', 'poll', 'invoice'];
/** And what we could, were it of the form that it should be of. */
const READABLE = Object.keys(mediaFields);

/** The longest quote that is taken, in UTF-16 code units. */
const MAX_QUOTE = 1_000;

/**
 * `botUsername` without the `@`; null while it is not known, which matters in groups only.
 * @throws AraError `bad-request` when it is not an update; never anything else, whatever it is given.
 */
export function toInbound(raw: unknown, botUsername: string | null): Received | Ignored {
  const parsed = update.safeParse(raw);
  if (!parsed.success) throw new AraError('bad-request', 'not an update of Telegram');
  const { update_id: position, message: said } = parsed.data;
  if (!said) return { reason: 'not-a-message', origin: null };
  if (!said.from || said.from.is_bot || said.sender_chat) return { reason: 'from-a-bot', origin: null };
  const sender = String(said.from.id);
  const chat = chatOf(said);
  const heard = hear(said, botUsername);
  if (heard.reason) return { reason: heard.reason, origin: null };
  const text = [heard.text, clean(wordsOf(said))].filter(Boolean).join('\n\n');
  const attachments = attachmentsOf(said);
  if (!text && attachments.length === 0) {
    const meant = wasMeant((raw as { message: object }).message);
    return { reason: meant ? 'unreadable' : 'service', origin: { chat, sender } };
  }
  const quoted = quotedIn(said);
  return {
    sender,
    message: {
      channel: 'telegram',
      chat,
      platformId: makePlatformMessageId(said.chat.id, said.message_id),
      position,
      sentAt: said.date * 1000,
      text: text.slice(0, MAX_TEXT),
      ...(attachments.length > 0 && { attachments }),
      ...(quoted !== null && { quoted }),
    },
  };
}

/** The text of the message that this one replies to, or the part of it that was chosen. */
function quotedIn({ quote, reply_to_message: replied, message_thread_id: thread }: Message): string | null {
  // Whatever is written in a topic is a reply to what opened the topic.
  if (!replied || replied.message_id === thread) return null;
  const words = clean(quote?.text ?? replied.text ?? replied.caption ?? wordsOf(replied));
  const [file] = attachmentsOf(replied);
  const shown = words || (file ? `(${file.kind}${file.name === null ? '' : `: ${clean(file.name)}`})` : '');
  if (!shown) return null;
  return shown.length <= MAX_QUOTE ? shown : `${shown.slice(0, MAX_QUOTE - 1).toWellFormed()}…`;
}

/** Reads the raw body of a webhook. @throws AraError `bad-request`. */
export function parseBody(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    throw new AraError('bad-request', 'not JSON');
  }
}

function chatOf(said: Message): ChatId {
  // In a group without topics a thread id only marks a chain of replies; those are not chats of their own.
  const isTopic = said.chat.type === 'private' || said.is_topic_message === true;
  const topic = isTopic ? (said.message_thread_id ?? null) : null;
  return makeChatId({ chat: said.chat.id, topic });
}

type Heard = { text: string; reason?: never } | { reason: Ignored['reason'] };

function hear(said: Message, botUsername: string | null): Heard {
  const text = clean(said.text ?? said.caption ?? '');
  if (said.chat.type === 'private') return { text: botUsername ? withoutSuffix(text, botUsername) : text };
  // Said to a group in which the assistant does not listen yet.
  if (/^\s*[/!](?:allow|disallow)\s*$/i.test(text)) return { text: text.trim() };
  if (botUsername === null) return { reason: 'name-unknown' };
  const isReply = said.reply_to_message?.from?.username?.toLowerCase() === botUsername.toLowerCase();
  const isNamed = mention(botUsername).test(text);
  return isReply || isNamed ? { text: withoutName(text, botUsername) } : { reason: 'not-addressed' };
}

/** No NUL, which SQLite would end the text at, and no half of a character; blank is empty. */
function clean(text: string): string {
  const whole = text.replaceAll('\0', '').slice(0, MAX_TEXT).toWellFormed();
  return whole.trim() === '' ? '' : whole;
}

/** The bot's name as a word of its own, or as the suffix of a command that opens the message. */
const mention = (name: string): RegExp => new RegExp(`(?<![\\w@.])@${name}\\b|^\\s*/\\w+@${name}\\b`, 'i');

const withoutSuffix = (text: string, name: string): string =>
  text.replace(new RegExp(`^(\\s*/\\w+)@${name}\\b`, 'i'), '$1');

/** A name that opens or ends the message is an address; one in the middle is part of what is said. */
function withoutName(text: string, name: string): string {
  const bare = withoutSuffix(text, name)
    .replace(new RegExp(`^\\s*@${name}\\b[,:]?\\s*`, 'i'), '')
    .replace(new RegExp(`\\s*(?<![\\w@.])@${name}\\s*$`, 'i'), '');
  return bare.trim() === '' ? text : bare;
}

const wasMeant = (said: object): boolean => [...UNREADABLE, ...READABLE].some((field) => field in said);
