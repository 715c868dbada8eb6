/**
 * A stand-in for the gateway behind the dashboard: the routes with sample data that changes as real data would, served
 * together with the built dashboard. For looking at pages and for tests of the pages alone; no container, no database.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newKeyPair } from '../../contracts/seal.js';
import { DashboardFiles, type FileAnswer } from '../../gateway/src/api/dashboard-files.js';
import { Refuse, routes } from './dashboard-routes.js';
import { sampleData, type DashboardData, type Scenario } from './dashboard-data.js';

export interface Ask {
  params: string[];
  query: URLSearchParams;
  body: Record<string, unknown>;
  api: DashboardApi;
}

export class DashboardApi {
  readonly data: DashboardData;
  /** The container's, which opens what the browser sealed. */
  readonly container = newKeyPair();
  private readonly files = new DashboardFiles();
  private readonly server: Server;
  private readonly listeners = { events: new Set<ServerResponse>(), chat: new Set<ServerResponse>() };
  /** What each route was asked for, such as `PUT /v1/me/budget`. */
  readonly calls: string[] = [];

  constructor(scenario: Scenario) {
    this.data = sampleData(scenario);
    this.server = createServer((request, response) => {
      this.handle(request, response).catch((error: unknown) => refuse(response, error));
    });
  }

  async start(port = 0): Promise<string> {
    await new Promise<void>((done) => this.server.listen(port, '127.0.0.1', done));
    return `http://localhost:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((done) => this.server.close(() => done()));
  }

  /** Says on a stream of events that something happened. */
  tell(stream: 'events' | 'chat', event: unknown): void {
    for (const listener of this.listeners[stream]) listener.write(`data: ${JSON.stringify(event)}\n\n`);
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (!url.pathname.startsWith('/v1/')) return this.serve(url.pathname, request, response);
    const stream = /^\/v1\/me\/(?:(chat)\/)?events$/.exec(url.pathname);
    if (stream) return this.stream(stream[1] ? 'chat' : 'events', response);
    this.calls.push(`${request.method ?? ''} ${url.pathname}`);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    const isJson = request.headers['content-type']?.startsWith('application/json') && bytes.length > 0;
    const body = isJson ? (JSON.parse(bytes.toString()) as Record<string, unknown>) : { bytes };
    for (const [pattern, route] of Object.entries(routes)) {
      const match = new RegExp(`^${pattern.replace(/:\w+/g, '([^/]+)')}$`).exec(
        `${request.method ?? ''} ${url.pathname}`,
      );
      if (!match) continue;
      const params = match.slice(1).map(decodeURIComponent);
      const answer = await route({ params, query: url.searchParams, body, api: this });
      return send(response, answer);
    }
    throw new Refuse(404, 'not-found', 'There is no such thing here. Check the name or the address.');
  }

  private stream(name: 'events' | 'chat', response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(': hello\n\n');
    this.listeners[name].add(response);
    response.once('close', () => this.listeners[name].delete(response));
  }

  private async serve(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const accepts = request.headers['accept-encoding']?.toString() ?? '';
    const asset = /^\/assets\/([^/]+)$/.exec(path)?.[1];
    const answer: FileAnswer | null = asset
      ? await this.files.asset(asset, accepts, undefined)
      : await this.files.page(accepts, undefined);
    if (!answer) throw new Refuse(404, 'not-found', 'No such file.');
    response.writeHead(answer.status, answer.headers).end(answer.body ?? undefined);
  }
}

function send(response: ServerResponse, answer: unknown): void {
  if (answer === undefined) response.writeHead(204).end();
  else if (typeof answer === 'string') response.writeHead(200, { 'content-type': 'text/csv' }).end(answer);
  else if (answer instanceof Uint8Array)
    response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(answer);
  else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
}

function refuse(response: ServerResponse, error: unknown): void {
  const { status, code, message } =
    error instanceof Refuse ? error : new Refuse(500, 'internal', `The fake failed: ${String(error)}`);
  response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(JSON.stringify({ error: { code, message } }));
}
