/** Scripted answers in the real formats of the providers, told apart by the path that was called. */
import type { ServerResponse } from 'node:http';
import { setImmediate as soon, setTimeout as sleep } from 'node:timers/promises';
import type { ModelCall, Provider } from './fake-rooms-door.js';
import { formatOf, type Refusal, type Script } from './provider-formats.js';

const SSE = { 'content-type': 'text/event-stream; charset=utf-8' };

const PLAIN: Script = { parts: [], ending: 'end', thinks: false, calls: [], cached: 0 };

/** A whole answer. `pause`: milliseconds between its pieces. */
export function says(
  parts: readonly string[],
  { pause, ...script }: Partial<Script> & { pause?: number } = {},
): Provider {
  return async (call, response) => {
    response.writeHead(200, SSE);
    const { head, text, tail } = formatOf(call).lines({ ...PLAIN, parts, ...script }, call);
    for (const line of [...head, ...text, ...tail]) {
      response.write(line);
      if (pause) await sleep(pause);
    }
    response.end();
  };
}

/** A whole answer, a few bytes at a time. */
export function trickles(parts: readonly string[]): Provider {
  return async (call, response) => {
    response.writeHead(200, SSE);
    const { head, text, tail } = formatOf(call).lines({ ...PLAIN, parts }, call);
    const bytes = Buffer.from([...head, ...text, ...tail].join(''));
    for (let at = 0; at < bytes.length; at += 7) {
      response.write(bytes.subarray(at, at + 7));
      await soon();
    }
    response.end();
  };
}

/** Some text and then nothing more: `cut` breaks the connection, `short` ends it early, `silent` leaves it open. */
export function breaksOff(
  parts: readonly string[],
  how: 'cut' | 'short' | 'silent',
  script: Partial<Script> = {},
): Provider {
  return (call, response) => {
    response.writeHead(200, SSE);
    response.flushHeaders();
    const { head, text } = formatOf(call).lines({ ...PLAIN, parts, ...script }, call);
    for (const line of [...head, ...text]) response.write(line);
    if (how === 'cut') setTimeout(() => response.destroy(), 20);
    if (how === 'short') response.end();
  };
}

/** An error inside a stream that began well. */
export function failsInside(parts: readonly string[], type: string): Provider {
  return (call, response) => {
    response.writeHead(200, SSE);
    const format = formatOf(call);
    const { head, text } = format.lines({ ...PLAIN, parts }, call);
    response.end([...head, ...text, format.error(type)].join(''));
  };
}

/** A refusal by the provider, in its own form of error body. */
export function refuses(refusal: Refusal): Provider {
  return (call, response) =>
    void response
      .writeHead(refusal.status, { 'content-type': 'application/json', ...refusal.headers })
      .end(JSON.stringify(formatOf(call).refusal(refusal)));
}

/** Any answer at all. */
export const replies =
  (status: number, type: string, body: string): Provider =>
  (_call, response) =>
    void response.writeHead(status, { 'content-type': type }).end(body);

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
