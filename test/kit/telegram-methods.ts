/** What each method of the Bot API does, except `getUpdates`, which waits and so lies with the updates. */
import { badRequest, unixSeconds } from './telegram-problem.js';
import type { BotCommand, File, MessageEntity, ReplyParameters } from '@grammyjs/types';
import { FormatError, parseHtml, type FormattedText } from './telegram-html.js';
import type { Api, Arguments, Method } from './telegram-parameters.js';
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
const ACTIONS = new Set<string>([
  'typing',
  'upload_photo',
  'record_video',
  'upload_video',
  'record_voice',
  'upload_voice',
  'upload_document',
  'choose_sticker',
  'find_location',
  'record_video_note',
  'upload_video_note',
] satisfies Arguments<'sendChatAction'>['action'][]);

/** Who hears of what the bots did. */
export interface MethodEvents {
  sent(bot: BotState, message: SentMessage): void;
  changed(bot: BotState, message: SentMessage): void;
  readonly allowHttpWebhooks: boolean;
}

type Handlers = {
  [M in Exclude<Method, 'getUpdates'>]: (
    bot: BotState,
    given: Arguments<M>,
    events: MethodEvents,
  ) => ReturnType<Api[M]>;
};

export const methods: Handlers = {
  getMe: (bot) => bot.user,
  setWebhook,
  deleteWebhook: (bot, given) => {
    if (given.drop_pending_updates) bot.updates.drop();
    bot.updates.deleteWebhook();
    return true;
  },
  getWebhookInfo: (bot) => bot.updates.webhookInfo(),
  sendMessage,
  editMessageText,
  deleteMessage: (bot, given, events) => {
    const chat = chatOf(bot, given.chat_id);
    const line = chat.lines.get(given.message_id);
    if (!line || line.deleted) throw badRequest('message to delete not found');
    line.deleted = true;
    if (line.sent) {
      line.sent.deletedAt = performance.now();
      events.changed(bot, line.sent);
    }
    return true;
  },
  sendChatAction: (bot, given) => {
    requireThread(chatOf(bot, given.chat_id), given.message_thread_id);
    if (!ACTIONS.has(given.action)) throw badRequest('wrong parameter action in request');
    return true;
  },
  setMyCommands: (bot, given) => {
    given.commands.forEach(checkCommand);
    if (given.commands.length > 100) throw badRequest('BOT_COMMANDS_TOO_MUCH');
    bot.commands.set(commandKey(given), given.commands);
    return true;
  },
  getMyCommands: (bot, given) => [...(bot.commands.get(commandKey(given)) ?? [])],
  deleteMyCommands: (bot, given) => {
    bot.commands.delete(commandKey(given));
    return true;
  },
  answerCallbackQuery: (bot, given) => {
    if (bot.callbackQueries.delete(given.callback_query_id)) return true;
    throw badRequest('query is too old and response timeout expired or query ID is invalid');
  },
  setMessageReaction: (bot, given) => {
    const line = chatOf(bot, given.chat_id).lines.get(given.message_id);
    if (!line || line.deleted) throw badRequest('message to react not found');
    const reactions = given.reaction ?? [];
    if (reactions.length > 1) throw badRequest('REACTIONS_TOO_MANY');
    line.reactions = reactions.map((reaction) =>
      reaction.type === 'emoji' ? reaction.emoji : reaction.type,
    );
    return true;
  },
  getFile: (bot, given) => {
    const file = bot.files.get(given.file_id);
    if (!file) throw badRequest('invalid file_id');
    const { content: _content, ...described } = file;
    return described satisfies File;
  },
};

function setWebhook(bot: BotState, given: Arguments<'setWebhook'>, events: MethodEvents): true {
  if (given.drop_pending_updates) bot.updates.drop();
  if (given.url === '') {
    bot.updates.deleteWebhook();
    return true;
  }
  const secure = URL.canParse(given.url) && new URL(given.url).protocol === 'https:';
  const plain = events.allowHttpWebhooks && given.url.startsWith('http://');
  if (!secure && !plain) throw badRequest('bad webhook: An HTTPS URL must be provided for webhook');
  if (given.secret_token !== undefined && !/^[\w-]{1,256}$/.test(given.secret_token)) {
    throw badRequest('secret token contains unallowed characters');
  }
  const maxConnections = Math.min(Math.max(given.max_connections ?? 40, 1), 100);
  const settings = { url: given.url, secretToken: given.secret_token, maxConnections };
  bot.updates.setWebhook(settings, given.allowed_updates);
  return true;
}

function sendMessage(bot: BotState, given: Arguments<'sendMessage'>, events: MethodEvents): TextMessage {
  const chat = chatOf(bot, given.chat_id);
  requireThread(chat, given.message_thread_id);
  const formatted = format(given.text, given.parse_mode, given.entities);
  const repliedTo = repliedMessage(
    chat,
    given.reply_parameters ?? { message_id: given.reply_to_message_id ?? 0 },
  );
  const threadId = given.message_thread_id;
  const markup =
    given.reply_markup && 'inline_keyboard' in given.reply_markup ? given.reply_markup : undefined;
  const message: TextMessage = {
    message_id: nextMessageId(bot, chat),
    from: asUser(bot),
    chat: chat.chat,
    date: unixSeconds(),
    ...(threadId !== undefined && { message_thread_id: threadId, is_topic_message: true }),
    ...(repliedTo && { reply_to_message: asReplied(repliedTo) }),
    ...withText(formatted),
    ...(markup && { reply_markup: markup }),
  };
  const sent: SentMessage = {
    messageId: message.message_id,
    chatId: chat.chat.id,
    threadId,
    text: formatted.text,
    html: given.text,
    entities: formatted.entities,
    edits: [],
    sentAt: performance.now(),
    editedAt: undefined,
    deletedAt: undefined,
  };
  chat.lines.set(message.message_id, { message, sent, deleted: false, reactions: [] });
  events.sent(bot, sent);
  return message;
}

function editMessageText(
  bot: BotState,
  given: Arguments<'editMessageText'>,
  events: MethodEvents,
): TextMessage & { edit_date: number } {
  if (given.chat_id === undefined) throw badRequest('chat_id is empty');
  const line = chatOf(bot, given.chat_id).lines.get(given.message_id ?? 0);
  if (!line || line.deleted) throw badRequest('message to edit not found');
  const { message, sent } = line;
  if (!sent) throw badRequest("message can't be edited");
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

function format(
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

const commandKey = (given: Arguments<'getMyCommands'>): string =>
  JSON.stringify([given.scope ?? { type: 'default' }, given.language_code ?? '']);

function checkCommand({ command, description }: BotCommand): void {
  if (!/^[a-z0-9_]{1,32}$/.test(command)) throw badRequest('BOT_COMMAND_INVALID');
  if (description.length < 1 || description.length > 256) throw badRequest('BOT_COMMAND_DESCRIPTION_INVALID');
}
