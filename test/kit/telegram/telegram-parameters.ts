/** Which parameters each method takes, held to grammY's types by the compiler, and the reading of request bodies. */
import { readMultipart, Upload } from './telegram-multipart.js';
import { badRequest } from './telegram-problem.js';
import type { IncomingMessage } from 'node:http';
import type { ApiMethods, Opts } from '@grammyjs/types';

export type Api = ApiMethods<Upload>;
export type Arguments<M extends keyof Api> = Opts<Upload>[M];

type KindOf<T> = [T] extends [boolean]
  ? 'boolean'
  : [T] extends [number]
    ? 'integer'
    : [T] extends [string]
      ? 'string'
      : [T] extends [Upload | string]
        ? 'file'
        : [T] extends [number | string]
          ? 'chat'
          : [T] extends [readonly unknown[]]
            ? 'array'
            : 'object';
/** An exclamation mark means required. */
type Rule<A, P extends keyof A> =
  object extends Pick<A, P> ? KindOf<Exclude<A[P], undefined>> : `${KindOf<A[P]>}!`;
type Rules<M extends keyof Api> = { [P in keyof Arguments<M>]-?: Rule<Arguments<M>, P> };

/** A parameter that is missing here, too many, of another kind or wrongly required does not compile. */
export const methodParameters = {
  getMe: {},
  getUpdates: { offset: 'integer', limit: 'integer', timeout: 'integer', allowed_updates: 'array' },
  setWebhook: {
    url: 'string!',
    certificate: 'file',
    ip_address: 'string',
    max_connections: 'integer',
    allowed_updates: 'array',
    drop_pending_updates: 'boolean',
    secret_token: 'string',
  },
  deleteWebhook: { drop_pending_updates: 'boolean' },
  getWebhookInfo: {},
  sendMessage: {
    business_connection_id: 'string',
    chat_id: 'chat!',
    message_thread_id: 'integer',
    direct_messages_topic_id: 'integer',
    ephemeral_message_parameters: 'object',
    text: 'string!',
    parse_mode: 'string',
    entities: 'array',
    link_preview_options: 'object',
    disable_notification: 'boolean',
    protect_content: 'boolean',
    allow_paid_broadcast: 'boolean',
    suggested_post_parameters: 'object',
    message_effect_id: 'string',
    reply_parameters: 'object',
    reply_markup: 'object',
    reply_to_message_id: 'integer',
  },
  sendDocument: {
    business_connection_id: 'string',
    chat_id: 'chat!',
    message_thread_id: 'integer',
    direct_messages_topic_id: 'integer',
    ephemeral_message_parameters: 'object',
    document: 'file!',
    thumbnail: 'file',
    caption: 'string',
    parse_mode: 'string',
    caption_entities: 'array',
    disable_content_type_detection: 'boolean',
    disable_notification: 'boolean',
    protect_content: 'boolean',
    allow_paid_broadcast: 'boolean',
    suggested_post_parameters: 'object',
    message_effect_id: 'string',
    reply_parameters: 'object',
    reply_markup: 'object',
    reply_to_message_id: 'integer',
  },
  sendPhoto: {
    business_connection_id: 'string',
    chat_id: 'chat!',
    message_thread_id: 'integer',
    direct_messages_topic_id: 'integer',
    ephemeral_message_parameters: 'object',
    photo: 'file!',
    caption: 'string',
    parse_mode: 'string',
    caption_entities: 'array',
    show_caption_above_media: 'boolean',
    has_spoiler: 'boolean',
    disable_notification: 'boolean',
    protect_content: 'boolean',
    allow_paid_broadcast: 'boolean',
    suggested_post_parameters: 'object',
    message_effect_id: 'string',
    reply_parameters: 'object',
    reply_markup: 'object',
    reply_to_message_id: 'integer',
  },
  sendVoice: {
    business_connection_id: 'string',
    chat_id: 'chat!',
    message_thread_id: 'integer',
    direct_messages_topic_id: 'integer',
    ephemeral_message_parameters: 'object',
    voice: 'file!',
    caption: 'string',
    parse_mode: 'string',
    caption_entities: 'array',
    duration: 'integer',
    disable_notification: 'boolean',
    protect_content: 'boolean',
    allow_paid_broadcast: 'boolean',
    suggested_post_parameters: 'object',
    message_effect_id: 'string',
    reply_parameters: 'object',
    reply_markup: 'object',
    reply_to_message_id: 'integer',
  },
  editMessageText: {
    business_connection_id: 'string',
    chat_id: 'chat',
    message_id: 'integer',
    inline_message_id: 'string',
    text: 'string',
    parse_mode: 'string',
    entities: 'array',
    link_preview_options: 'object',
    rich_message: 'object',
    reply_markup: 'object',
  },
  deleteMessage: { chat_id: 'chat!', message_id: 'integer!' },
  sendChatAction: {
    business_connection_id: 'string',
    chat_id: 'chat!',
    message_thread_id: 'integer',
    action: 'string!',
  },
  setMyCommands: { commands: 'array!', scope: 'object', language_code: 'string' },
  getMyCommands: { scope: 'object', language_code: 'string' },
  deleteMyCommands: { scope: 'object', language_code: 'string' },
  answerCallbackQuery: {
    callback_query_id: 'string!',
    text: 'string',
    show_alert: 'boolean',
    url: 'string',
    cache_time: 'integer',
  },
  setMessageReaction: { chat_id: 'chat!', message_id: 'integer!', reaction: 'array', is_big: 'boolean' },
  getFile: { file_id: 'string!' },
} as const satisfies { [M in keyof Api]?: Rules<M> };

export type Method = keyof typeof methodParameters;

const byLowerCase = new Map<string, Method>();
for (const name of Object.keys(methodParameters)) byLowerCase.set(name.toLowerCase(), name as Method);

/** Telegram does not care about the case of a method's name. */
export const methodNamed = (name: string): Method | undefined => byLowerCase.get(name.toLowerCase());

/** Puts strings of a form into their types; refuses what is missing, unknown or of the wrong kind. */
export function readArguments<M extends Method>(method: M, given: Record<string, unknown>): Arguments<M> {
  const rules: Record<string, string> = methodParameters[method];
  const read: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    const rule = rules[name];
    if (rule === undefined) throw badRequest(`parameter "${name}" is unknown to ${method}`);
    // A null counts as left out.
    if (value !== null) read[name] = readValue(name, rule.replace('!', ''), value);
  }
  for (const [name, rule] of Object.entries(rules)) {
    if (!rule.endsWith('!') || read[name] !== undefined) continue;
    if (name === 'text') throw badRequest('message text is empty');
    if (rule === 'file!') throw badRequest(`there is no ${name} in the request`);
    throw badRequest(name === 'chat_id' ? 'chat_id is empty' : `parameter "${name}" is required`);
  }
  return read as Arguments<M>;
}

function readValue(name: string, kind: string, value: unknown): unknown {
  const typed =
    typeof value === 'string' && kind !== 'string' && kind !== 'file' ? fromText(kind, value) : value;
  if (isOfKind(kind, typed)) return typed;
  throw badRequest(`invalid ${name} specified`);
}

/** Forms, and JSON written by careless clients, carry numbers, booleans and objects as text. */
function fromText(kind: string, value: string): unknown {
  if (kind === 'chat') return /^-?\d+$/.test(value) ? Number(value) : value;
  try {
    return JSON.parse(value.toLowerCase() === 'true' ? 'true' : value);
  } catch {
    return undefined;
  }
}

function isOfKind(kind: string, value: unknown): boolean {
  switch (kind) {
    case 'integer':
      return Number.isSafeInteger(value);
    case 'chat':
      return Number.isSafeInteger(value) || (typeof value === 'string' && value.startsWith('@'));
    case 'file':
      return typeof value === 'string' || value instanceof Upload;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    default:
      return typeof value === kind;
  }
}

/** The parameters of a request, from its query and its body in any of the forms that Telegram takes. */
export function readParameters(
  request: IncomingMessage,
  query: string | undefined,
  body: Buffer,
): Record<string, unknown> {
  const parameters: Record<string, unknown> = query ? Object.fromEntries(new URLSearchParams(query)) : {};
  if (body.length === 0) return parameters;
  const type = request.headers['content-type'] ?? '';
  if (type.startsWith('application/json')) return Object.assign(parameters, readJson(body));
  if (type.startsWith('application/x-www-form-urlencoded')) {
    return Object.assign(parameters, Object.fromEntries(new URLSearchParams(body.toString())));
  }
  if (type.startsWith('multipart/form-data')) return Object.assign(parameters, readMultipart(body, type));
  throw badRequest(`unsupported content type "${type}"`);
}

function readJson(body: Buffer): object {
  try {
    const read: unknown = JSON.parse(body.toString());
    if (typeof read === 'object' && read !== null && !Array.isArray(read)) return read;
  } catch {
    // Told below, as one thing with JSON that is no object.
  }
  throw badRequest("can't parse JSON object");
}
