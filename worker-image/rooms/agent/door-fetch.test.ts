/** Tests of the `fetch` that reaches only the bridge room. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDoorFetch, DoorRefusal, DoorSilence } from './door-fetch.js';
import { SocketHttp } from './socket-http.js';
import { FakeRoomsDoor } from './testing/fake-rooms-door.js';
import { doorRefuses } from './testing/provider-streams.js';

describe('doorFetch', () => {
  const fake = { door: new FakeRoomsDoor() };
  let http: SocketHttp;

  beforeEach(async () => {
    fake.door = new FakeRoomsDoor();
    await fake.door.listen();
    http = new SocketHttp(fake.door.socketPath);
  });
  afterEach(async () => {
    http.close();
    await fake.door.close();
  });

  const call = (init: RequestInit = {}, patience = { firstByte: 1_000, silence: 1_000 }): Promise<Response> =>
    createDoorFetch(http, patience)('http://rooms/v1/models/anthropic/v1/messages?beta=true', {
      method: 'POST',
      body: '{}',
      ...init,
    });

  it('passes headers and body both ways', async () => {
    fake.door.provider = (_call, response) =>
      void response.writeHead(201, { 'x-one': ['a', 'b'], 'content-type': 'text/plain' }).end('grüße');
    const response = await call({ headers: { 'X-Own': 'yes' }, body: '{"ä":1}' });
    expect(response.status).toBe(201);
    expect(response.headers.get('x-one')).toBe('a, b');
    expect(await response.text()).toBe('grüße');
    expect(fake.door.modelCalls[0]).toMatchObject({ path: 'anthropic/v1/messages', raw: '{"ä":1}' });
    expect(fake.door.modelCalls[0]?.headers).toMatchObject({ 'x-own': 'yes', 'content-length': '8' });
  });

  it('gives each piece as it comes', async () => {
    let more = (): void => undefined;
    fake.door.provider = (_call, response) => {
      response.writeHead(200).write('first');
      more = () => void response.end('second');
    };
    const reader = (await call()).body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('first');
    more();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('second');
    expect((await reader?.read())?.done).toBe(true);
  });

  it('reads no faster than it is read', async () => {
    let written = 0;
    fake.door.provider = (_call, response) => {
      response.writeHead(200);
      const fill = (): void => {
        while (written < 50_000_000 && response.write(Buffer.alloc(65_536))) written += 65_536;
        response.once('drain', fill);
      };
      fill();
    };
    const response = await call();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(written).toBeLessThan(3_000_000);
    await response.body?.cancel();
  });

  it('ends with the signal, before the head and inside the body', async () => {
    const early = new AbortController();
    fake.door.provider = () => undefined;
    const waiting = call({ signal: early.signal });
    await fake.door.until(() => fake.door.modelCalls.length === 1);
    early.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });

    const late = new AbortController();
    let closed = false;
    fake.door.provider = (_call, response) => {
      response.writeHead(200).write('first');
      response.once('close', () => (closed = true));
    };
    const response = await call({ signal: late.signal });
    late.abort();
    await expect(response.text()).rejects.toThrow();
    await expect.poll(() => closed).toBe(true);
    await expect(call({ signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('throws when the provider is silent, before the head and inside the body', async () => {
    fake.door.provider = () => undefined;
    await expect(call({}, { firstByte: 30, silence: 30 })).rejects.toBeInstanceOf(DoorSilence);
    fake.door.provider = (_call, response) => void response.writeHead(200).write('first');
    const response = await call({}, { firstByte: 1_000, silence: 30 });
    await expect(response.text()).rejects.toBeInstanceOf(DoorSilence);
  });

  it('tells a refusal by the door from one by the provider', async () => {
    fake.door.provider = doorRefuses(404, 'no-key');
    await expect(call()).rejects.toMatchObject(new DoorRefusal('no-key'));
    fake.door.provider = (_call, response) => void response.writeHead(404).end('{"error":{"code":"no-key"}}');
    expect((await call()).status).toBe(404);
  });

  it('throws when nobody listens', async () => {
    await fake.door.crash();
    await expect(call()).rejects.toMatchObject({
      code: expect.stringMatching(/ENOENT|ECONNREFUSED/) as string,
    });
  });
});
