/** A Google on this machine: the Gemini API's content generation, whole and streamed, with scripted answers. */
import { createHash } from 'node:crypto';
import type { Candidate, Content, FinishReason, GenerateContentResponse, Part } from '@google/genai';
import { generateContent, type GenerateContent, type GoogleRequest } from './google-request.js';
import { problemWithContents, signsCalls } from './google-rules.js';
import type { ListenerOptions } from '../listener.js';
import type { Dialect, FullAnswer, ModelError, StreamedAnswer } from './model-answer.js';
import { FakeModelServer } from './model-server.js';
import { whatIsWrong } from './request-schema.js';
import { saidIn, type Said, type SaidMessage } from '../said.js';

export type FakeGoogle = FakeModelServer<GoogleRequest>;

/** Errors as the real API words them, for scripts. */
export const googleErrors = {
  overloaded: {
    status: 503,
    type: 'UNAVAILABLE',
    message: 'The model is overloaded. Please try again later.',
  },
  rateLimited: {
    status: 429,
    type: 'RESOURCE_EXHAUSTED',
    message: 'You exceeded your current quota, please check your plan and billing details.',
    retryAfter: 1,
  },
  overQuota: {
    status: 429,
    type: 'RESOURCE_EXHAUSTED',
    message: 'You exceeded your current quota, please check your plan and billing details.',
  },
  badKey: {
    status: 400,
    type: 'INVALID_ARGUMENT',
    code: 'API_KEY_INVALID',
    message: 'API key not valid. Please pass a valid API key.',
  },
  forbidden: {
    status: 403,
    type: 'PERMISSION_DENIED',
    message: 'Your project has been denied access.',
  },
  tooLong: {
    status: 400,
    type: 'INVALID_ARGUMENT',
    message: 'The input token count (1048577) exceeds the maximum number of tokens allowed (1048576).',
  },
  broken: { status: 500, type: 'INTERNAL', message: 'An internal error has occurred.' },
} as const satisfies Record<string, ModelError>;

export async function startFakeGoogle(
  options: ListenerOptions & { keys?: Iterable<string> } = {},
): Promise<FakeGoogle> {
  const server = new FakeModelServer(options, dialect(new Set()));
  await server.start();
  return server;
}

/** The SDK asks for `v1` by itself; both versions are served. */
const ADDRESS = /^\/v1(?:beta)?\/models\/([^/:]+):(generateContent|streamGenerateContent)$/;

/** `signatures` are those that it has given away. */
function dialect(signatures: Set<string>): Dialect<GoogleRequest> {
  return {
    serves: ({ pathname, searchParams }) =>
      ADDRESS.test(pathname) && pathname.includes(':stream') === (searchParams.get('alt') === 'sse'),
    lists: ({ pathname }) => /^\/v1(beta)?\/models$/.test(pathname),
    keyOf: (headers) => {
      const key = headers['x-goog-api-key'];
      return typeof key === 'string' ? key : undefined;
    },
    retryInBody: true,
    parse(body, _headers, { pathname }) {
      const parsed = generateContent.safeParse(body);
      const [, model = '', method] = ADDRESS.exec(pathname) ?? [];
      const request = { ...(body as GenerateContent), model, stream: method === 'streamGenerateContent' };
      const message = parsed.success
        ? problemWithContents(request, signatures)
        : whatIsWrong(parsed.error, 'Cannot find field.', 'Required.');
      if (message === undefined) return { ok: true, body: request };
      return { ok: false, error: { status: 400, type: 'INVALID_ARGUMENT', message } };
    },
    badKey: (key) =>
      key === undefined
        ? {
            status: 403,
            type: 'PERMISSION_DENIED',
            message: "Method doesn't allow unregistered callers (callers without established identity).",
          }
        : googleErrors.badKey,
    notFound: (what) => ({ status: 404, type: 'NOT_FOUND', message: `${what} is not found` }),
    errorBody,
    errorEvent: (error) => event(errorBody(error)),
    streams: ({ stream }) => stream,
    thinks: ({ generationConfig }) => generationConfig?.thinkingConfig?.thinkingBudget !== 0,
    said: saidTo,
    callPrefix: 'call-',
    whole: (request, answer) => {
      const { thoughts, texts, calls } = partsOf(request, answer, signatures);
      const [thought, text] = [thoughts, texts].map(joined);
      return responseOf(request, answer, [...(thought ?? []), ...(text ?? []), ...calls], answer.stop);
    },
    stream: (request, answer) => streamOf(request, answer, signatures),
  };
}

/** Google's lines end as HTTP's do. */
const event = (data: unknown): string => `data: ${JSON.stringify(data)}\r\n\r\n`;

interface Parts {
  thoughts: Part[];
  texts: Part[];
  calls: Part[];
}

function partsOf(
  { model, generationConfig }: GoogleRequest,
  answer: FullAnswer,
  signatures: Set<string>,
): Parts {
  const { includeThoughts = false } = generationConfig?.thinkingConfig ?? {};
  const calls = answer.toolCalls.map(({ id, name, arguments: pieces }): Part => {
    const args = JSON.parse(pieces.join('')) as Record<string, unknown>;
    return { functionCall: { ...(signsCalls(model) && { id }), name, args } };
  });
  const [first, ...others] = calls;
  return {
    thoughts: includeThoughts ? answer.thinking.map((text) => ({ text, thought: true })) : [],
    texts: answer.text.map((text) => ({ text })),
    calls: first && signsCalls(model) ? [{ ...first, ...signed(answer, signatures) }, ...others] : calls,
  };
}

/** Of several calls at once only the first one is signed. */
function signed({ id, thinking }: FullAnswer, signatures: Set<string>): Part {
  const thoughtSignature = createHash('sha512')
    .update([id, ...thinking].join('\n'))
    .digest('base64');
  signatures.add(thoughtSignature);
  return { thoughtSignature };
}

/** A whole answer has its text in one part. */
function joined(parts: readonly Part[]): Part[] {
  const [first] = parts;
  return first ? [{ ...first, text: parts.map(({ text }) => text).join('') }] : [];
}

function streamOf(request: GoogleRequest, answer: FullAnswer, signatures: Set<string>): StreamedAnswer {
  const { thoughts, texts, calls } = partsOf(request, answer, signatures);
  // The last piece carries the end, so that a stream which breaks off has none.
  const chunks = [...thoughts, ...texts, ...calls].map((part) => event(responseOf(request, answer, [part])));
  return { start: '', pieces: chunks, end: event(responseOf(request, answer, [{ text: '' }], answer.stop)) };
}

const FINISH_REASONS = { end: 'STOP', tools: 'STOP', length: 'MAX_TOKENS' } as const satisfies Record<
  FullAnswer['stop'],
  `${FinishReason}`
>;

type Response = Pick<GenerateContentResponse, 'usageMetadata' | 'modelVersion' | 'responseId'> & {
  candidates: (Omit<Candidate, 'finishReason'> & { finishReason?: `${FinishReason}` })[];
};

function responseOf(
  { model }: GoogleRequest,
  { id, tokens }: FullAnswer,
  parts: Part[],
  stop?: FullAnswer['stop'],
): Response {
  const { input, cached, output, thinking } = tokens;
  // Google has no price of its own for what it newly puts into its cache.
  const prompt = input + cached + tokens.cacheWrite;
  return {
    candidates: [
      { content: { parts, role: 'model' }, index: 0, ...(stop && { finishReason: FINISH_REASONS[stop] }) },
    ],
    usageMetadata: {
      promptTokenCount: prompt,
      candidatesTokenCount: output - thinking,
      totalTokenCount: prompt + output,
      ...(cached > 0 && { cachedContentTokenCount: cached }),
      ...(thinking > 0 && { thoughtsTokenCount: thinking }),
    },
    modelVersion: model,
    responseId: id,
  };
}

function errorBody({ status, type, message, code, retryAfter }: ModelError): unknown {
  const of = (name: string) => `type.googleapis.com/google.rpc.${name}`;
  const details = [
    ...(code ? [{ '@type': of('ErrorInfo'), reason: code, domain: 'googleapis.com' }] : []),
    ...(retryAfter === undefined ? [] : [{ '@type': of('RetryInfo'), retryDelay: `${retryAfter}s` }]),
  ];
  return { error: { code: status, message, status: type, ...(details.length > 0 && { details }) } };
}

function saidTo({ contents, systemInstruction, tools = [] }: GoogleRequest): Said {
  const declared = tools.flatMap(({ functionDeclarations = [] }) => functionDeclarations);
  return saidIn(contents.map(saidMessage), {
    system: systemInstruction ? textsOf(systemInstruction).join('\n') : '',
    tools: declared.map(({ name = '' }) => name),
  });
}

function saidMessage(content: Content): SaidMessage {
  const { parts = [], role } = content;
  return {
    by: role === 'user' ? 'user' : 'model',
    texts: textsOf(content),
    results: parts.flatMap(({ functionResponse }) => {
      if (!functionResponse) return [];
      const { id = '', name = '', response = {} } = functionResponse;
      const told = response['output'] ?? response['error'] ?? response;
      return [{ id, name, text: typeof told === 'string' ? told : JSON.stringify(told) }];
    }),
  };
}

const textsOf = ({ parts = [] }: Content): string[] =>
  parts.flatMap(({ text, thought }) => (text === undefined || thought ? [] : [text]));
