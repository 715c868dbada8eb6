/** A `fetch` for the providers' libraries that can reach nothing but the bridge room's socket. */
import type { IncomingMessage } from 'node:http';
import { headOf, readText, type SocketHttp } from './socket-http.js';

export type DoorFetch = typeof globalThis.fetch;

/** The door itself refused: the request never reached the provider, or the provider was not there. */
export class DoorRefusal extends Error {
  override readonly name = 'DoorRefusal';

  constructor(readonly code: string) {
    super(`the door refused: ${code}`);
  }
}

/** The provider was silent for longer than an answer may take. */
export class DoorSilence extends Error {
  override readonly name = 'DoorSilence';
}

/** Milliseconds. Any byte counts as a sign of life, so that a provider's keep-alive lines hold a slow answer open. */
export interface Patience {
  firstByte: number;
  silence: number;
}

export const PATIENCE: Patience = { firstByte: 30_000, silence: 60_000 };

export function createDoorFetch(http: SocketHttp, patience: Patience = PATIENCE): DoorFetch {
  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const body = payloadOf(init.body);
    const headers = Object.fromEntries(new Headers(init.headers));
    delete headers['host'];
    headers['content-length'] = String(Buffer.byteLength(body));

    const outgoing = http.request(init.method ?? 'GET', url.pathname + url.search, headers);
    const timer = setTimeout(() => outgoing.destroy(new DoorSilence()), patience.firstByte);
    const signal = init.signal ?? new AbortController().signal;
    const incoming = await headOf(outgoing, signal, body).finally(() => clearTimeout(timer));

    if (incoming.headers['x-ara-refusal']) throw new DoorRefusal(codeOf(await readText(incoming)));
    return responseOf(incoming, patience.silence);
  };
}

function payloadOf(body: unknown): string | Uint8Array {
  if (body === undefined || body === null) return '';
  if (typeof body === 'string' || body instanceof Uint8Array) return body;
  throw new TypeError('only text and bytes pass the door');
}

function responseOf(incoming: IncomingMessage, silence: number): Response {
  const status = incoming.statusCode ?? 500;
  const headers = new Headers();
  for (const [name, values] of Object.entries(incoming.headersDistinct))
    for (const value of values ?? []) headers.append(name, value);
  // The standard allows no body on these, not even an empty one.
  const empty = status === 204 || status === 205 || status === 304;
  if (empty) incoming.resume();
  return new Response(empty ? null : streamOf(incoming, silence), { status, headers });
}

/** The body, read only as fast as it is asked for; the clock of the silence runs only while somebody waits. */
function streamOf(incoming: IncomingMessage, silence: number): ReadableStream<Uint8Array> {
  const chunks = incoming[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const timer = setTimeout(() => incoming.destroy(new DoorSilence()), silence);
        try {
          const next = await chunks.next();
          if (next.done) controller.close();
          else controller.enqueue(next.value as Buffer);
        } finally {
          clearTimeout(timer);
        }
      },
      cancel() {
        incoming.destroy();
      },
    },
    { highWaterMark: 0 },
  );
}

export function codeOf(text: string): string {
  try {
    const body = JSON.parse(text) as { error?: { code?: unknown } } | null;
    return typeof body?.error?.code === 'string' ? body.error.code : 'internal';
  } catch {
    return 'internal';
  }
}
