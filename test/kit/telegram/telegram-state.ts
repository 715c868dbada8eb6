/** What the fake Telegram remembers of each bot and each chat. */
import type { BotCommand, Chat, File, Message, MessageEntity, UserFromGetMe } from '@grammyjs/types';
import type { Upload } from './telegram-multipart.js';
import { ApiProblem, badRequest } from './telegram-problem.js';
import type { UpdateQueue } from './telegram-updates.js';

/** A message that a bot sent. A live view: edits show up in it. Times are `performance.now()` of this process. */
export interface SentMessage {
  readonly messageId: number;
  readonly chatId: number;
  readonly threadId: number | undefined;
  /** What the user sees now, formatting taken away; of a file its caption. */
  text: string;
  /** The text as the bot last gave it, tags and all. */
  html: string;
  entities: MessageEntity[];
  readonly document: Upload | undefined;
  readonly shownAs: 'text' | 'document' | 'photo' | 'voice';
  /** The visible text after each edit, oldest first. */
  readonly edits: string[];
  readonly sentAt: number;
  editedAt: number | undefined;
  deletedAt: number | undefined;
}

export type TextMessage = Message.TextMessage;

/** One line of a chat, by a user or by the bot. */
export interface ChatLine {
  message: TextMessage;
  /** Only for the bot's own. */
  sent?: SentMessage;
  /** False for a file, and for what brought or took away a reply keyboard. */
  editable?: boolean;
  deleted: boolean;
  reactions: string[];
}

export interface ChatState {
  chat: Chat;
  /** Topics that were spoken in: a bot cannot write to another. */
  threads: Set<number>;
  blocked: boolean;
  /** The reply keyboard below the chat; closed when a tap has put it away, until somebody opens it again. */
  keyboard: { messageId: number; buttons: string[][]; oneTime: boolean; open: boolean } | null;
  /** Supergroups count their messages themselves; elsewhere the bot's account does. */
  lastMessageId: number;
  lines: Map<number, ChatLine>;
}

export interface BotState {
  token: string;
  user: UserFromGetMe;
  revoked: boolean;
  lastUpdateId: number;
  lastMessageId: number;
  chats: Map<number, ChatState>;
  updates: UpdateQueue;
  commands: Map<string, readonly BotCommand[]>;
  files: Map<string, File & { content: Buffer }>;
  /** The people it writes to take no voice notes. */
  refusesVoice: boolean;
  /** So many downloads break off in the middle. */
  brokenDownloads: number;
  /** Taps on buttons that still wait for `answerCallbackQuery`. */
  callbackQueries: Set<string>;
}

export function nextMessageId(bot: BotState, chat: ChatState): number {
  return chat.chat.type === 'supergroup' ? ++chat.lastMessageId : ++bot.lastMessageId;
}

export function openChat(bot: BotState, chat: Chat): ChatState {
  const known = bot.chats.get(chat.id);
  if (known) return known;
  const lines = new Map<number, ChatLine>();
  const opened: ChatState = {
    chat,
    threads: new Set(),
    blocked: false,
    keyboard: null,
    lastMessageId: 0,
    lines,
  };
  bot.chats.set(chat.id, opened);
  return opened;
}

export function newBot(id: number, token: string, username: string, updates: UpdateQueue): BotState {
  const user: UserFromGetMe = {
    id,
    is_bot: true,
    first_name: username,
    username,
    can_join_groups: true,
    can_read_all_group_messages: false,
    supports_inline_queries: false,
    can_connect_to_business: false,
    has_main_web_app: false,
    has_topics_enabled: true,
    allows_users_to_create_topics: true,
    can_manage_bots: false,
    supports_join_request_queries: false,
  };
  return {
    token,
    user,
    revoked: false,
    // Telegram's numbers do not start at 1, and no client should count on it.
    lastUpdateId: 100_000_000 + (id % 1000) * 1000,
    lastMessageId: 0,
    chats: new Map(),
    updates,
    commands: new Map(),
    files: new Map(),
    refusesVoice: false,
    brokenDownloads: 0,
    callbackQueries: new Set(),
  };
}

/** The message that another one answers, without the one that it answers itself: Telegram shows one step back. */
export function asReplied(message: TextMessage): NonNullable<TextMessage['reply_to_message']> {
  const { reply_to_message: _further, ...shown } = message;
  // grammY's type wants the field present and undefined, which JSON cannot say.
  return shown as NonNullable<TextMessage['reply_to_message']>;
}

/** A chat that the bot may write to. */
export function chatOf(bot: BotState, id: number | string): ChatState {
  const chat =
    typeof id === 'number'
      ? bot.chats.get(id)
      : [...bot.chats.values()].find(({ chat }) => id === `@${chat.username}`);
  if (!chat) throw badRequest('chat not found');
  if (chat.blocked) throw new ApiProblem(403, 'Forbidden: bot was blocked by the user');
  return chat;
}

export function requireThread(chat: ChatState, threadId: number | undefined): void {
  if (threadId !== undefined && !chat.threads.has(threadId)) throw badRequest('message thread not found');
}

/** Times are `performance.now()` of this process; add `performance.timeOrigin` to compare with another's. */
export interface CallRecord {
  kind: 'call';
  at: number;
  botId: number;
  method: string;
  params: Record<string, unknown>;
  /** The HTTP status; 0 when the connection was cut or never answered. Absent while the call is under way. */
  status?: number;
  answeredAt?: number;
}

export type TimelineEntry =
  | CallRecord
  | {
      kind: 'say';
      at: number;
      botId: number;
      chatId: number;
      updateId: number;
      messageId: number;
      text: string;
    }
  /** The update left for the bot, by either way; it may do so more than once. */
  | { kind: 'delivered'; at: number; botId: number; updateId: number };
