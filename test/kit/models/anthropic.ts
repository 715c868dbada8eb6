/** An Anthropic on this machine: the Messages API, whole and streamed, with scripted answers. */
import type {
  ContentBlock,
  Message,
  MessageCreateParams,
  MessageDeltaUsage,
  MessageParam,
  RawContentBlockDelta,
  RawMessageStreamEvent,
  ToolResultBlockParam,
} from '@anthropic-ai/sdk/resources/messages/messages.js';
import { thinks } from './anthropic-models.js';
import { messageCreate } from './anthropic-request.js';
import { blocksOf, problemWithRequest } from './anthropic-rules.js';
import { Thoughts } from './anthropic-thoughts.js';
import { serverSentEvent, type ListenerOptions } from '../listener.js';
import type { Dialect, FullAnswer, ModelError, StreamedAnswer } from './model-answer.js';
import { bearerOf, FakeModelServer } from './model-server.js';
import { isRecord, whatIsWrong } from './request-schema.js';
import { saidIn, type Said, type SaidMessage } from '../said.js';

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
  const server = new FakeModelServer(options, dialect(new Set(options.alsoAccept), new Thoughts()));
  await server.start();
  return server;
}

function dialect(alsoAccept: ReadonlySet<string>, thoughts: Thoughts): Dialect<MessageCreateParams> {
  return {
    serves: ({ pathname }) => pathname === '/v1/messages',
    lists: ({ pathname }, headers) => pathname === '/v1/models' && headers['anthropic-version'] !== undefined,
    keyOf: (headers) => {
      const own = headers['x-api-key'];
      return typeof own === 'string' ? own : bearerOf(headers);
    },
    parse(body, headers) {
      const refuse = (message: string) => ({ ok: false as const, error: invalid(message) });
      if (headers['anthropic-version'] === undefined) return refuse('anthropic-version: header is required');
      const parsed = messageCreate.safeParse(without(body, alsoAccept));
      if (!parsed.success)
        return refuse(whatIsWrong(parsed.error, 'Extra inputs are not permitted', 'Field required'));
      const create = body as MessageCreateParams;
      const problem = problemWithRequest(create) ?? thoughts.problemWith(create);
      return problem === undefined ? { ok: true, body: create } : refuse(problem);
    },
    badKey: (key) =>
      key === undefined
        ? { ...anthropicErrors.badKey, message: 'x-api-key header is required' }
        : anthropicErrors.badKey,
    notFound: (what) => ({ status: 404, type: 'not_found_error', message: `Not found: ${what}` }),
    errorBody: ({ type, message }) => ({ type: 'error', error: { type, message } }),
    errorEvent: ({ type, message }) => serverSentEvent({ type: 'error', error: { type, message } }, 'error'),
    streams: (body) => body.stream === true,
    thinks,
    said: saidTo,
    callPrefix: 'toolu_',
    whole: (body, answer) => ({
      ...messageOf(body, answer),
      content: blocksFor(body, answer, thoughts).map(({ whole }) => whole()),
      stop_reason: stopReason(answer),
    }),
    stream: (body, answer) => streamOf(body, answer, thoughts),
  };
}

const invalid = (message: string): ModelError => ({ status: 400, type: 'invalid_request_error', message });

const STOP_REASONS = { end: 'end_turn', length: 'max_tokens', tools: 'tool_use' } as const;
const stopReason = ({ stop }: FullAnswer): Message['stop_reason'] => STOP_REASONS[stop];

/** A block of an answer: as it is in a whole one, and how it begins and grows in a streamed one. */
interface Block {
  /** Late, since broken JSON cannot be in a whole answer. */
  whole: () => ContentBlock;
  begin: ContentBlock;
  deltas: readonly RawContentBlockDelta[];
}

function blocksFor(body: MessageCreateParams, answer: FullAnswer, thoughts: Thoughts): Block[] {
  const { thinking, text, toolCalls } = answer;
  const blocks: Block[] = [];
  if (thinking.length > 0) {
    const calls = toolCalls.map(({ id }) => id);
    const given = thoughts.give(body, answer.id, thinking.join(''), calls);
    const shown = given.thinking === '' ? [] : thinking;
    blocks.push({
      whole: () => given,
      begin: { type: 'thinking', thinking: '', signature: '' },
      deltas: [
        ...shown.map((piece) => ({ type: 'thinking_delta' as const, thinking: piece })),
        { type: 'signature_delta', signature: given.signature },
      ],
    });
  }
  if (text.length > 0) {
    blocks.push({
      whole: () => ({ type: 'text', text: text.join(''), citations: null }),
      begin: { type: 'text', text: '', citations: null },
      deltas: text.map((piece) => ({ type: 'text_delta', text: piece })),
    });
  }
  for (const { id, name, arguments: pieces } of toolCalls) {
    const call = { type: 'tool_use', id, name, caller: { type: 'direct' } } as const;
    blocks.push({
      whole: () => ({ ...call, input: JSON.parse(pieces.join('')) as unknown }),
      begin: { ...call, input: {} },
      deltas: pieces.map((partial_json) => ({ type: 'input_json_delta', partial_json })),
    });
  }
  return blocks;
}

function streamOf(body: MessageCreateParams, answer: FullAnswer, thoughts: Thoughts): StreamedAnswer {
  const pieces = blocksFor(body, answer, thoughts).flatMap(({ begin, deltas }, index) => {
    const events = deltas.map((delta) => event({ type: 'content_block_delta', index, delta }));
    const [first = '', ...others] = events;
    const opened = [event({ type: 'content_block_start', index, content_block: begin }) + first, ...others];
    const last = opened.pop() ?? '';
    return [...opened, last + event({ type: 'content_block_stop', index })];
  });
  const end =
    event({
      type: 'message_delta',
      delta: { stop_reason: stopReason(answer), stop_sequence: null, stop_details: null, container: null },
      usage: usageOf(answer),
    }) + event({ type: 'message_stop' });
  const message = messageOf(body, { ...answer, tokens: { ...answer.tokens, output: 1 } });
  return {
    start: event({ type: 'message_start', message }) + serverSentEvent({ type: 'ping' }, 'ping'),
    pieces,
    end,
  };
}

const event = (data: RawMessageStreamEvent): string => serverSentEvent(data, data.type);

const usageOf = ({ tokens }: FullAnswer): MessageDeltaUsage => ({
  input_tokens: tokens.input,
  output_tokens: tokens.output,
  cache_creation_input_tokens: tokens.cacheWrite,
  cache_read_input_tokens: tokens.cached,
  output_tokens_details: tokens.thinking > 0 ? { thinking_tokens: tokens.thinking } : null,
  server_tool_use: null,
});

/** The message before there is anything in it. */
function messageOf(body: MessageCreateParams, answer: FullAnswer): Message {
  return {
    id: `msg_${answer.id}`,
    type: 'message',
    role: 'assistant',
    model: body.model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    container: null,
    diagnostics: null,
    usage: {
      ...usageOf(answer),
      input_tokens: answer.tokens.input,
      cache_creation: null,
      inference_geo: null,
      service_tier: 'standard',
      speed: null,
    },
  };
}

function saidTo({ system = '', messages, tools = [] }: MessageCreateParams): Said {
  return saidIn(messages.filter(({ role }) => role !== 'system').map(saidMessage), {
    system: typeof system === 'string' ? system : system.map(({ text }) => text).join('\n'),
    tools: tools.flatMap((tool) => ('name' in tool ? [tool.name] : [])),
  });
}

function saidMessage(message: MessageParam): SaidMessage {
  const blocks = blocksOf(message);
  return {
    by: message.role === 'user' ? 'user' : 'model',
    texts: blocks.flatMap((block) => (block.type === 'text' ? [block.text] : [])),
    calls: blocks.filter((block) => block.type === 'tool_use'),
    results: blocks
      .filter((block) => block.type === 'tool_result')
      .map((block) => ({ id: block.tool_use_id, text: textOf(block) })),
  };
}

function textOf({ content = '' }: ToolResultBlockParam): string {
  if (typeof content === 'string') return content;
  return content.map((block) => (block.type === 'text' ? block.text : '')).join('');
}

function without(body: unknown, names: ReadonlySet<string>): unknown {
  if (names.size === 0 || !isRecord(body)) return body;
  return Object.fromEntries(Object.entries(body).filter(([name]) => !names.has(name)));
}
