/** What an answer looks like on the wire, in the format of each provider. */
import type { ModelCall } from './fake-rooms-door.js';

export interface ScriptedCall {
  id: string;
  name: string;
  /** The arguments, in the pieces in which they come. */
  json: readonly string[];
}

export interface Script {
  parts: readonly string[];
  ending: 'end' | 'length' | 'refusal';
  /** Thinks before it speaks. */
  thinks: boolean;
  calls: readonly ScriptedCall[];
  /** Tokens of the input that were cached, beside the 11 that were not. */
  cached: number;
}

export interface Refusal {
  status: number;
  type?: string;
  code?: string | null;
  message?: string;
  headers?: Record<string, string>;
}

interface Format {
  /** What a stream says before, for each piece of, and after the text. */
  lines(script: Script, call: ModelCall): { head: string[]; text: string[]; tail: string[] };
  /** An error inside a stream. */
  error(type: string): string;
  /** The body of a refusal. */
  refusal(refusal: Refusal): object;
}

const WORDS = 'secret-raw-words';
/** The fresh input and the output of every answer. */
const INPUT = 11;
const OUTPUT = 7;

const anthropicEvent = (data: Record<string, unknown>): string =>
  `event: ${String(data['type'])}\ndata: ${JSON.stringify(data)}\n\n`;

function anthropicBlock(index: number, block: object, deltas: readonly object[]): string[] {
  return [
    anthropicEvent({ type: 'content_block_start', index, content_block: block }),
    ...deltas.map((delta) => anthropicEvent({ type: 'content_block_delta', index, delta })),
    anthropicEvent({ type: 'content_block_stop', index }),
  ];
}

const anthropic: Format = {
  lines({ parts, ending, thinks, calls, cached }, { body }) {
    const stop = { end: 'end_turn', length: 'max_tokens', refusal: 'refusal' }[ending];
    const message = {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      content: [],
      model: body.model,
      stop_reason: null,
      stop_sequence: null,
      usage: {
        input_tokens: INPUT - 1,
        cache_creation_input_tokens: 1,
        cache_read_input_tokens: cached,
        output_tokens: 1,
      },
    };
    const thoughts = [
      { type: 'thinking_delta', thinking: 'Hm' },
      { type: 'thinking_delta', thinking: '…' },
      { type: 'signature_delta', signature: 'signed' },
    ];
    const thinking = anthropicBlock(0, { type: 'thinking', thinking: '', signature: '' }, thoughts);
    const text = anthropicBlock(
      1,
      { type: 'text', text: '' },
      parts.map((part) => ({ type: 'text_delta', text: part })),
    );
    return {
      head: [
        anthropicEvent({ type: 'message_start', message }),
        ...(thinks ? thinking : []),
        ...text.slice(0, 1),
        anthropicEvent({ type: 'ping' }),
      ],
      text: text.slice(1, -1),
      tail: [
        ...text.slice(-1),
        ...calls.flatMap(({ id, name, json }, at) =>
          anthropicBlock(
            at + 2,
            { type: 'tool_use', id, name, input: {} },
            json.map((piece) => ({ type: 'input_json_delta', partial_json: piece })),
          ),
        ),
        anthropicEvent({
          type: 'message_delta',
          delta: {
            stop_reason: calls.length > 0 && ending === 'end' ? 'tool_use' : stop,
            stop_sequence: null,
          },
          usage: { output_tokens: OUTPUT },
        }),
        anthropicEvent({ type: 'message_stop' }),
      ],
    };
  },
  error: (type) => anthropicEvent({ type: 'error', error: { type, message: WORDS } }),
  refusal: ({ type = 'error', message = WORDS }) => ({
    type: 'error',
    error: { type, message },
    request_id: 'req_1',
  }),
};

const openai: Format = {
  lines({ parts, ending, thinks, calls, cached }, { body, path }) {
    const chunk = (data: object): string =>
      `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: body.model, ...data })}\n\n`;
    const delta = (piece: object, finish: string | null = null): string =>
      chunk({ choices: [{ index: 0, delta: piece, finish_reason: finish }], usage: null });
    const stop = {
      end: calls.length > 0 ? 'tool_calls' : 'stop',
      length: 'length',
      refusal: 'content_filter',
    }[ending];
    const thoughts = ['Hm', '…'].map((piece) => delta({ reasoning_content: piece }));
    return {
      head: [
        delta({ role: 'assistant', content: '' }),
        // OpenAI itself keeps them to itself.
        ...(thinks && path.startsWith('compatible/') ? thoughts : []),
      ],
      text: parts.map((content) => delta({ content })),
      tail: [
        ...calls.flatMap(({ id, name, json }, index) => [
          delta({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] }),
          ...json.map((piece) => delta({ tool_calls: [{ index, function: { arguments: piece } }] })),
        ]),
        delta({}, stop),
        chunk({
          choices: [],
          usage: {
            prompt_tokens: INPUT + cached,
            prompt_tokens_details: { cached_tokens: cached },
            completion_tokens: OUTPUT,
            total_tokens: INPUT + cached + OUTPUT,
          },
        }),
        'data: [DONE]\n\n',
      ],
    };
  },
  error: (type) =>
    `data: ${JSON.stringify({ error: { type, message: WORDS, code: null, param: null } })}\n\n`,
  refusal: ({ type = 'error', code = null, message = WORDS }) => ({
    error: { type, code, message, param: null },
  }),
};

const googleStatuses: Record<string, number> = {
  INVALID_ARGUMENT: 400,
  RESOURCE_EXHAUSTED: 429,
  UNAVAILABLE: 503,
};

const google: Format = {
  lines({ parts, ending, thinks, calls, cached }) {
    const usageMetadata = {
      promptTokenCount: INPUT + cached,
      cachedContentTokenCount: cached,
      candidatesTokenCount: OUTPUT - 2,
      thoughtsTokenCount: 2,
    };
    const chunk = (piece: readonly object[], finishReason?: string): string =>
      `data: ${JSON.stringify({
        candidates: [{ content: { role: 'model', parts: piece }, index: 0, finishReason }],
        usageMetadata,
        responseId: 'r1',
      })}\r\n\r\n`;
    const stop = { end: 'STOP', length: 'MAX_TOKENS', refusal: 'SAFETY' }[ending];
    return {
      head: thinks ? [chunk([{ text: 'Hm', thought: true }]), chunk([{ text: '…', thought: true }])] : [],
      text: parts.map((text) => chunk([{ text }])),
      tail: [
        // It writes no JSON but the thing itself, and signs the first call only.
        ...calls.map(({ id, name, json }, at) =>
          chunk([
            {
              functionCall: { id, name, args: JSON.parse(json.join('') || '{}') as unknown },
              ...(thinks && at === 0 && { thoughtSignature: 'signed' }),
            },
          ]),
        ),
        chunk([{ text: '' }], stop),
      ],
    };
  },
  error: (type) =>
    `data: ${JSON.stringify({ error: { code: googleStatuses[type], message: WORDS, status: type } })}\r\n\r\n`,
  refusal: ({ status, type = 'UNKNOWN', code, message = WORDS, headers }) => ({
    error: {
      code: status,
      message,
      status: type,
      details: [
        ...(code ? [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: code }] : []),
        ...(headers?.['retry-after']
          ? [
              {
                '@type': 'type.googleapis.com/google.rpc.RetryInfo',
                retryDelay: `${headers['retry-after']}s`,
              },
            ]
          : []),
      ],
    },
  }),
};

const formats: Record<string, Format> = { anthropic, google };

/** By the path that was called. */
export const formatOf = ({ path }: ModelCall): Format => formats[path.split('/')[0] ?? ''] ?? openai;
