/** The mechanics of a door: HTTP and JSON on a unix socket, each body validated by its schema, each refusal typed. */
import { chmodSync, rmSync } from 'node:fs';
import {
  Agent,
  createServer,
  request,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import * as z from 'zod';
import { AraError, type ErrorCode } from './errors.js';

/** Largest JSON body on a door: a full batch of the largest sealed messages is handed over in several calls. */
export const MAX_DOOR_BODY = 4 * 1_048_576;

export interface DoorCall<Body = unknown> {
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  body: Body;
  /** For the few routes that stream. */
  request: IncomingMessage;
  response: ServerResponse;
}

export interface Route {
  method: string;
  /** `/v1/turns/:id/reply`; a last segment `*` takes the rest. */
  path: string;
  /** Validates the body; without it the body is left unread (the route streams it or has none). */
  body?: z.ZodType;
  /** A returned value is sent as JSON; undefined is 204, unless the handler answered on `response` itself. */
  handle(call: DoorCall): unknown;
}

/** Declares a route so that its handler sees the type of its schema. */
export function route<Schema extends z.ZodType>(
  method: string,
  path: string,
  body: Schema,
  handle: (call: DoorCall<z.infer<Schema>>) => unknown,
): Route {
  return { method, path, body, handle: handle };
}

export interface DoorOptions {
  /** Told about every refusal, for counting. Gets the code only. */
  onRefusal?: (code: ErrorCode) => void;
  /** CONNECT, for the egress door. */
  onConnect?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

/** A server on one unix socket. */
export class DoorServer {
  private readonly server: Server;
  private readonly routes: { route: Route; pattern: RegExp }[];

  constructor(
    routes: Route[],
    private readonly options: DoorOptions = {},
  ) {
    this.routes = routes.map((each) => ({ route: each, pattern: patternOf(each.path) }));
    this.server = createServer((incoming, response) => void this.answer(incoming, response));
    // Both ends are ours and on one machine: an idle connection is kept, so that no call meets a closing one.
    this.server.keepAliveTimeout = 0;
    this.server.requestTimeout = 0;
    if (options.onConnect) this.server.on('connect', options.onConnect);
  }

  /** Listens on the path, in place of a socket that an earlier process left there. */
  async listen(path: string): Promise<void> {
    rmSync(path, { force: true });
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(path, resolve);
    });
    // Who may open the door is decided by the folder that it lies in.
    chmodSync(path, 0o777);
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }

  private async answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const result = await this.dispatch(incoming, response);
      if (response.headersSent) return;
      if (result === undefined) response.writeHead(204).end();
      else sendJson(response, 200, result);
    } catch (error) {
      const refusal = asAraError(error);
      this.options.onRefusal?.(refusal.code);
      if (response.headersSent) response.destroy();
      else {
        // The rest of an unread body is not worth reading; the connection goes with it.
        if (!incoming.complete) response.setHeader('connection', 'close');
        response.setHeader('x-ara-refusal', '1');
        sendJson(response, refusal.status, refusal.body());
      }
    }
  }

  private async dispatch(incoming: IncomingMessage, response: ServerResponse): Promise<unknown> {
    const address = incoming.url ?? '/';
    if (!URL.canParse(address, 'http://door')) throw new AraError('not-found');
    const url = new URL(address, 'http://door');
    const found = this.routes.filter(({ pattern }) => pattern.test(url.pathname));
    if (found.length === 0) throw new AraError('not-found');
    const match = found.find(({ route: each }) => each.method === incoming.method);
    if (!match) throw new AraError('method-not-allowed');
    const params = { ...match.pattern.exec(url.pathname)?.groups };
    const body = match.route.body ? match.route.body.parse(await readJson(incoming)) : undefined;
    return match.route.handle({ params, query: url.searchParams, body, request: incoming, response });
  }
}

export interface StreamedCall {
  headers?: OutgoingHttpHeaders;
  /** Read as the other side takes it. */
  body?: Readable | undefined;
  /** Milliseconds of silence after which it is given up; 0 is never. */
  timeout?: number;
  /** Ends the call, its answer as well. */
  signal?: AbortSignal;
}

/** Bytes of a report on what was sent. */
const MOST_REPORT = 65_536;

/** A client of one door, with its connections kept open. */
export class DoorClient {
  constructor(
    private readonly socketPath: string,
    /** What it means for the caller that nobody listens. */
    private readonly unavailable: ErrorCode,
    private readonly timeout = 30_000,
    private readonly agent = new Agent({ keepAlive: true, maxSockets: 64 }),
  ) {}

  /** @throws AraError as the other side said, or `unavailable` when it did not answer. */
  async call<T>(method: string, path: string, body?: unknown, schema?: z.ZodType<T>): Promise<T> {
    const response = await this.open(method, path, body);
    const text = await readText(response, MAX_DOOR_BODY).catch((error: unknown) => {
      throw new AraError(this.unavailable, undefined, { cause: error });
    });
    const answer = readAnswer(text);
    if ((response.statusCode ?? 500) >= 400) throw AraError.from(answer, 'internal');
    return schema ? inForm(answer, schema) : (undefined as T);
  }

  /** The response as soon as its head is there, for the routes that stream. */
  open(method: string, path: string, body?: unknown, timeout = this.timeout): Promise<IncomingMessage> {
    const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          socketPath: this.socketPath,
          method,
          path,
          agent: this.agent,
          timeout,
          headers: payload ? { 'content-type': 'application/json', 'content-length': payload.length } : {},
        },
        resolve,
      );
      outgoing.on('timeout', () => outgoing.destroy(new Error('timeout')));
      outgoing.on('error', (error) => reject(new AraError(this.unavailable, undefined, { cause: error })));
      outgoing.end(payload);
    });
  }

  /**
   * Sends bytes and gives the answer as soon as its head is there, its bytes unread. @throws AraError as the other side
   * said, or `unavailable`
   */
  async stream(method: string, path: string, call: StreamedCall = {}): Promise<IncomingMessage> {
    const response = await this.begin(method, path, call);
    if ((response.statusCode ?? 500) < 400) return response;
    const said = await readText(response, MAX_DOOR_BODY).catch(() => '');
    throw AraError.from(readAnswer(said), 'internal');
  }

  /** Sends bytes for as long as it takes, and reads what the other side reports of them. @throws AraError as `stream` */
  async upload<T>(path: string, body: Readable, schema: z.ZodType<T>): Promise<T> {
    const headers = { 'content-type': 'application/octet-stream' };
    const response = await this.stream('PUT', path, { body, headers, timeout: 0 });
    const text = await readText(response, MOST_REPORT).catch((error: unknown) => {
      throw new AraError(this.unavailable, undefined, { cause: error });
    });
    return inForm(readAnswer(text), schema);
  }

  close(): void {
    this.agent.destroy();
  }

  private begin(method: string, path: string, call: StreamedCall): Promise<IncomingMessage> {
    const { headers = {}, body, timeout = this.timeout, signal } = call;
    const { socketPath, agent } = this;
    return new Promise((resolve, reject) => {
      const options = { socketPath, method, path, agent, timeout, headers, ...(signal ? { signal } : {}) };
      const outgoing = request(options, resolve);
      const lost = (cause: Error): void => {
        body?.off('error', broken);
        // What is left of it nobody takes.
        body?.unpipe(outgoing).resume();
        reject(new AraError(this.unavailable, undefined, { cause }));
      };
      const broken = (error: Error): void => void outgoing.destroy(error);
      outgoing.on('timeout', () => outgoing.destroy(new Error('timeout')));
      outgoing.on('error', lost);
      if (!body) {
        outgoing.end();
        return;
      }
      // A sender who goes away in the middle must not leave a shorter file behind.
      body.on('error', broken);
      body.once('close', () => {
        if (!body.readableEnded) outgoing.destroy(new Error('the sender went away'));
      });
      body.pipe(outgoing);
    });
  }
}

/** @throws AraError `internal` */
function inForm<T>(answer: unknown, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(answer);
  if (!parsed.success) throw new AraError('internal', 'the other side answered out of form');
  return parsed.data;
}

/** The bytes of a body, for who reads them bit by bit. It is not ended by who stops. @throws Error when the sender goes away */
export async function* bodyOf(request: IncomingMessage): AsyncGenerator<Buffer> {
  for await (const piece of request.iterator({ destroyOnReturn: false })) yield piece as Buffer;
}

/**
 * Resolves when nothing of a body is left. Who sends the rest hears of a refusal once it is sent, and what came and was not
 * read would hold the connection's next call up.
 */
export async function drained(request: IncomingMessage): Promise<void> {
  if (request.readableEnded || request.destroyed) return;
  const over = new Promise((resolve) => request.once('end', resolve).once('close', resolve));
  request.resume();
  await over;
}

/** @throws AraError `too-large` past `limit` bytes. */
export async function readBody(incoming: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    size += (chunk as Buffer).length;
    if (size > limit) throw new AraError('too-large');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

const readText = async (incoming: IncomingMessage, limit: number): Promise<string> =>
  (await readBody(incoming, limit)).toString('utf8');

async function readJson(incoming: IncomingMessage): Promise<unknown> {
  return parseJson(await readText(incoming, MAX_DOOR_BODY));
}

/** What the other side said; what is not JSON is nothing that was agreed on. */
function readAnswer(text: string): unknown {
  try {
    return text ? (JSON.parse(text) as unknown) : undefined;
  } catch {
    return undefined;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new AraError('bad-request', 'not JSON');
  }
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const payload = Buffer.from(JSON.stringify(value));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': payload.length });
  response.end(payload);
}

/** Any error as a typed one; a schema's complaint names the fields, never their values. */
export function asAraError(error: unknown): AraError {
  if (error instanceof AraError) return error;
  if (error instanceof z.ZodError) {
    const fields = error.issues.slice(0, 5).map((issue) => issue.path.join('.') || 'body');
    return new AraError('bad-request', fields.join(', '));
  }
  return new AraError('internal', undefined, { cause: error });
}

function patternOf(path: string): RegExp {
  const source = path
    .replace(/\/\*$/, '/(?<rest>.+)')
    .replace(/:(\w+)/g, (_match, name: string) => `(?<${name}>[^/]+)`);
  return new RegExp(`^${source}$`);
}
