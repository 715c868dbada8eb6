/** Content over the gateway's own HTTP server: what goes through, and what does not. */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readBody } from '../../../../contracts/door-http.js';
import { AraError } from '../../../../contracts/errors.js';
import { account, ContentGateway, json, PATIENCE, type Sent } from './content-test-rig.js';

let gateway: ContentGateway;
beforeEach(async () => {
  gateway = new ContentGateway();
  await gateway.start();
});
afterEach(() => gateway.stop());

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
    gateway.handle = () => settings;
    const { status, text } = await gateway.send('GET', 'assistant');
    expect([status, JSON.parse(text)]).toEqual([200, settings]);
    expect(gateway.wakes).toBe(1);
  });

  it('needs somebody who is signed in', async () => {
    gateway.viewer = undefined;
    for (const [method, path] of [
      ['GET', 'assistant'],
      ['GET', 'file?path=a'],
      ['PUT', 'file?path=a'],
      ['GET', 'chat/events'],
    ] as const)
      expect(await gateway.send(method, path), path).toMatchObject({ status: 401 });
    expect([gateway.wakes, gateway.calls]).toEqual([0, []]);
  });

  it.each<[string, string, Sent, string]>([
    ['PUT', 'memory/MEMORY.md', json({ text: 'x' }), '/v1/content/memory/MEMORY.md'],
    ['PUT', 'memory/..%2Fa%3Fb', json({ text: 'x' }), '/v1/content/memory/..%2Fa%3Fb'],
    ['DELETE', 'file?path=a%20%26b%2F%C3%A4.txt', {}, '/v1/content/file?path=a+%26b%2F%C3%A4.txt'],
    ['DELETE', 'conversations/abc_-', {}, '/v1/content/conversations/abc_-'],
    ['POST', 'chat', json({ id: account, text: ' hello ' }), '/v1/web/messages'],
  ])('%s %s goes where it belongs', async (method, path, sent, url) => {
    expect((await gateway.send(method, path, sent)).status).toBe(204);
    expect(gateway.calls.map((call) => [call.method, call.url])).toEqual([[method, url]]);
    if (path === 'chat')
      expect(JSON.parse(String(gateway.calls[0]?.body))).toEqual({ id: account, text: 'hello' });
  });

  it('takes the longest message and the longest memory there may be', async () => {
    expect(
      (await gateway.send('POST', 'chat', json({ id: account, text: '語'.repeat(100_000) }))).status,
    ).toBe(204);
    expect((await gateway.send('PUT', 'memory/MEMORY.md', json({ text: '\n'.repeat(65_536) }))).status).toBe(
      204,
    );
  });

  it.each<[string, string, Sent]>([
    ['PUT', 'assistant', json({ busy: 'never' })],
    ['PUT', 'assistant', json({ colour: 'red' })],
    ['POST', 'chat', json({ id: 'x', text: 'hello' })],
    ['GET', `file?path=${'x'.repeat(1_001)}`, {}],
    ['GET', 'conversations/abc?before=x', {}],
  ])('%s %s that is out of form wakes nobody', async (method, path, sent) => {
    expect((await gateway.send(method, path, sent)).code).toBe('bad-request');
    expect(gateway.wakes).toBe(0);
  });

  it.each(['not-found', 'conflict', 'too-large', 'not-allowed', 'bad-request'] as const)(
    'brings the refusal %s of the container as it is',
    async (refusal) => {
      gateway.handle = () => {
        throw new AraError(refusal);
      };
      for (const path of ['conversations/abc', 'file?path=a'])
        expect(await gateway.send('GET', path)).toMatchObject({ status: new AraError(refusal).status });
      expect((await gateway.send('DELETE', 'conversations/abc')).code).toBe(refusal);
    },
  );

  it('gives nothing of what a broken container says out of form', async () => {
    gateway.handle = () => ({ ...settings, secret: 'CANARY' });
    const answer = await gateway.send('GET', 'assistant');
    expect([answer.status, answer.code]).toEqual([500, 'internal']);
    expect(answer.text).not.toContain('CANARY');
  });

  it('is made again when the container was just falling asleep', async () => {
    let first = true;
    gateway.handle = ({ response }) => {
      if (!first) return settings;
      first = false;
      response.destroy();
      return new Promise(() => undefined);
    };
    expect((await gateway.send('GET', 'assistant')).status).toBe(200);
    expect(gateway.wakes).toBe(2);
  });
});

describe('a file', () => {
  const down = (bytes: Buffer) =>
    (gateway.handle = ({ response }) =>
      void response.writeHead(200, { 'content-length': bytes.length }).end(bytes));

  it('comes as an attachment that no browser runs, under its own name', async () => {
    const bytes = randomBytes(3_000_000);
    down(bytes);
    const response = await gateway.open('GET', `file?path=${encodeURIComponent("a/Reise 日本 (1)'.html")}`);
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
    gateway.handle = async ({ response }) => {
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
    const response = await gateway.open('GET', 'file?path=a');
    await sleep(300);
    expect(sent).toBeLessThan(30);
    over = true;
    response.destroy();
  });

  it('that breaks off in the container breaks off in the browser', async () => {
    gateway.handle = async ({ response }) => {
      response.writeHead(200);
      response.write('half');
      await sleep(50);
      response.destroy();
    };
    const response = await gateway.open('GET', 'file?path=a');
    await expect(readBody(response, 1e9)).rejects.toThrow();
  });

  it('goes up unchanged, of any size up to the largest, and is no JSON', async () => {
    const bytes = randomBytes(5_000_000);
    const headers = { 'content-type': 'application/octet-stream', 'content-length': bytes.length };
    expect((await gateway.send('PUT', 'file?path=a.bin', { headers, body: bytes })).status).toBe(204);
    expect(gateway.calls[0]?.body.equals(bytes)).toBe(true);
    const body = Buffer.from('{"a": 1}');
    const chunked = { 'content-type': 'application/octet-stream', 'transfer-encoding': 'chunked' };
    expect((await gateway.send('PUT', 'file?path=b.json', { headers: chunked, body })).status).toBe(204);
    expect(gateway.calls[1]?.body.equals(body)).toBe(true);
    expect((await gateway.send('PUT', 'file?path=empty')).status).toBe(204);
    expect(gateway.calls[2]?.body).toHaveLength(0);
  });

  it('that is too large is refused before a byte of it is sent, and before anybody is woken', async () => {
    const headers = { 'content-type': 'application/octet-stream', 'content-length': 50_000_001 };
    const outgoing = gateway.begin('PUT', 'file?path=a', headers);
    outgoing.on('error', () => undefined).flushHeaders();
    const response = await new Promise<IncomingMessage>((resolve) => outgoing.once('response', resolve));
    expect([response.statusCode, gateway.wakes]).toEqual([413, 0]);
    outgoing.destroy();
  });

  it('that the container refuses on the way is refused with its reason', async () => {
    gateway.handle = async ({ request: incoming }) => {
      incoming.resume();
      await new Promise((resolve) => incoming.once('end', resolve));
      throw new AraError('too-large');
    };
    const headers = { 'content-type': 'application/octet-stream' };
    const refused = await gateway.send('PUT', 'file?path=a', { headers, body: randomBytes(3_000_000) });
    expect(refused.code).toBe('too-large');
  });

  it('may come slowly, unlike everything else', async () => {
    const slowly = async (
      method: string,
      path: string,
      type: string,
      body: string,
    ): Promise<number | 'cut'> => {
      const headers = { 'content-type': type, 'content-length': body.length };
      const outgoing = gateway.begin(method, path, headers);
      const ended = new Promise<number | 'cut'>((resolve) => {
        outgoing.once('response', (response: IncomingMessage) => resolve(response.statusCode ?? 0));
        outgoing.once('error', () => resolve('cut'));
      });
      outgoing.write(body.slice(0, 5));
      await sleep(2 * PATIENCE);
      outgoing.end(body.slice(5));
      return ended;
    };
    const text = JSON.stringify({ text: 'slow' });
    expect(await slowly('PUT', 'file?path=a', 'application/octet-stream', text)).toBe(204);
    expect(await slowly('PUT', 'memory/MEMORY.md', 'application/json', text)).toBe('cut');
  });
});
