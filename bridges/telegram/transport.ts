/** Carries grammY's calls over the room's own agent, and knows of a failed call whether the request left. */
import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type Agent } from 'node:https';
import type { Socket } from 'node:net';
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
  body: string;
  signal: CallSignal;
}

/** What grammY reads when something other than the Bot API answered: a broken server, to be tried again. */
const NOT_THE_BOT_API = { ok: false, error_code: 502, description: 'not an answer of the Bot API' };

/** A grammY `Api` whose calls go through `agent` and end after `timeout` milliseconds at the latest. */
export function makeApi(token: string, agent: Agent, timeout: number, apiRoot?: string): Api {
  const carry = (url: string, call: Call): Promise<{ json(): unknown }> => send(url, call, agent, timeout);
  return new Api(token, {
    ...(apiRoot === undefined ? {} : { apiRoot }),
    // Only a backstop: `carry` keeps the time, since grammY's own timeout cannot say whether the request left.
    timeoutSeconds: timeout / 1000 + 5,
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
    const length = Buffer.byteLength(call.body);
    const request = start(url, {
      agent,
      method: 'POST',
      headers: { ...call.headers, 'content-length': length },
    });
    const fail = (): void => {
      clearTimeout(timer);
      request.destroy();
      reject(new TransportError(connected));
    };
    const timer = setTimeout(fail, timeout);
    call.signal.addEventListener('abort', fail);
    request.on('error', fail);
    whenConnected(request, () => (connected = true));
    request.on('response', (response) => {
      readAll(response, fail, (text) => {
        clearTimeout(timer);
        resolve({ json: () => answerOf(text) });
      });
    });
    request.end(call.body);
  });
}

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
