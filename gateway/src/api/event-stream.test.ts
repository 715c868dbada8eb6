/** The one writer of server-sent events, against a real HTTP server. */
import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EventStream } from './event-stream.js';

let server: Server;
let incoming: IncomingMessage;
let text: string;
let stream: EventStream;

beforeEach(async () => {
  text = '';
  server = createServer((_request, raw: ServerResponse) => {
    stream = new EventStream({ raw, hijack: () => undefined, getHeaders: () => ({ 'x-frame': 'no' }) }, 20);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  incoming = await new Promise<IncomingMessage>((resolve) =>
    get({ host: '127.0.0.1', port, agent: false }, resolve),
  );
  incoming.on('error', () => undefined);
});
afterEach(() => {
  incoming.destroy();
  server.close();
});
const read = (): unknown => incoming.on('data', (chunk: Buffer) => (text += chunk.toString()));

it('has the headers that every answer has, and a sign of life now and then, so that no proxy ends it', async () => {
  read();
  expect(incoming.headers).toMatchObject({
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    'x-frame': 'no',
  });
  await expect.poll(() => text.split(':\n\n').length).toBeGreaterThan(3);
});

it('tells what is said here, and what is passed on, in their order', async () => {
  read();
  stream.send({ n: 1 });
  await stream.pass(Buffer.from('id: 2\ndata: {}\n\n'));
  await expect.poll(() => text.replaceAll(':\n\n', '')).toBe('data: {"n":1}\n\nid: 2\ndata: {}\n\n');
});

it('holds up whoever passes on to a browser that does not read, until it goes', async () => {
  const much = Buffer.alloc(8 * 1_048_576, 'x');
  let passed = false;
  const passing = stream.pass(much).then(() => (passed = true));
  const settled = passing.catch(() => 'over');
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(passed).toBe(false);
  incoming.destroy();
  expect(await settled).toBe('over');
  expect(stream.over.aborted).toBe(true);
  await expect(stream.pass(much)).rejects.toThrow();
});

it('lets go of a browser that reads nothing of what is said here', async () => {
  for (let each = 0; each < 40; each++) stream.send('x'.repeat(1_048_576));
  await expect.poll(() => stream.over.aborted).toBe(true);
});

it('ends from this side, also for one that does not read', async () => {
  const closed = new Promise((resolve) => incoming.once('close', resolve));
  void stream.pass(Buffer.alloc(8 * 1_048_576)).catch(() => undefined);
  stream.end();
  expect(stream.over.aborted).toBe(true);
  stream.send('nothing any more');
  incoming.resume();
  await closed;
});
