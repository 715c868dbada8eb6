/** A server of somebody's own that speaks like OpenAI, as Ollama and vLLM do: few fields, any key, errors of its own. */
import type { ChatCompletionCreateParams } from 'openai/resources/chat/completions/completions.js';
import { completionsDialect } from './completions.js';
import { serverSentEvent, type ListenerOptions } from '../listener.js';
import type { Dialect, ModelError } from './model-answer.js';
import { FakeModelServer } from './model-server.js';
import { completionCreate } from './openai-request.js';
import { problemWithToolMessages } from './openai-rules.js';
import { isRecord, whatIsWrong } from './request-schema.js';

/** A request's `keyOk` tells whether it came with a key of `keys`; it is served in any case. */
export type FakeCompatible = FakeModelServer<ChatCompletionCreateParams>;

/** Errors as such servers word them, for scripts. */
export const compatibleErrors = {
  noModel: {
    status: 404,
    type: 'not_found_error',
    message: 'model "nothing" not found, try pulling it first',
  },
  tooLong: {
    status: 400,
    type: 'exceed_context_size_error',
    message: 'the request exceeds the available context size, try increasing it',
  },
  badKey: { status: 401, type: 'authentication_error', message: 'Invalid API Key' },
  broken: { status: 500, type: 'server_error', message: 'Internal Server Error', plain: true },
  badGateway: { status: 502, type: 'server_error', message: 'Bad Gateway', plain: true },
} as const satisfies Record<string, ModelError>;

/** The fields that all of them know. A strict one refuses any other. */
const knownFields = completionCreate.pick({
  model: true,
  messages: true,
  stream: true,
  stream_options: true,
  max_tokens: true,
  temperature: true,
  top_p: true,
  frequency_penalty: true,
  presence_penalty: true,
  seed: true,
  stop: true,
  tools: true,
  tool_choice: true,
  response_format: true,
  reasoning_effort: true,
});

export async function startFakeCompatible(
  options: ListenerOptions & { keys?: Iterable<string> } = {},
): Promise<FakeCompatible> {
  const server = new FakeModelServer(options, dialect);
  await server.start();
  return server;
}

const dialect: Dialect<ChatCompletionCreateParams> = {
  ...completionsDialect(true),
  keyless: true,
  // Whatever stands in front of it may give it a path of its own.
  serves: ({ pathname }) => pathname.endsWith('/v1/chat/completions'),
  hears: ({ pathname }) => pathname.endsWith('/v1/audio/transcriptions'),
  lists: ({ pathname }) => pathname.endsWith('/v1/models'),
  parse(body) {
    const parsed = knownFields.safeParse(withoutThoughts(body));
    const message = parsed.success
      ? problemWith(body as ChatCompletionCreateParams)
      : whatIsWrong(parsed.error, 'Extra inputs are not permitted', 'Field required');
    if (message === undefined) return { ok: true, body: body as ChatCompletionCreateParams };
    return { ok: false, error: { status: 400, type: 'BadRequestError', message } };
  },
  badKey: () => compatibleErrors.badKey,
  notFound: (what) => ({ status: 404, type: 'not_found_error', message: `Not Found: ${what}` }),
  errorBody,
  errorEvent: (error) => serverSentEvent(errorBody(error)),
};

function problemWith({ messages }: ChatCompletionCreateParams): string | undefined {
  for (const [index, message] of messages.entries()) {
    if (message.role === 'developer' || message.role === 'function')
      return `messages.${index}.role: unexpected role '${message.role}'`;
    if (message.role !== 'assistant') continue;
    // The template of the model takes them apart.
    const broken = message.tool_calls?.find(
      (call) => call.type === 'function' && !isObject(call.function.arguments),
    );
    if (broken) return `messages.${index}: Failed to parse tool call arguments as JSON`;
  }
  return problemWithToolMessages(messages);
}

function isObject(json: string): boolean {
  try {
    return isRecord(JSON.parse(json));
  } catch {
    return false;
  }
}

/** What it thought may come back with its answers, in a field that OpenAI does not have. */
function withoutThoughts(body: unknown): unknown {
  if (!isRecord(body) || !Array.isArray(body['messages'])) return body;
  const messages = body['messages'].map((message: unknown) => {
    if (!isRecord(message) || message['role'] !== 'assistant') return message;
    const { reasoning_content: _, ...rest } = message;
    return rest;
  });
  return { ...body, messages };
}

function errorBody({ message, type }: ModelError): unknown {
  return { error: { message, type } };
}
