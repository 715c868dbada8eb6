/** What people do in the fake Telegram: they write, edit, block, and their chats are read back as text. */
import { badRequest, type UpdateContent, unixSeconds } from './telegram-problem.js';
import type { Chat, Message, User } from '@grammyjs/types';
import {
  asReplied,
  nextMessageId,
  openChat,
  type BotState,
  type ChatState,
  type TextMessage,
} from './telegram-state.js';

export interface Say {
  userId: number;
  text: string;
  /** Without it the private chat of the user. */
  chatId?: number;
  /** `private`, or for another chat id `supergroup`. */
  chatType?: 'private' | 'group' | 'supergroup';
  threadId?: number;
  firstName?: string;
  username?: string;
  replyToMessageId?: number;
  /** Unix seconds; now by default. */
  date?: number;
}

export function userMessage(bot: BotState, say: Say): TextMessage & { from: User } {
  const chat = openChat(bot, chatFor(say));
  if (say.threadId !== undefined) chat.threads.add(say.threadId);
  const repliedTo = chat.lines.get(say.replyToMessageId ?? 0)?.message;
  const command = /^\/[a-z0-9_]{1,32}(?:@\w+)?/i.exec(say.text)?.[0];
  const message = {
    message_id: nextMessageId(bot, chat),
    from: userFor(say),
    chat: chat.chat,
    date: say.date ?? unixSeconds(),
    ...(say.threadId !== undefined && { message_thread_id: say.threadId, is_topic_message: true }),
    ...(repliedTo && { reply_to_message: asReplied(repliedTo) }),
    text: say.text,
    ...(command && { entities: [{ type: 'bot_command' as const, offset: 0, length: command.length }] }),
  };
  chat.lines.set(message.message_id, { message, deleted: false, reactions: [] });
  return message;
}

/** What a user changes a message of theirs into. */
export function editedByUser(bot: BotState, chatId: number, messageId: number, text: string): UpdateContent {
  const line = bot.chats.get(chatId)?.lines.get(messageId);
  const from = line?.message.from;
  if (!line || line.sent || !from) throw badRequest('message to edit not found');
  const { entities: _entities, ...rest } = line.message;
  line.message = { ...rest, text, edit_date: unixSeconds() };
  return { edited_message: { ...line.message, from, edit_date: unixSeconds() } as never };
}

/** Blocking a bot, or letting it in again; the bot is told of it. */
export function blockedByUser(bot: BotState, userId: number, blocked: boolean): UpdateContent {
  const say = { userId, text: '' };
  const chat = openChat(bot, chatFor(say));
  chat.blocked = blocked;
  const gone = { status: 'kicked', user: bot.user, until_date: 0 } as const;
  const there = { status: 'member', user: bot.user } as const;
  return {
    my_chat_member: {
      chat: chat.chat,
      from: userFor(say),
      date: unixSeconds(),
      old_chat_member: blocked ? there : gone,
      new_chat_member: blocked ? gone : there,
    },
  };
}

/** Takes note of the chat, the message and the tap in a raw update, so that the bot can answer them. */
export function learnFrom(bot: BotState, update: UpdateContent): void {
  const message: Message | undefined = update.message ?? update.edited_message;
  if (message) {
    const chat = openChat(bot, message.chat);
    if (message.message_thread_id !== undefined) chat.threads.add(message.message_thread_id);
    chat.lastMessageId = Math.max(chat.lastMessageId, message.message_id);
    bot.lastMessageId = Math.max(bot.lastMessageId, message.message_id);
    const line = { ...message, text: message.text ?? message.caption ?? '(no text)' } as TextMessage;
    chat.lines.set(message.message_id, { message: line, deleted: false, reactions: [] });
  }
  if (update.callback_query) bot.callbackQueries.add(update.callback_query.id);
}

/** The chat as a person would read it. */
export function transcriptOf(chat: ChatState): string {
  const lines = [...chat.lines.values()].map(({ message, sent, deleted, reactions }) => {
    const who = sent ? 'bot' : `user ${message.from?.id}`;
    const thread = message.message_thread_id === undefined ? '' : ` [topic ${message.message_thread_id}]`;
    const marks = [
      sent && sent.edits.length > 0
        ? `edited ${sent.edits.length}x`
        : !sent && message.edit_date
          ? 'edited'
          : '',
      deleted ? 'deleted' : '',
      ...reactions,
    ].filter(Boolean);
    const text = message.text.replaceAll('\n', '\n    ');
    return `${who}${thread}: ${text}${marks.length > 0 ? ` (${marks.join(', ')})` : ''}`;
  });
  return lines.join('\n');
}

export function transcriptsOf({ user, chats }: BotState): string {
  const all = [...chats.values()];
  return all.map((chat) => `@${user.username}, chat ${chat.chat.id}\n${transcriptOf(chat)}\n`).join('\n');
}

function chatFor(say: Say): Chat {
  const id = say.chatId ?? say.userId;
  const type = say.chatType ?? (id === say.userId ? 'private' : 'supergroup');
  if (type === 'private') {
    return { id, type, first_name: say.firstName ?? 'Test', ...(say.username && { username: say.username }) };
  }
  if (type === 'group') return { id, type, title: 'Test group' };
  return { id, type, title: 'Test group', ...(say.threadId !== undefined && { is_forum: true }) };
}

function userFor(say: Say): User {
  const name = say.firstName ?? 'Test';
  return {
    id: say.userId,
    is_bot: false,
    first_name: name,
    ...(say.username && { username: say.username }),
    language_code: 'en',
  };
}
