/** A door over a real socket: what is asked, what is refused, and what a refusal must not say. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { DoorClient, DoorServer, MAX_DOOR_BODY, readBody, route, type Route } from './door-http.js';
import { AraError, type ErrorCode } from './errors.js';

const SECRET = 'sk-the-secret-of-somebody';
const body = z.strictObject({ name: z.string().max(5), inner: z.strictObject({ count: z.int() }) });

let folder: string;
let path: string;
let door: DoorServer;
let client: DoorClient;
let refusals: ErrorCode[];

const routes: Route[] = [
  route('POST', '/v1/things/:thing/:other', body, ({ params, query, body: got }) => ({
    ...params,
    wait: query.get('wait'),
    got,
  })),
  { method: 'GET', path: '/v1/things/:thing/:other', handle: () => ({ got: 'get' }) },
  { method: 'POST', path: '/v1/models/*', handle: ({ params }) => ({ rest: params['rest'] }) },
  { method: 'POST', path: '/v1/nothing', handle: () => undefined },
  {
    method: 'POST',
    path: '/v1/broken',
    handle: () => {
      throw new Error(`could not reach ${SECRET}`);
    },
  },
  {
    method: 'POST',
    path: '/v1/refuses',
    handle: () => {
      throw new AraError('too-many', 'wait a second');
    },
  },
  {
    method: 'POST',
    path: '/v1/echo',
    handle: async ({ request: incoming, response }) => {
      response.writeHead(200);
      for await (const chunk of incoming) response.write(chunk);
      response.end();
    },
  },
  {
    method: 'GET',
    path: '/v1/half',
    handle: ({ response }) => {
      response.writeHead(200);
      response.write('half');
      throw new Error(SECRET);
    },
  },
];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ara-door-'));
  path = join(folder, 'door.sock');
  refusals = [];
  door = new DoorServer(routes, { onRefusal: (code) => refusals.push(code) });
  await door.listen(path);
  client = new DoorClient(path, 'container-unavailable', 2_000);
});
afterEach(async () => {
  client.close();
  await door.close();
  rmSync(folder, { recursive: true });
});

/** A call with the bytes as they are. */
async function raw(method: string, address: string, payload?: string) {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = request({ socketPath: path, method, path: address }, resolve);
    outgoing.on('error', reject);
    outgoing.end(payload);
  });
  return { status: response.statusCode, text: (await readBody(response, 1e6)).toString() };
}

describe('a call', () => {
  it('brings parameters, query and body, and brings back JSON', async () => {
    const asked = { name: 'ara', inner: { count: 3 } };
    const answer = await client.call('POST', '/v1/things/a/b%20c?wait=7', asked, z.unknown());
    expect(answer).toEqual({ thing: 'a', other: 'b%20c', wait: '7', got: asked });
  });

  it('finds the handler of its method where two share a path', async () => {
    const answer = await client.call('GET', '/v1/things/a/b', undefined, z.unknown());
    expect(answer).toEqual({ got: 'get' });
  });

  it('gives a path that ends in a star the whole rest', async () => {
    const answer = await client.call('POST', '/v1/models/v1/chat/completions', {}, z.unknown());
    expect(answer).toEqual({ rest: 'v1/chat/completions' });
  });

  it('is answered 204 when there is nothing to say', async () => {
    await expect(client.call('POST', '/v1/nothing')).resolves.toBeUndefined();
    expect((await raw('POST', '/v1/nothing')).status).toBe(204);
  });

  it('streams both ways before either end is done', async () => {
    const outgoing = request({ socketPath: path, method: 'POST', path: '/v1/echo' });
    outgoing.write('first');
    const response = await new Promise<IncomingMessage>((resolve) => outgoing.once('response', resolve));
    const chunks = response[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    expect(String((await chunks.next()).value)).toBe('first');
    outgoing.end('second');
    expect(String((await chunks.next()).value)).toBe('second');
    expect((await chunks.next()).done).toBe(true);
  });

  it('runs beside a hundred others', async () => {
    const calls = Array.from({ length: 100 }, (_, at) =>
      client.call('POST', `/v1/models/${at}`, {}, z.strictObject({ rest: z.string() })),
    );
    expect((await Promise.all(calls)).map(({ rest }) => rest)).toEqual(calls.map((_, at) => String(at)));
  });
});

describe('a refusal', () => {
  const refused = (code: ErrorCode) => expect.objectContaining({ name: 'AraError', code }) as Error;

  it('of the schema names the fields, and never a value or a name that was made up', async () => {
    const wrong = { name: SECRET, inner: { count: SECRET }, [SECRET]: 1 };
    const { status, text } = await raw('POST', '/v1/things/a/b', JSON.stringify(wrong));
    expect(status).toBe(400);
    expect(text).toContain('name, inner.count');
    expect(text).not.toContain(SECRET);
    expect(refusals).toEqual(['bad-request']);
  });

  it('of what is no JSON says only that', async () => {
    const { status, text } = await raw('POST', '/v1/things/a/b', `{"name": "${SECRET}`);
    expect(status).toBe(400);
    expect(text).toContain('not JSON');
    expect(text).not.toContain(SECRET);
  });

  it('of a body that is too large comes before the body is in memory', async () => {
    const { status, text } = await raw('POST', '/v1/things/a/b', 'x'.repeat(MAX_DOOR_BODY + 1));
    expect(status).toBe(413);
    expect(JSON.parse(text)).toMatchObject({ error: { code: 'too-large' } });
    expect(refusals).toEqual(['too-large']);
  });

  it.each([
    ['GET', '/v1/nowhere', 404, 'not-found'],
    ['GET', '/v1/things/a', 404, 'not-found'],
    ['GET', '/v1/things/a/b/c', 404, 'not-found'],
    ['GET', '/v1/models/', 404, 'not-found'],
    ['GET', '//', 404, 'not-found'],
    ['GET', '/v1/../v1/secrets', 404, 'not-found'],
    ['DELETE', '/v1/things/a/b', 405, 'method-not-allowed'],
    ['GET', '/v1/nothing', 405, 'method-not-allowed'],
  ])('of %s %s is %i', async (method, address, status, code) => {
    const answer = await raw(method, address);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toMatchObject({ error: { code } });
    expect(refusals).toEqual([code]);
  });

  it('hides what went wrong inside', async () => {
    const { status, text } = await raw('POST', '/v1/broken');
    expect(status).toBe(500);
    expect(JSON.parse(text)).toMatchObject({ error: { code: 'internal' } });
    expect(text).not.toContain(SECRET);
  });

  it('reaches the caller as the error that was thrown', async () => {
    await expect(client.call('POST', '/v1/refuses')).rejects.toEqual(refused('too-many'));
    await expect(client.call('POST', '/v1/broken')).rejects.toEqual(refused('internal'));
    await expect(client.call('GET', '/v1/none')).rejects.toEqual(refused('not-found'));
  });

  it('after the answer has begun breaks the connection, so that half is not taken for the whole', async () => {
    await expect(client.call('GET', '/v1/half')).rejects.toEqual(refused('container-unavailable'));
    await expect(raw('GET', '/v1/half')).rejects.toThrow('aborted');
  });

  it('leaves the door open for the next', async () => {
    for (let at = 0; at < 5; at++) await raw('POST', '/v1/things/a/b', 'x'.repeat(MAX_DOOR_BODY + 1));
    await expect(client.call('POST', '/v1/nothing')).resolves.toBeUndefined();
  });

  it('meets bytes that are no HTTP at all', async () => {
    const socket = connect(path);
    const ended = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined).resume();
    socket.write('\x16\x03\x01 not http\r\n\r\n');
    await ended;
    await expect(client.call('POST', '/v1/nothing')).resolves.toBeUndefined();
  });
});

describe('the socket', () => {
  const gone = expect.objectContaining({ code: 'container-unavailable' }) as Error;

  it('takes the place of one that a dead process left', async () => {
    const other = new DoorServer([{ method: 'POST', path: '/v1/nothing', handle: () => ({ new: true }) }]);
    await other.listen(path);
    const fresh = new DoorClient(path, 'internal');
    await expect(fresh.call('POST', '/v1/nothing', {}, z.unknown())).resolves.toEqual({ new: true });
    fresh.close();
    await other.close();
  });

  it('may be opened by whoever may enter its folder', () => {
    expect(statSync(path).mode & 0o777).toBe(0o777);
  });

  it('where nobody listens is what the caller said it means', async () => {
    const nobody = new DoorClient(join(folder, 'none.sock'), 'queue-unavailable');
    await expect(nobody.call('GET', '/')).rejects.toEqual(
      expect.objectContaining({ code: 'queue-unavailable' }),
    );
  });

  it('that closes under a call is the same, and the next call finds the one that came back', async () => {
    await client.call('POST', '/v1/nothing');
    await door.close();
    await expect(client.call('POST', '/v1/nothing')).rejects.toEqual(gone);
    await door.listen(path);
    await expect(client.call('POST', '/v1/nothing')).resolves.toBeUndefined();
  });

  it('that never answers is given up in time', async () => {
    const silent = new DoorServer([{ method: 'GET', path: '/', handle: () => new Promise(() => undefined) }]);
    await silent.listen(join(folder, 'silent.sock'));
    const impatient = new DoorClient(join(folder, 'silent.sock'), 'container-unavailable', 50);
    await expect(impatient.call('GET', '/')).rejects.toEqual(gone);
    impatient.close();
    await silent.close();
  });

  it('that answers out of form is not believed', async () => {
    await expect(
      client.call('POST', '/v1/models/a', {}, z.strictObject({ other: z.string() })),
    ).rejects.toThrow();
  });
});
