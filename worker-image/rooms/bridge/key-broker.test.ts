/** The key broker and the way out, over real sockets: CONNECT through a door, TLS to a server, the key put in on the way. */
import { symlinkSync } from 'node:fs';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer, request as httpsRequest, type Server } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DoorClient, DoorServer, readBody } from '../../../contracts/door-http.js';
import { AraError } from '../../../contracts/errors.js';
import { testCertificates } from '../../../test/kit/certificates.js';
import { EgressAgent } from './egress-agent.js';
import { KeyBroker } from './key-broker.js';
import { temporaryFolder } from './test-rig.js';

interface Seen {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage['headers'];
  body: string;
}

let folder: string;
let provider: Server;
let seen: Seen[];
let answer: { status: number; headers: Record<string, string>; body: string };
let targets: string[];
let doorStatus: number;
let egress: DoorServer;
let agent: EgressAgent;
let released: string[];
let keys: Record<string, string>;
let rooms: DoorServer;
let client: DoorClient;

beforeEach(async () => {
  folder = temporaryFolder();
  const { ca, cert, key } = await testCertificates();
  seen = [];
  answer = { status: 200, headers: { 'content-type': 'application/json' }, body: '{"ok":true}' };
  provider = createServer({ cert, key }, (incoming, response) => {
    void readBody(incoming, 1e6).then((body) => {
      seen.push({
        method: incoming.method,
        url: incoming.url,
        headers: incoming.headers,
        body: body.toString(),
      });
      response.writeHead(answer.status, answer.headers).end(answer.body);
    });
  });
  await once(provider.listen(0, '127.0.0.1'), 'listening');
  const { port } = provider.address() as AddressInfo;
  targets = [];
  doorStatus = 200;
  egress = new DoorServer([], {
    onConnect: (incoming, socket) => {
      targets.push(incoming.url ?? '');
      socket.on('error', () => undefined);
      if (doorStatus !== 200) return void socket.end(`HTTP/1.1 ${doorStatus} Refused\r\n\r\n`);
      const upstream = connect(port, '127.0.0.1').on('error', () => socket.destroy());
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(upstream).pipe(socket);
      socket.once('close', () => upstream.destroy());
    },
  });
  await egress.listen(join(folder, 'egress.sock'));
  agent = new EgressAgent(join(folder, 'egress.sock'), ca);
  released = [];
  keys = { anthropic: 'sk-ant-the-key', openai: 'sk-openai-the-key' };
  const broker = new KeyBroker(
    async (name) => {
      released.push(name);
      const found = keys[name];
      if (!found) throw new AraError('no-key');
      return found;
    },
    () => agent,
  );
  rooms = new DoorServer([
    { method: 'POST', path: '/v1/models/:provider/*', handle: (call) => broker.pass(call) },
    { method: 'GET', path: '/v1/models/:provider/*', handle: (call) => broker.pass(call) },
  ]);
  await rooms.listen(join(folder, 'rooms.sock'));
  client = new DoorClient(join(folder, 'rooms.sock'), 'internal');
});
afterEach(async () => {
  client.close();
  agent.destroy();
  provider.closeAllConnections();
  provider.close();
  await rooms.close();
  await egress.close();
});

/** A call as the agent room makes it. */
async function ask(path: string, body: unknown = {}, headers: Record<string, string> = {}, method = 'POST') {
  const { request } = await import('node:http');
  const outgoing = request({
    socketPath: join(folder, 'rooms.sock'),
    method,
    path: `/v1/models/${path}`,
    headers: { 'content-type': 'application/json', ...headers },
  });
  outgoing.end(method === 'GET' ? undefined : JSON.stringify(body));
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  return {
    status: response.statusCode,
    headers: response.headers,
    text: String(await readBody(response, 1e6)),
  };
}
const MESSAGES = 'anthropic/v1/messages';

describe('a model call', () => {
  it('goes to its provider with the key that was released, and comes back', async () => {
    expect(await ask(MESSAGES, { model: 'm' })).toMatchObject({ status: 200, text: '{"ok":true}' });
    expect(targets).toEqual(['api.anthropic.com:443']);
    expect(seen).toMatchObject([{ method: 'POST', url: '/v1/messages', body: '{"model":"m"}' }]);
    expect(seen[0]?.headers).toMatchObject({ host: 'api.anthropic.com', 'x-api-key': 'sk-ant-the-key' });
    await ask('openai/v1/chat/completions');
    expect(targets).toContain('api.openai.com:443');
    expect(seen[1]?.headers['authorization']).toBe('Bearer sk-openai-the-key');
  });

  it('carries nothing of the agent room but what a model call needs', async () => {
    await ask(
      MESSAGES,
      {},
      {
        'x-api-key': 'planted',
        authorization: 'Bearer planted',
        cookie: 'planted=1',
        'x-forwarded-for': 'planted',
        'proxy-authorization': 'planted',
        host: 'planted.example.org',
        'anthropic-version': '2023-06-01',
        accept: 'text/event-stream',
      },
    );
    const { headers } = seen[0]!;
    expect(JSON.stringify(headers)).not.toContain('planted');
    expect(Object.keys(headers).sort()).toEqual(
      [
        'accept',
        'anthropic-version',
        'connection',
        'content-length',
        'content-type',
        'host',
        'x-api-key',
      ].sort(),
    );
  });

  it('brings back nothing of the provider but what a model answer needs', async () => {
    answer.headers = {
      'content-type': 'text/event-stream',
      'retry-after': '7',
      'request-id': 'r1',
      'set-cookie': 'a=b',
      'anthropic-organization-id': 'org',
    };
    const { headers } = await ask(MESSAGES);
    expect(headers).toMatchObject({
      'content-type': 'text/event-stream',
      'retry-after': '7',
      'request-id': 'r1',
    });
    expect(headers).not.toHaveProperty('set-cookie');
    expect(headers).not.toHaveProperty('anthropic-organization-id');
  });

  it.each([
    'anthropic/v1/files',
    'anthropic/v1/messages/batches',
    'anthropic/v1/messages/',
    'anthropic/v1/messages%2f..',
    'anthropic/V1/messages',
    'anthropic//v1/messages',
    'anthropic/v1/chat/completions',
    'openai/v1/messages',
    'openai/v1/files',
    'openai/v1/organization/admin_api_keys',
  ])('may not be %s', async (path) => {
    expect(await ask(path)).toMatchObject({ status: 403 });
    expect([seen, released, targets]).toEqual([[], [], []]);
  });

  it('may not climb out of its path', async () => {
    expect((await ask('anthropic/v1/messages/../files')).status).toBe(403);
    expect((await ask('anthropic/../../v1/keys')).status).toBe(404);
    expect(seen).toEqual([]);
  });

  it('may neither read nor go to a provider that there is not', async () => {
    expect((await ask(MESSAGES, {}, {}, 'GET')).status).toBe(403);
    expect((await ask('evil/v1/messages')).status).toBe(400);
    expect(seen).toEqual([]);
  });
});

describe('the key', () => {
  it('is asked for once, and again when the provider no longer knows it', async () => {
    await ask(MESSAGES);
    await ask(MESSAGES);
    expect(released).toEqual(['anthropic']);
    answer.status = 401;
    expect((await ask(MESSAGES)).status).toBe(401);
    keys['anthropic'] = 'sk-ant-the-new-key';
    answer.status = 200;
    await ask(MESSAGES);
    expect(released).toEqual(['anthropic', 'anthropic']);
    expect(seen.at(-1)?.headers['x-api-key']).toBe('sk-ant-the-new-key');
  });

  it('that is not set is a refusal of our own, marked as such, and nothing leaves', async () => {
    keys = {};
    const { status, headers, text } = await ask(MESSAGES);
    expect(status).toBe(404);
    expect(headers['x-ara-refusal']).toBe('1');
    expect(JSON.parse(text)).toMatchObject({ error: { code: 'no-key' } });
    expect(targets).toEqual([]);
    keys = { anthropic: 'set-now' };
    expect((await ask(MESSAGES)).status).toBe(200);
  });

  it('is never in an answer, not even when the way out is closed', async () => {
    doorStatus = 403;
    const { status, headers, text } = await ask(MESSAGES);
    expect(status).toBe(502);
    expect(headers['x-ara-refusal']).toBe('1');
    expect(JSON.parse(text)).toMatchObject({ error: { code: 'platform-unreachable' } });
    expect(text).not.toContain('sk-ant');
  });

  it('leaves the answers of the provider without our mark', async () => {
    answer = { status: 404, headers: {}, body: '{"error":{"type":"not_found_error"}}' };
    const { status, headers, text } = await ask(MESSAGES);
    expect({ status, text }).toEqual({ status: 404, text: answer.body });
    expect(headers).not.toHaveProperty('x-ara-refusal');
  });
});

describe('the way out', () => {
  const get = async (through: EgressAgent, host = 'api.telegram.org') => {
    const outgoing = httpsRequest({ host, path: '/x', agent: through });
    outgoing.end();
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    await readBody(response, 1e6);
    return response.statusCode;
  };

  it('keeps a connection for the next call', async () => {
    expect([await get(agent), await get(agent), await get(agent)]).toEqual([200, 200, 200]);
    expect(targets).toEqual(['api.telegram.org:443']);
  });

  it('believes nobody whom no known authority vouches for', async () => {
    const strict = new EgressAgent(join(folder, 'egress.sock'), null);
    await expect(get(strict)).rejects.toMatchObject({
      code: expect.stringMatching(/CERT|SIGNATURE/) as unknown,
    });
    expect(seen).toEqual([]);
    strict.destroy();
  });

  it('believes nobody under another name', async () => {
    await expect(get(agent, 'mail.example.org')).rejects.toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
  });

  it('that the door refuses is a connection that never was', async () => {
    doorStatus = 403;
    await expect(get(agent)).rejects.toMatchObject({
      name: 'EgressError',
      code: 'ECONNREFUSED',
      status: 403,
    });
    doorStatus = 200;
    expect(await get(agent)).toBe(200);
  });

  it('is an error when the door is not there and does not come', async () => {
    const lost = new EgressAgent(join(folder, 'none.sock'), null, 120);
    const began = performance.now();
    await expect(get(lost)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(performance.now() - began).toBeGreaterThan(100);
  });

  it('leads through a door that comes back while somebody waits', async () => {
    const path = join(folder, 'later.sock');
    const { ca } = await testCertificates();
    const waiting = new EgressAgent(path, ca, 5_000);
    const call = get(waiting);
    setTimeout(() => symlinkSync(join(folder, 'egress.sock'), path), 150);
    expect(await call).toBe(200);
    waiting.destroy();
  });

  it('survives a server that closes its connections in between', async () => {
    expect(await get(agent)).toBe(200);
    const closed = new Promise((resolve) => provider.once('connection', (socket: Socket) => resolve(socket)));
    provider.closeAllConnections();
    await expect.poll(() => Object.keys(agent.freeSockets).length, { interval: 2 }).toBe(0);
    expect(await get(agent)).toBe(200);
    await closed;
    expect(targets).toHaveLength(2);
  });
});
