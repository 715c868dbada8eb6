/** An OpenAI on this machine: chat completions, whole and streamed, with scripted answers. */
import type {
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionCreateParams,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions/completions.js';
import type { CompletionUsage } from 'openai/resources/completions.js';
import { serverSentEvent, type ListenerOptions } from './listener.js';
import type { Dialect, FullAnswer, ModelError } from './model-answer.js';
import { FakeModelServer } from './model-server.js';
import { completionCreate } from './openai-request.js';
import { whatIsWrong } from './request-schema.js';

export type FakeOpenAI = FakeModelServer<ChatCompletionCreateParams>;

/** Errors as the real API words them, for scripts. */
export const openaiErrors = {
  overloaded: {
    status: 503,
    type: 'server_error',
    message: 'The engine is currently overloaded, please try again later',
  },
  rateLimited: {
    status: 429,
    type: 'requests',
    code: 'rate_limit_exceeded',
    message: 'Rate limit reached for requests. Please try again in 1s.',
    retryAfter: 1,
  },
  overQuota: {
    status: 429,
    type: 'insufficient_quota',
    code: 'insufficient_quota',
    message: 'You exceeded your current quota, please check your plan and billing details.',
  },
  badKey: {
    status: 401,
    type: 'invalid_request_error',
    code: 'invalid_api_key',
    message: 'Incorrect API key provided.',
  },
  tooLong: {
    status: 400,
    type: 'invalid_request_error',
    code: 'context_length_exceeded',
    message: "This model's maximum context length is 128000 tokens.",
  },
  broken: {
    status: 500,
    type: 'server_error',
    message: 'The server had an error while processing your request.',
  },
} as const satisfies Record<string, ModelError>;

export async function startFakeOpenAI(
  options: ListenerOptions & { keys?: Iterable<string> } = {},
): Promise<FakeOpenAI> {
  const server = new FakeModelServer(options, dialect);
  await server.start();
  return server;
}

const dialect: Dialect<ChatCompletionCreateParams> = {
  path: '/v1/chat/completions',
  parse(body) {
    const parsed = completionCreate.safeParse(body);
    if (parsed.success) return { ok: true, body: body as ChatCompletionCreateParams };
    const message = whatIsWrong(
      parsed.error,
      'Unrecognized request argument supplied',
      'Missing required parameter',
    );
    return { ok: false, error: { status: 400, type: 'invalid_request_error', message } };
  },
  badKey: (key) =>
    key === undefined
      ? { status: 401, type: 'invalid_request_error', message: "You didn't provide an API key." }
      : openaiErrors.badKey,
  notFound: (what) => ({ status: 404, type: 'invalid_request_error', message: `Invalid URL (${what})` }),
  errorBody,
  errorEvent: (error) => serverSentEvent(errorBody(error)),
  streams: (body) => body.stream === true,
  lastUserText: (body) => textOf(body.messages.findLast(({ role }) => role === 'user')),
  whole: (body, answer): ChatCompletion => ({
    id: `chatcmpl-${answer.id}`,
    object: 'chat.completion',
    created: Math.floor(Date.now() / 1000),
    model: body.model,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: answer.text, refusal: null },
        finish_reason: finishReason(answer),
        logprobs: null,
      },
    ],
    usage: usageOf(answer),
  }),
  start: (body, answer) => chunk(body, answer, { role: 'assistant', content: '', refusal: null }),
  piece: (body, answer, content) => chunk(body, answer, { content }),
  end: (body, answer) => {
    const last = chunk(body, answer, {}, finishReason(answer));
    const usage = body.stream_options?.include_usage
      ? serverSentEvent({
          ...frame(body, answer),
          choices: [],
          usage: usageOf(answer),
        } satisfies ChatCompletionChunk)
      : '';
    return `${last}${usage}data: [DONE]\n\n`;
  },
};

function chunk(
  body: ChatCompletionCreateParams,
  answer: FullAnswer,
  delta: ChatCompletionChunk.Choice.Delta,
  finish: ChatCompletionChunk.Choice['finish_reason'] = null,
): string {
  const event: ChatCompletionChunk = {
    ...frame(body, answer),
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    // Only who asked for the usage sees the field, and sees it empty until the last chunk.
    ...(body.stream_options?.include_usage && { usage: null }),
  };
  return serverSentEvent(event);
}

function frame(body: ChatCompletionCreateParams, answer: FullAnswer): Omit<ChatCompletionChunk, 'choices'> {
  return {
    id: `chatcmpl-${answer.id}`,
    object: 'chat.completion.chunk',
    created: Math.floor(Date.now() / 1000),
    model: body.model,
  };
}

const finishReason = ({ stop }: FullAnswer): 'stop' | 'length' => (stop === 'length' ? 'length' : 'stop');

const usageOf = ({ inputTokens, outputTokens }: FullAnswer): CompletionUsage => ({
  prompt_tokens: inputTokens,
  completion_tokens: outputTokens,
  total_tokens: inputTokens + outputTokens,
});

function errorBody({ message, type, code }: ModelError): unknown {
  return { error: { message, type, param: null, code: code ?? null } };
}

function textOf(message: ChatCompletionMessageParam | undefined): string {
  if (message?.role !== 'user') return '';
  if (typeof message.content === 'string') return message.content;
  return message.content.map((part) => (part.type === 'text' ? part.text : '')).join('');
}
