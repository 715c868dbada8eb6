/** Content over the gateway's own HTTP server, with a container that is a real door: what goes through, and what ends it. */
import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { request, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Global, Module, StandardSchemaValidationPipe, type ExecutionContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DoorClient, DoorServer, readBody, type DoorCall } from '../../../../contracts/door-http.js';
import { AraError } from '../../../../contracts/errors.js';
import { accountId } from '../../../../contracts/ids.js';
import { ContainerManager } from '../../containers/container-manager.service.js';
import { limitSlowSenders, readBodies } from '../../http-server.js';
import { Refusals } from '../../health/refusals.js';
import type { RequestWithViewer, Viewer } from '../access.js';
import { ErrorFilter } from '../error.filter.js';
import { chatEvents } from './chat-events.js';
import { ContentModule } from './content.module.js';
import { OpenStreams } from './open-streams.js';

const account = accountId.parse('0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0001');

let viewer: Viewer | undefined;
let folder: string;
let app: NestFastifyApplication;
let worker: DoorServer | null;
let door: DoorClient;
let awake: boolean;
let wakes: number;
let calls: { method: string; url: string; body: Buffer }[];
let handle: (call: DoorCall) => unknown;

async function openWorker(): Promise<void> {
  const route = (method: string, path: string) => ({
    method,
    path,
    handle: (call: DoorCall) => handle(call),
  });
  worker = new DoorServer(
    ['GET', 'PUT', 'POST', 'DELETE'].flatMap((method) => [
      route(method, '/v1/content/*'),
      route(method, '/v1/web/*'),
    ]),
  );
  await worker.listen(join(folder, 'worker.sock'));
  awake = true;
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ara-content-'));
  viewer = { account, role: 'user', session: 'one' };
  [wakes, calls, worker, awake] = [0, [], null, false];
  handle = async ({ request: incoming }) => {
    const { method = '', url = '' } = incoming;
    calls.push({ method, url, body: await readBody(incoming, 1e9) });
    return undefined;
  };
  door = new DoorClient(join(folder, 'worker.sock'), 'container-unavailable', 5_000);
  const containers = {
    awake: async (of: string) => {
      expect(of).toBe(account);
      wakes += 1;
      if (!worker) await openWorker();
      return door;
    },
    ifAwake: () => (awake ? door : null),
  };
  const adapter = new FastifyAdapter({ bodyLimit: 1_048_576 });
  limitSlowSenders(adapter, 300);
  readBodies(adapter);
  @Global()
  @Module({ providers: [{ provide: ContainerManager, useValue: containers }], exports: [ContainerManager] })
  class Containers {}
  @Module({ imports: [Containers, ContentModule] })
  class All {}
  app = await NestFactory.create<NestFastifyApplication>(All, adapter, { logger: false, bodyParser: false });
  app.useGlobalFilters(new ErrorFilter(new Refusals()));
  app.useGlobalPipes(new StandardSchemaValidationPipe());
  app.useGlobalGuards({
    canActivate: (context: ExecutionContext) => {
      if (viewer) context.switchToHttp().getRequest<RequestWithViewer>().viewer = viewer;
      return true;
    },
  });
  await app.listen(0, '127.0.0.1');
});
afterEach(async () => {
  await app.close();
  door.close();
  await worker?.close();
  rmSync(folder, { recursive: true });
});

interface Sent {
  headers?: Record<string, string | number>;
  body?: string | Buffer;
}
async function open(
  method: string,
  path: string,
  { headers = {}, body }: Sent = {},
): Promise<IncomingMessage> {
  const { port } = app.getHttpServer().address() as { port: number };
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port, method, path: `/v1/me/${path}`, headers, agent: false },
      resolve,
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
async function send(method: string, path: string, sent?: Sent) {
  const response = await open(method, path, sent);
  const text = String(await readBody(response, 1e9));
  return {
    status: response.statusCode,
    text,
    json: text.startsWith('{') ? (JSON.parse(text) as unknown) : undefined,
  };
}
const json = (value: unknown): Sent => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});
const code = (answer: { json: unknown }): unknown =>
  (answer.json as { error?: { code: string } }).error?.code;

const settings = {
  timeZone: 'UTC',
  quietHours: null,
  busy: 'steer',
  fallback: true,
  thinking: 'off',
  heartbeatMinutes: null,
  name: null,
  persona: null,
};

describe('a call', () => {
  it('goes to the container of who is signed in, awake by then, and comes back', async () => {
    handle = () => settings;
    expect(await send('GET', 'assistant')).toMatchObject({ status: 200, json: settings });
    expect(wakes).toBe(1);
  });

  it('needs somebody who is signed in', async () => {
    viewer = undefined;
    for (const [method, path] of [
      ['GET', 'assistant'],
      ['GET', 'file?path=a'],
      ['PUT', 'file?path=a'],
      ['GET', 'chat/events'],
    ] as const)
      expect(await send(method, path), path).toMatchObject({ status: 401 });
    expect([wakes, calls]).toEqual([0, []]);
  });

  it.each<[string, string, Sent, string]>([
    ['PUT', 'memory/MEMORY.md', json({ text: 'x' }), '/v1/content/memory/MEMORY.md'],
    ['PUT', 'memory/..%2Fa%3Fb', json({ text: 'x' }), '/v1/content/memory/..%2Fa%3Fb'],
    ['DELETE', 'file?path=a%20%26b%2F%C3%A4.txt', {}, '/v1/content/file?path=a+%26b%2F%C3%A4.txt'],
    ['DELETE', 'conversations/abc_-', {}, '/v1/content/conversations/abc_-'],
    ['POST', 'chat', json({ id: account, text: ' hello ' }), '/v1/web/messages'],
  ])('%s %s goes where it belongs', async (method, path, sent, url) => {
    expect((await send(method, path, sent)).status).toBe(204);
    expect(calls.map((call) => [call.method, call.url])).toEqual([[method, url]]);
    if (path === 'chat') expect(JSON.parse(String(calls[0]?.body))).toEqual({ id: account, text: 'hello' });
  });

  it('takes the longest message and the longest memory there may be', async () => {
    expect((await send('POST', 'chat', json({ id: account, text: '語'.repeat(100_000) }))).status).toBe(204);
    expect((await send('PUT', 'memory/MEMORY.md', json({ text: '\n'.repeat(65_536) }))).status).toBe(204);
  });

  it.each<[string, string, Sent]>([
    ['PUT', 'assistant', json({ busy: 'never' })],
    ['PUT', 'assistant', json({ colour: 'red' })],
    ['POST', 'chat', json({ id: 'x', text: 'hello' })],
    ['GET', `file?path=${'x'.repeat(1_001)}`, {}],
    ['GET', 'conversations/abc?before=x', {}],
  ])('%s %s that is out of form wakes nobody', async (method, path, sent) => {
    expect(code(await send(method, path, sent))).toBe('bad-request');
    expect(wakes).toBe(0);
  });

  it.each(['not-found', 'conflict', 'too-large', 'not-allowed', 'bad-request'] as const)(
    'brings the refusal %s of the container as it is',
    async (refusal) => {
      handle = () => {
        throw new AraError(refusal);
      };
      for (const path of ['conversations/abc', 'file?path=a'])
        expect(await send('GET', path)).toMatchObject({ status: new AraError(refusal).status });
      expect(code(await send('DELETE', 'conversations/abc'))).toBe(refusal);
    },
  );

  it('gives nothing of what a broken container says out of form', async () => {
    handle = () => ({ ...settings, secret: 'CANARY' });
    const answer = await send('GET', 'assistant');
    expect([answer.status, code(answer)]).toEqual([500, 'internal']);
    expect(answer.text).not.toContain('CANARY');
  });

  it('is made again when the container was just falling asleep', async () => {
    let first = true;
    handle = ({ response }) => {
      if (!first) return settings;
      first = false;
      response.destroy();
      return new Promise(() => undefined);
    };
    expect((await send('GET', 'assistant')).status).toBe(200);
    expect(wakes).toBe(2);
  });
});

describe('a file', () => {
  const down = (bytes: Buffer) =>
    (handle = ({ response }) => void response.writeHead(200, { 'content-length': bytes.length }).end(bytes));

  it('comes as an attachment that no browser runs, under its own name', async () => {
    const bytes = randomBytes(3_000_000);
    down(bytes);
    const response = await open('GET', `file?path=${encodeURIComponent("a/Reise 日本 (1)'.html")}`);
    expect(response.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': "attachment; filename*=UTF-8''Reise%20%E6%97%A5%E6%9C%AC%20%281%29%27.html",
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'content-length': '3000000',
    });
    expect((await readBody(response, 1e9)).equals(bytes)).toBe(true);
  });

  it('comes as fast as the browser takes it, and no faster', async () => {
    let sent = 0;
    let over = false;
    handle = async ({ response }) => {
      response.writeHead(200);
      const piece = Buffer.alloc(1_000_000);
      while (!over && sent < 100) {
        sent += 1;
        if (!response.write(piece))
          await Promise.race([
            new Promise((go) => response.once('drain', go)),
            new Promise((go) => response.once('close', go)),
          ]);
        if (response.destroyed) break;
      }
      response.end();
    };
    const response = await open('GET', 'file?path=a');
    await sleep(300);
    expect(sent).toBeLessThan(30);
    over = true;
    response.destroy();
  });

  it('that breaks off in the container breaks off in the browser', async () => {
    handle = async ({ response }) => {
      response.writeHead(200);
      response.write('half');
      await sleep(50);
      response.destroy();
    };
    const response = await open('GET', 'file?path=a');
    await expect(readBody(response, 1e9)).rejects.toThrow();
  });

  it('goes up unchanged, of any size up to the largest, and is no JSON', async () => {
    const bytes = randomBytes(5_000_000);
    const headers = { 'content-type': 'application/octet-stream', 'content-length': bytes.length };
    expect((await send('PUT', 'file?path=a.bin', { headers, body: bytes })).status).toBe(204);
    expect(calls[0]?.body.equals(bytes)).toBe(true);
    const body = Buffer.from('{"a": 1}');
    const chunked = { 'content-type': 'application/octet-stream', 'transfer-encoding': 'chunked' };
    expect((await send('PUT', 'file?path=b.json', { headers: chunked, body })).status).toBe(204);
    expect(calls[1]?.body.equals(body)).toBe(true);
    expect((await send('PUT', 'file?path=empty')).status).toBe(204);
    expect(calls[2]?.body).toHaveLength(0);
  });

  it('that is too large is refused before a byte of it is sent, and before anybody is woken', async () => {
    const { port } = app.getHttpServer().address() as { port: number };
    const headers = { 'content-type': 'application/octet-stream', 'content-length': 50_000_001 };
    const outgoing = request({ host: '127.0.0.1', port, method: 'PUT', path: '/v1/me/file?path=a', headers });
    outgoing.on('error', () => undefined).flushHeaders();
    const response = await new Promise<IncomingMessage>((resolve) => outgoing.once('response', resolve));
    expect([response.statusCode, wakes]).toEqual([413, 0]);
    outgoing.destroy();
  });

  it('that the container refuses on the way is refused with its reason', async () => {
    handle = async ({ request: incoming }) => {
      incoming.resume();
      await new Promise((resolve) => incoming.once('end', resolve));
      throw new AraError('too-large');
    };
    const headers = { 'content-type': 'application/octet-stream' };
    const refused = await send('PUT', 'file?path=a', { headers, body: randomBytes(3_000_000) });
    expect(code(refused)).toBe('too-large');
  });

  it('may come slowly, unlike everything else', async () => {
    const { port } = app.getHttpServer().address() as { port: number };
    const slowly = async (
      method: string,
      path: string,
      type: string,
      body: string,
    ): Promise<number | 'cut'> => {
      const headers = { 'content-type': type, 'content-length': body.length };
      const outgoing = request({ host: '127.0.0.1', port, method, path: `/v1/me/${path}`, headers });
      const ended = new Promise<number | 'cut'>((resolve) => {
        outgoing.once('response', (response) => resolve(response.statusCode ?? 0));
        outgoing.once('error', () => resolve('cut'));
      });
      outgoing.write(body.slice(0, 5));
      await sleep(600);
      outgoing.end(body.slice(5));
      return ended;
    };
    const text = JSON.stringify({ text: 'slow' });
    expect(await slowly('PUT', 'file?path=a', 'application/octet-stream', text)).toBe(204);
    expect(await slowly('PUT', 'memory/MEMORY.md', 'application/json', text)).toBe('cut');
  });
});

describe('the events of the chat', () => {
  let feeds: { response: ServerResponse; since: string | undefined }[];
  beforeEach(() => {
    feeds = [];
    handle = ({ request: incoming, response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      feeds.push({ response, since: incoming.headers['last-event-id'] as string | undefined });
      return new Promise((resolve) => response.once('close', resolve));
    };
  });

  async function listen(headers: Record<string, string> = {}) {
    const response = await open('GET', 'chat/events', { headers });
    const heard = { text: '', ended: false, response };
    response.on('data', (piece: Buffer) => (heard.text += piece.toString()));
    response.on('error', () => undefined).once('close', () => (heard.ended = true));
    return heard;
  }
  const event = (id: number): string => `id: ${id}\ndata: {"n":${id}}\n\n`;

  it('come as they are, from where the browser was', async () => {
    await openWorker();
    const heard = await listen({ 'last-event-id': '17' });
    expect(heard.response.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
    });
    await vi.waitFor(() => expect(feeds[0]?.since).toBe('17'));
    feeds[0]!.response.write(event(18));
    await vi.waitFor(() => expect(heard.text).toBe(`:\n\n${event(18)}`));
    heard.response.destroy();
    await vi.waitFor(() => expect(feeds[0]?.response.destroyed).toBe(true));
  });

  it('tell a new browser nothing old, whatever it says it had', async () => {
    await openWorker();
    for (const headers of [{}, { 'last-event-id': '1\u00e4' }, { 'last-event-id': 'x'.repeat(100) }])
      (await listen(headers as Record<string, string>)).response.on('error', () => undefined);
    await vi.waitFor(() => expect(feeds).toHaveLength(3));
    expect(feeds.map(({ since }) => since)).toEqual([undefined, undefined, undefined]);
  });

  it('wake nobody; once the container wakes, all that it has is told, and no event in halves', async () => {
    const heard = await listen();
    await sleep(300);
    expect([wakes, feeds, heard.text]).toEqual([0, [], ':\n\n']);
    await openWorker();
    await vi.waitFor(() => expect(feeds).toHaveLength(1));
    expect(feeds[0]!.since).toBe('0');
    feeds[0]!.response.write(`${event(1)}id: 2\nda`);
    await vi.waitFor(() => expect(heard.text).toContain(event(1)));
    // It goes to sleep in the middle, and comes back.
    await worker!.close();
    await openWorker();
    await vi.waitFor(() => expect(feeds).toHaveLength(2));
    expect(feeds[1]!.since).toBe('0');
    feeds[1]!.response.write(event(3));
    await vi.waitFor(() => expect(heard.text).toBe(`:\n\n${event(1)}${event(3)}`));
    expect(heard.ended).toBe(false);
    heard.response.destroy();
  });

  it('have a sign of life now and then, so that no proxy ends them', async () => {
    const events = chatEvents({ door: () => null, since: null, heartbeat: 20 });
    let text = '';
    events.on('data', (piece: Buffer) => (text += piece.toString()));
    await vi.waitFor(() => expect(text.split(':\n\n').length).toBeGreaterThan(3));
    events.destroy();
  });

  it('end with the session, and leave those of another', async () => {
    await openWorker();
    const first = await listen();
    viewer = { account, role: 'user', session: 'two' };
    const second = await listen();
    await vi.waitFor(() => expect(feeds).toHaveLength(2));
    app.get(OpenStreams).end('one');
    await vi.waitFor(() => expect([first.ended, second.ended]).toEqual([true, false]));
    await vi.waitFor(() => expect(feeds.filter(({ response }) => response.destroyed)).toHaveLength(1));
  });

  it('end with the gateway, which waits for nobody', async () => {
    const heard = await listen();
    const since = Date.now();
    await app.close();
    expect(Date.now() - since).toBeLessThan(2_000);
    await vi.waitFor(() => expect(heard.ended).toBe(true));
  });

  it('are sixteen streams an account at most, so that its messages still get through', async () => {
    await openWorker();
    const heard = await Promise.all(Array.from({ length: 16 }, () => listen()));
    expect(code(await send('GET', 'chat/events'))).toBe('too-many');
    heard[0]!.response.destroy();
    await vi.waitFor(async () => expect((await listen()).response.statusCode).toBe(200));
  });
});
