/** What each method of the Bot API does, except `getUpdates`, which waits and so lies with the updates. */
import { badRequest } from './telegram-problem.js';
import type { BotCommand, File } from '@grammyjs/types';
import type { Api, Arguments, Method } from './telegram-parameters.js';
import { editMessageText, sendMessage, type SendEvents } from './telegram-sending.js';
import { sendDocument, sendPhoto, sendVoice } from './telegram-uploads.js';
import { chatOf, requireThread, type BotState } from './telegram-state.js';

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

/** What the server of Telegram's own gives a bot, in bytes. */
const LARGEST_DOWNLOAD = 20 * 1_048_576;

/** Who hears of what the bots did. */
export interface MethodEvents extends SendEvents {
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
  sendDocument,
  sendPhoto,
  sendVoice,
  editMessageText,
  deleteMessage: (bot, given, events) => {
    const chat = chatOf(bot, given.chat_id);
    const line = chat.lines.get(given.message_id);
    if (!line || line.deleted) throw badRequest('message to delete not found');
    line.deleted = true;
    // Its keyboard goes with it.
    if (chat.keyboard?.messageId === given.message_id) chat.keyboard = null;
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
    if (file.content.length > LARGEST_DOWNLOAD) throw badRequest('file is too big');
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

const commandKey = (given: Arguments<'getMyCommands'>): string =>
  JSON.stringify([given.scope ?? { type: 'default' }, given.language_code ?? '']);

function checkCommand({ command, description }: BotCommand): void {
  if (!/^[a-z0-9_]{1,32}$/.test(command)) throw badRequest('BOT_COMMAND_INVALID');
  if (description.length < 1 || description.length > 256) throw badRequest('BOT_COMMAND_DESCRIPTION_INVALID');
}
