/** Carries calls over the room's own agent, and knows of a failed call whether the request left. */
import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { request as httpsRequest, type Agent } from 'node:https';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { TLSSocket } from 'node:tls';

/** A call got no answer. Holds no cause: what Node throws may name the address, and parts of it are secret. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  constructor(
    /** Whether the connection stood, so that the platform may have taken the request. */
    readonly sent: boolean,
    /** Whether the connection was one that had been used before, and was closed. */
    readonly onOldConnection = false,
  ) {
    super(sent ? 'no answer' : 'no connection');
  }
}

export interface Call {
  method: string;
  url: URL;
  headers: OutgoingHttpHeaders;
  body?: string | Readable;
  /** How long nothing may move, milliseconds. */
  timeout: number;
  signal?: AbortSignal | undefined;
}

/** Most bytes of an answer that is read as a whole. */
const LARGEST_ANSWER = 64_000_000;

/**
 * Gives the answer once its head is there; its body is the caller's to read. A call that went out on a connection which the
 * other side had closed is made once more: all calls of Matrix may be.
 * @throws TransportError
 */
export async function carry(agent: Agent, call: Call): Promise<IncomingMessage> {
  try {
    return await attempt(agent, call);
  } catch (error) {
    if (!(error instanceof TransportError) || !error.onOldConnection || typeof call.body === 'object')
      throw error;
    return attempt(agent, call);
  }
}

function attempt(agent: Agent, call: Call): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    let connected = false;
    if (call.signal?.aborted || call.url.protocol !== 'https:') return reject(new TransportError(false));
    const request = httpsRequest(call.url, { agent, method: call.method, headers: call.headers });
    const fail = (cause?: unknown): void => {
      clearTimeout(timer);
      request.destroy();
      if (typeof call.body === 'object') call.body.destroy();
      const { code } = (cause ?? {}) as { code?: unknown };
      const wasClosed = code === 'ECONNRESET' || code === 'EPIPE';
      reject(new TransportError(connected, wasClosed && request.reusedSocket));
    };
    const timer = setTimeout(fail, call.timeout);
    call.signal?.addEventListener('abort', fail, { once: true });
    request.on('error', fail);
    whenConnected(request, () => (connected = true));
    request.on('response', (response) => {
      clearTimeout(timer);
      response.setTimeout(call.timeout, () => response.destroy(new TransportError(true)));
      response.once('close', () => call.signal?.removeEventListener('abort', fail));
      resolve(response);
    });
    if (typeof call.body === 'object') {
      call.body
        .on('data', () => timer.refresh())
        .on('error', fail)
        .pipe(request);
    } else request.end(call.body);
  });
}

/** @throws TransportError */
export function readWhole(response: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const fail = (): void => {
      response.destroy();
      reject(new TransportError(true));
    };
    response.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > LARGEST_ANSWER) fail();
      else chunks.push(chunk);
    });
    response.on('error', fail);
    response.on('close', () => {
      if (response.complete) resolve(Buffer.concat(chunks));
      else fail();
    });
  });
}

function whenConnected(request: ClientRequest, then: () => void): void {
  request.once('socket', (socket: Socket & Partial<TLSSocket> & { secureConnecting?: boolean }) => {
    if (socket.secureConnecting) socket.once('secureConnect', then);
    else if (socket.connecting) socket.once('connect', then);
    else then();
  });
}
