/** An Anthropic on this machine: the Messages API, whole and streamed, with scripted answers. */
import type {
  ContentBlockParam,
  Message,
  MessageCreateParams,
  MessageParam,
  RawMessageStreamEvent,
  Usage,
} from '@anthropic-ai/sdk/resources/messages/messages.js';
import { messageCreate } from './anthropic-request.js';
import { serverSentEvent, type ListenerOptions } from './listener.js';
import type { Dialect, FullAnswer, ModelError } from './model-answer.js';
import { FakeModelServer } from './model-server.js';
import { whatIsWrong } from './request-schema.js';

export type FakeAnthropic = FakeModelServer<MessageCreateParams>;

export interface FakeAnthropicOptions extends ListenerOptions {
  keys?: Iterable<string>;
  /** Fields that older clients still send and that today's SDK no longer knows, such as `temperature`. */
  alsoAccept?: readonly string[];
}

/** Errors as the real API words them, for scripts. */
export const anthropicErrors = {
  overloaded: { status: 529, type: 'overloaded_error', message: 'Overloaded' },
  rateLimited: {
    status: 429,
    type: 'rate_limit_error',
    message: "This request would exceed your organization's rate limit.",
    retryAfter: 1,
  },
  overQuota: {
    status: 400,
    type: 'invalid_request_error',
    message:
      'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.',
  },
  badKey: { status: 401, type: 'authentication_error', message: 'invalid x-api-key' },
  forbidden: {
    status: 403,
    type: 'permission_error',
    message: 'Your API key does not have permission to use the specified resource.',
  },
  tooLong: {
    status: 400,
    type: 'invalid_request_error',
    message: 'prompt is too long: 200001 tokens > 200000 maximum',
  },
  broken: { status: 500, type: 'api_error', message: 'Internal server error' },
} as const satisfies Record<string, ModelError>;

export async function startFakeAnthropic(options: FakeAnthropicOptions = {}): Promise<FakeAnthropic> {
  const server = new FakeModelServer(options, dialect(new Set(options.alsoAccept)));
  await server.start();
  return server;
}

function dialect(alsoAccept: ReadonlySet<string>): Dialect<MessageCreateParams> {
  return {
    path: '/v1/messages',
    parse(body, headers) {
      const refuse = (message: string) => ({ ok: false as const, error: invalid(message) });
      if (headers['anthropic-version'] === undefined) return refuse('anthropic-version: header is required');
      const parsed = messageCreate.safeParse(without(body, alsoAccept));
      if (!parsed.success)
        return refuse(whatIsWrong(parsed.error, 'Extra inputs are not permitted', 'Field required'));
      const problem = problemWithMessages(parsed.data.messages);
      return problem === undefined ? { ok: true, body: body as MessageCreateParams } : refuse(problem);
    },
    badKey: (key) =>
      key === undefined
        ? { ...anthropicErrors.badKey, message: 'x-api-key header is required' }
        : anthropicErrors.badKey,
    notFound: (what) => ({ status: 404, type: 'not_found_error', message: `Not found: ${what}` }),
    errorBody: ({ type, message }) => ({ type: 'error', error: { type, message } }),
    errorEvent: ({ type, message }) => serverSentEvent({ type: 'error', error: { type, message } }, 'error'),
    streams: (body) => body.stream === true,
    lastUserText: (body) => textOf(body.messages.findLast(({ role }) => role === 'user')),
    whole: (body, answer) => wholeMessage(body, answer),
    start: (body, answer) => {
      const empty = { ...wholeMessage(body, { ...answer, outputTokens: 1 }), content: [], stop_reason: null };
      const block = { type: 'text', text: '', citations: null } as const;
      return (
        event({ type: 'message_start', message: empty }) +
        event({ type: 'content_block_start', index: 0, content_block: block }) +
        serverSentEvent({ type: 'ping' }, 'ping')
      );
    },
    piece: (_body, _answer, text) =>
      event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }),
    end: (_body, answer) =>
      event({ type: 'content_block_stop', index: 0 }) +
      event({
        type: 'message_delta',
        delta: { stop_reason: stopReason(answer), stop_sequence: null, stop_details: null, container: null },
        usage: {
          input_tokens: answer.inputTokens,
          output_tokens: answer.outputTokens,
          cache_creation_input_tokens: 0,
          cache_read_input_tokens: 0,
          output_tokens_details: null,
          server_tool_use: null,
        },
      }) +
      event({ type: 'message_stop' }),
  };
}

const event = (data: RawMessageStreamEvent): string => serverSentEvent(data, data.type);

const invalid = (message: string): ModelError => ({ status: 400, type: 'invalid_request_error', message });

const stopReason = ({ stop }: FullAnswer): Message['stop_reason'] =>
  stop === 'length' ? 'max_tokens' : 'end_turn';

function wholeMessage(body: MessageCreateParams, answer: FullAnswer): Message {
  const usage: Usage = {
    input_tokens: answer.inputTokens,
    output_tokens: answer.outputTokens,
    cache_creation: null,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    inference_geo: null,
    output_tokens_details: null,
    server_tool_use: null,
    service_tier: 'standard',
    speed: null,
  };
  return {
    id: `msg_${answer.id}`,
    type: 'message',
    role: 'assistant',
    model: body.model,
    content: [{ type: 'text', text: answer.text, citations: null }],
    stop_reason: stopReason(answer),
    stop_sequence: null,
    stop_details: null,
    container: null,
    diagnostics: null,
    usage,
  };
}

/** The rules between messages. Turn-taking is held more strictly than by the real API, which merges neighbours. */
function problemWithMessages(messages: readonly MessageParam[]): string | undefined {
  const turns = messages.filter(({ role }) => role !== 'system');
  if (turns.length === 0) return 'messages: at least one message is required';
  if (turns[0]?.role !== 'user') return 'messages: first message must use the "user" role';
  for (const [index, { role, content }] of turns.entries()) {
    if (index > 0 && turns[index - 1]?.role === role) {
      return `messages: roles must alternate between "user" and "assistant", but found multiple "${role}" roles in a row`;
    }
    if (content.length === 0) {
      return `messages.${index}: all messages must have non-empty content except for the optional final assistant message`;
    }
  }
  const last = turns.at(-1);
  if (last?.role === 'assistant' && /\s$/.test(textOf(last))) {
    return 'messages: final assistant content cannot end with trailing whitespace';
  }
  return undefined;
}

function textOf(message: MessageParam | undefined): string {
  if (message === undefined) return '';
  if (typeof message.content === 'string') return message.content;
  const blocks: readonly ContentBlockParam[] = message.content;
  return blocks.map((block) => (block.type === 'text' ? block.text : '')).join('');
}

function without(body: unknown, names: ReadonlySet<string>): unknown {
  if (names.size === 0 || typeof body !== 'object' || body === null) return body;
  return Object.fromEntries(Object.entries(body).filter(([name]) => !names.has(name)));
}
