/** Scripted answers in the real formats of the providers, told apart by the path that was called. */
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ModelCall, Provider } from './fake-rooms-door.js';

export const SSE = { 'content-type': 'text/event-stream; charset=utf-8' };

const isAnthropic = (call: ModelCall): boolean => call.path.startsWith('anthropic/');

/** What a stream says before, for each piece of, and after the text. */
function linesOf(call: ModelCall, parts: readonly string[], ending: 'end' | 'length' | 'refusal') {
  const event = (data: Record<string, unknown>): string =>
    `event: ${String(data['type'])}\ndata: ${JSON.stringify(data)}\n\n`;
  const chunk = (data: object): string =>
    `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: call.body.model, ...data })}\n\n`;
  if (isAnthropic(call)) {
    const stop = { end: 'end_turn', length: 'max_tokens', refusal: 'refusal' }[ending];
    const usage = {
      input_tokens: 11,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      output_tokens: 1,
    };
    return {
      head: [
        event({
          type: 'message_start',
          message: {
            id: 'msg_1',
            type: 'message',
            role: 'assistant',
            content: [],
            model: call.body.model,
            stop_reason: null,
            stop_sequence: null,
            usage,
          },
        }),
        event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
        event({ type: 'ping' }),
      ],
      text: parts.map((text) =>
        event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }),
      ),
      tail: [
        event({ type: 'content_block_stop', index: 0 }),
        event({
          type: 'message_delta',
          delta: { stop_reason: stop, stop_sequence: null },
          usage: { output_tokens: 7 },
        }),
        event({ type: 'message_stop' }),
      ],
    };
  }
  const finish = { end: 'stop', length: 'length', refusal: 'content_filter' }[ending];
  return {
    head: [
      chunk({
        choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }],
        usage: null,
      }),
    ],
    text: parts.map((content) =>
      chunk({ choices: [{ index: 0, delta: { content }, finish_reason: null }], usage: null }),
    ),
    tail: [
      chunk({ choices: [{ index: 0, delta: {}, finish_reason: finish }], usage: null }),
      chunk({ choices: [], usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 } }),
      'data: [DONE]\n\n',
    ],
  };
}

/** A whole answer. `pause`: milliseconds between its pieces. */
export function says(
  parts: readonly string[],
  options: { ending?: 'end' | 'length' | 'refusal'; pause?: number } = {},
): Provider {
  return async (call, response) => {
    response.writeHead(200, SSE);
    const { head, text, tail } = linesOf(call, parts, options.ending ?? 'end');
    for (const line of [...head, ...text, ...tail]) {
      response.write(line);
      if (options.pause) await sleep(options.pause);
    }
    response.end();
  };
}

/** Some text and then nothing more: `cut` breaks the connection, `short` ends it early, `silent` leaves it open. */
export function breaksOff(parts: readonly string[], how: 'cut' | 'short' | 'silent'): Provider {
  return (call, response) => {
    response.writeHead(200, SSE);
    const { head, text } = linesOf(call, parts, 'end');
    for (const line of [...head, ...text]) response.write(line);
    if (how === 'cut') setTimeout(() => response.destroy(), 20);
    if (how === 'short') response.end();
  };
}

/** An error inside a stream that began well. */
export function failsInside(parts: readonly string[], type: string): Provider {
  return (call, response) => {
    response.writeHead(200, SSE);
    const { head, text } = linesOf(call, parts, 'end');
    const error = { type, message: 'secret-raw-words' };
    const line = isAnthropic(call)
      ? `event: error\ndata: ${JSON.stringify({ type: 'error', error })}\n\n`
      : `data: ${JSON.stringify({ error: { ...error, code: null, param: null } })}\n\n`;
    response.end([...head, ...text, line].join(''));
  };
}

export interface Refusal {
  status: number;
  type?: string;
  code?: string | null;
  message?: string;
  headers?: Record<string, string>;
}

/** A refusal by the provider, in its own form of error body. */
export function refuses({
  status,
  type = 'error',
  code = null,
  message = 'secret-raw-words',
  headers = {},
}: Refusal): Provider {
  return (call, response) => {
    const error = isAnthropic(call) ? { type, message } : { type, code, message, param: null };
    const body = isAnthropic(call) ? { type: 'error', error, request_id: 'req_1' } : { error };
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
}

/** A refusal by the door itself. */
export const doorRefuses =
  (status: number, code: string): Provider =>
  (_call, response) =>
    void response
      .writeHead(status, { 'content-type': 'application/json', 'x-ara-refusal': '1' })
      .end(JSON.stringify({ error: { code, message: 'No.' } }));

/** One after the other; the last one stays. */
export function inTurn(...providers: readonly Provider[]): Provider {
  let at = 0;
  return (call, response) => providers[Math.min(at++, providers.length - 1)]?.(call, response);
}

/** By the provider's name. */
export const byProvider =
  (providers: Record<string, Provider>): Provider =>
  (call: ModelCall, response: ServerResponse) =>
    providers[call.path.split('/')[0] ?? '']?.(call, response);
