/** Carries grammY's calls over the room's own agent, and knows of a failed call whether the request left. */
import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type Agent } from 'node:https';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { Api } from 'grammy';

/** A call got no answer. Holds no cause: what Node throws may name the address, and the token is part of it. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  /** Whether the connection stood, so that the platform may have taken the request. */
  constructor(readonly sent: boolean) {
    super(sent ? 'no answer' : 'no connection');
  }
}

interface CallSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
}

interface Call {
  headers: Record<string, string>;
  /** A stream where the call holds a file. */
  body: string | Readable;
  signal: CallSignal;
}

/** What grammY reads when something other than the Bot API answered: a broken server, to be tried again. */
const NOT_THE_BOT_API = { ok: false, error_code: 502, description: 'not an answer of the Bot API' };

/** In seconds. `carry` keeps the time, since grammY's own timeout cannot say whether the request left. */
const BACKSTOP = 3_600;

/**
 * A grammY `Api` whose calls go through `agent` and end when there is no answer `timeout` milliseconds after the request was
 * sent, or after the last piece of a file that was.
 */
export function makeApi(token: string, agent: Agent, timeout: number, apiRoot?: string): Api {
  const carry = (url: string, call: Call): Promise<{ json(): unknown }> => send(url, call, agent, timeout);
  return new Api(token, {
    ...(apiRoot === undefined ? {} : { apiRoot }),
    timeoutSeconds: BACKSTOP,
    sensitiveLogs: false,
    // grammY asks for the type of node-fetch, but uses no more than `json()` of the answer.
    fetch: carry as never,
  });
}

type GrammySignal = NonNullable<Parameters<Api['getMe']>[0]>;

/** grammY declares the signal of a polyfill; at run time it asks only for `aborted` and its event. */
export const forGrammy = (signal: AbortSignal | undefined): GrammySignal | undefined =>
  signal as unknown as GrammySignal | undefined;

function send(url: string, call: Call, agent: Agent, timeout: number): Promise<{ json(): unknown }> {
  return new Promise((resolve, reject) => {
    let connected = false;
    if (call.signal.aborted) return reject(new TransportError(false));
    const start = url.startsWith('https:') ? httpsRequest : httpRequest;
    const request = start(url, {
      agent,
      method: 'POST',
      headers: { ...call.headers, ...lengthOf(call.body) },
    });
    const close = (): void => {
      clearTimeout(timer);
      if (typeof call.body !== 'string') call.body.destroy();
      if (!request.writableFinished) request.destroy();
    };
    const fail = (): void => {
      request.destroy();
      close();
      reject(new TransportError(connected));
    };
    const timer = setTimeout(fail, timeout);
    call.signal.addEventListener('abort', fail);
    request.on('error', fail);
    whenConnected(request, () => (connected = true));
    request.on('response', (response) => {
      readAll(response, fail, (text) => {
        close();
        resolve({ json: () => answerOf(text) });
      });
    });
    if (typeof call.body === 'string') request.end(call.body);
    else
      call.body
        .on('data', () => timer.refresh())
        .on('error', fail)
        .pipe(request);
  });
}

/** A stream goes out in chunks. */
const lengthOf = (body: string | Readable): { 'content-length'?: number } =>
  typeof body === 'string' ? { 'content-length': Buffer.byteLength(body) } : {};

function whenConnected(request: ClientRequest, then: () => void): void {
  request.once('socket', (socket: Socket & Partial<TLSSocket> & { secureConnecting?: boolean }) => {
    if (socket.secureConnecting) socket.once('secureConnect', then);
    else if (socket.connecting) socket.once('connect', then);
    else then();
  });
}

function readAll(response: IncomingMessage, fail: () => void, done: (text: string) => void): void {
  let text = '';
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => (text += chunk));
  response.on('error', fail);
  response.on('end', () => {
    if (response.complete) done(text);
    else fail();
  });
}

function answerOf(text: string): unknown {
  try {
    const answer: unknown = JSON.parse(text);
    return typeof answer === 'object' && answer !== null && 'ok' in answer ? answer : NOT_THE_BOT_API;
  } catch {
    return NOT_THE_BOT_API;
  }
}
