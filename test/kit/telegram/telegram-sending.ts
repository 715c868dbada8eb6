/** What a bot says in the fake Telegram: texts and their edits. */
import type { MessageEntity, ReplyParameters } from '@grammyjs/types';
import { FormatError, parseHtml, type FormattedText } from './telegram-html.js';
import { applyMarkup, checkMarkup, leavesEditable, type Markup } from './telegram-markup.js';
import type { Arguments } from './telegram-parameters.js';
import { badRequest, unixSeconds } from './telegram-problem.js';
import {
  asReplied,
  chatOf,
  nextMessageId,
  requireThread,
  type BotState,
  type ChatState,
  type SentMessage,
  type TextMessage,
} from './telegram-state.js';

const LONGEST_TEXT = 4096;
const NOT_MODIFIED =
  'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message';

/** Who hears of what the bots say. */
export interface SendEvents {
  sent(bot: BotState, message: SentMessage): void;
  changed(bot: BotState, message: SentMessage): void;
}

export type Given = Pick<
  Arguments<'sendMessage'>,
  'chat_id' | 'message_thread_id' | 'reply_parameters' | 'reply_to_message_id' | 'reply_markup'
>;

export function sendMessage(bot: BotState, given: Arguments<'sendMessage'>, events: SendEvents): TextMessage {
  const formatted = format(given.text, given.parse_mode, given.entities);
  const message = { ...newMessage(bot, given), ...withText(formatted) };
  post(bot, given, events, message, { text: formatted.text, html: given.text, entities: formatted.entities });
  return message;
}

export function editMessageText(
  bot: BotState,
  given: Arguments<'editMessageText'>,
  events: SendEvents,
): TextMessage & { edit_date: number } {
  if (given.chat_id === undefined) throw badRequest('chat_id is empty');
  const line = chatOf(bot, given.chat_id).lines.get(given.message_id ?? 0);
  if (!line || line.deleted) throw badRequest('message to edit not found');
  const { message, sent } = line;
  if (!sent || !line.editable) throw badRequest("message can't be edited");
  const html = given.text ?? '';
  const formatted = format(html, given.parse_mode, given.entities);
  const sameText = formatted.text === message.text && same(formatted.entities, message.entities ?? []);
  if (sameText && same(given.reply_markup, message.reply_markup)) throw badRequest(NOT_MODIFIED);

  const { entities: _entities, reply_markup: _markup, ...rest } = message;
  const edited = {
    ...rest,
    edit_date: unixSeconds(),
    ...withText(formatted),
    ...(given.reply_markup && { reply_markup: given.reply_markup }),
  };
  line.message = edited;
  sent.text = formatted.text;
  sent.html = html;
  sent.entities = formatted.entities;
  sent.edits.push(formatted.text);
  sent.editedAt = performance.now();
  events.changed(bot, sent);
  return edited;
}

/** What all messages of a bot share. */
export function newMessage(bot: BotState, given: Given): Omit<TextMessage, 'text'> {
  const chat = chatOf(bot, given.chat_id);
  requireThread(chat, given.message_thread_id);
  const { message_thread_id: threadId, reply_markup: markup } = given;
  checkMarkup(markup);
  const repliedTo = repliedMessage(
    chat,
    given.reply_parameters ?? { message_id: given.reply_to_message_id ?? 0 },
  );
  return {
    message_id: nextMessageId(bot, chat),
    from: asUser(bot),
    chat: chat.chat,
    date: unixSeconds(),
    ...(threadId !== undefined && { message_thread_id: threadId, is_topic_message: true }),
    ...(repliedTo && { reply_to_message: asReplied(repliedTo) }),
    ...(markup && 'inline_keyboard' in markup && { reply_markup: markup }),
  };
}

export function post(
  bot: BotState,
  given: { chat_id: number | string; reply_markup?: Markup },
  events: SendEvents,
  message: TextMessage,
  shown: Pick<SentMessage, 'text' | 'html' | 'entities'> & Partial<Pick<SentMessage, 'document' | 'shownAs'>>,
): void {
  const chat = chatOf(bot, given.chat_id);
  const sent: SentMessage = {
    messageId: message.message_id,
    chatId: chat.chat.id,
    threadId: message.message_thread_id,
    document: undefined,
    shownAs: 'text',
    ...shown,
    edits: [],
    sentAt: performance.now(),
    editedAt: undefined,
    deletedAt: undefined,
  };
  const editable = shown.document === undefined && leavesEditable(given.reply_markup);
  chat.lines.set(message.message_id, { message, sent, editable, deleted: false, reactions: [] });
  applyMarkup(chat, message.message_id, given.reply_markup);
  events.sent(bot, sent);
}

export function format(
  text: string,
  mode: string | undefined,
  entities: MessageEntity[] | undefined,
): FormattedText {
  if (text === '') throw badRequest('message text is empty');
  const formatted = mode ? parse(text, mode) : { text: text.trim(), entities: entities ?? [] };
  if (formatted.text === '') throw badRequest('text must be non-empty');
  if (formatted.text.length > LONGEST_TEXT) throw badRequest('message is too long');
  return formatted;
}

function parse(text: string, mode: string): FormattedText {
  // The Markdown modes exist at Telegram; they are refused here so that nobody believes that they were checked.
  if (mode.toLowerCase() !== 'html') throw badRequest('unsupported parse_mode');
  try {
    return parseHtml(text);
  } catch (error) {
    if (error instanceof FormatError) throw badRequest(`can't parse entities: ${error.message}`);
    throw error;
  }
}

function repliedMessage(chat: ChatState, reply: ReplyParameters): TextMessage | undefined {
  if (!reply.message_id) return undefined;
  const line = chat.lines.get(reply.message_id);
  if (line && !line.deleted) return line.message;
  if (reply.allow_sending_without_reply) return undefined;
  throw badRequest('message to be replied not found');
}

function withText({ text, entities }: FormattedText): { text: string; entities?: MessageEntity[] } {
  return entities.length > 0 ? { text, entities } : { text };
}

/** As the author of a message a bot shows less of itself than in getMe. */
function asUser({ user }: BotState): NonNullable<TextMessage['from']> {
  return { id: user.id, is_bot: true, first_name: user.first_name, username: user.username };
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
