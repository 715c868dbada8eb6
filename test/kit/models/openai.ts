/** An OpenAI on this machine: chat completions, whole and streamed, with scripted answers. */
import type { ChatCompletionCreateParams } from 'openai/resources/chat/completions/completions.js';
import { completionsDialect } from './completions.js';
import { serverSentEvent, type ListenerOptions } from '../listener.js';
import type { Dialect, ModelError } from './model-answer.js';
import { FakeModelServer } from './model-server.js';
import { completionCreate } from './openai-request.js';
import { problemWithReasoning, problemWithToolMessages, problemWithTools } from './openai-rules.js';
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
  ...completionsDialect(false),
  serves: ({ pathname }) => pathname === '/v1/chat/completions',
  hears: ({ pathname }) => pathname === '/v1/audio/transcriptions',
  lists: ({ pathname }) => pathname === '/v1/models',
  parse(body) {
    const parsed = completionCreate.safeParse(body);
    const message = parsed.success
      ? problemWith(body as ChatCompletionCreateParams)
      : whatIsWrong(parsed.error, 'Unrecognized request argument supplied', 'Missing required parameter');
    if (message === undefined) return { ok: true, body: body as ChatCompletionCreateParams };
    return { ok: false, error: { status: 400, type: 'invalid_request_error', message } };
  },
  badKey: (key) =>
    key === undefined
      ? { status: 401, type: 'invalid_request_error', message: "You didn't provide an API key." }
      : openaiErrors.badKey,
  notFound: (what) => ({ status: 404, type: 'invalid_request_error', message: `Invalid URL (${what})` }),
  errorBody,
  errorEvent: (error) => serverSentEvent(errorBody(error)),
};

const problemWith = (body: ChatCompletionCreateParams): string | undefined =>
  problemWithToolMessages(body.messages) ?? problemWithTools(body) ?? problemWithReasoning(body);

function errorBody({ message, type, code }: ModelError): unknown {
  return { error: { message, type, param: null, code: code ?? null } };
}
