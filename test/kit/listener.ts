/** What every fake server shares: a keep-alive listener with or without TLS, whole bodies, JSON and SSE answers. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

export interface ListenerOptions {
  /** Without it the fake speaks plain HTTP. */
  tls?: { cert: string; key: string };
  /** 0, the default, takes any free port. */
  port?: number;
}

export type Handler = (
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
) => void | Promise<void>;

/** Keeps its port over `stop` and `start`, so that clients find the same address again. */
export class Listener {
  #port: number;
  #server: Server | undefined;
  readonly #sockets = new Set<Socket>();

  constructor(
    private readonly options: ListenerOptions,
    private readonly handler: Handler,
  ) {
    this.#port = options.port ?? 0;
  }

  get port(): number {
    return this.#port;
  }

  /** By address, not by name: it spares each connection a look-up. No slash at the end. */
  get url(): string {
    return `${this.options.tls ? 'https' : 'http'}://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    if (this.#server) return;
    const take = (request: IncomingMessage, response: ServerResponse): void => this.#take(request, response);
    const server = this.options.tls ? createTlsServer(this.options.tls, take) : createServer(take);
    // Node's default of 5 s closes idle connections under the client and makes stray ECONNRESETs.
    server.keepAliveTimeout = 120_000;
    server.requestTimeout = 0;
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, '127.0.0.1', resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Cuts every connection at once, as a crash or a pulled cable would. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** Async, so that what the handler throws at once is caught as well. */
  async #answer(request: IncomingMessage, response: ServerResponse, body: Buffer): Promise<void> {
    await this.handler(request, response, body);
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.once('error', () => response.destroy());
    // Clients that go away in the middle of an answer are what some tests are about.
    response.on('error', () => undefined);
    request.once('end', () => {
      const body = parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
      // A bug in a fake must be seen as one, not as a request that never ends.
      this.#answer(request, response, body).catch((error: unknown) => {
        if (response.headersSent) response.destroy();
        else sendJson(response, 599, { fakeServerBug: String(error) });
      });
    });
  }
}

export function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): void {
  if (response.destroyed) return;
  const body = JSON.stringify(value);
  const length = String(Buffer.byteLength(body));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': length, ...headers });
  response.end(body);
}

export function openEventStream(response: ServerResponse, headers: Record<string, string> = {}): void {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    ...headers,
  });
}

/** One server-sent event; OpenAI's carry no name. */
export function serverSentEvent(data: unknown, name?: string): string {
  return `${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`;
}

/** Ends a connection the hard way, in the middle of whatever the client waits for. */
export function reset({ socket }: ServerResponse): void {
  // Node can send a reset only on a bare socket; under TLS the missing farewell has the same effect.
  if (socket instanceof TLSSocket) socket.destroy();
  else socket?.resetAndDestroy();
}
