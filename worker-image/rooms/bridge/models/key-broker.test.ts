/** The key broker, over real sockets: what passes, where to, and the key that is put in on the way. */
import { EventEmitter, once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { beforeEach, describe, expect, it } from 'vitest';
import { answers, brokerRig, calls, type BrokerRig } from './broker-test-rig.js';

let rig: BrokerRig;
beforeEach(async () => {
  rig = await brokerRig();
});
const { path: MESSAGES, body: HELLO } = calls.anthropic;

describe('a model call', () => {
  it.each([
    ['anthropic', 'api.anthropic.com:443', '/v1/messages', { 'x-api-key': 'sk-ant-the-key' }],
    ['openai', 'api.openai.com:443', '/v1/chat/completions', { authorization: 'Bearer sk-openai-the-key' }],
    [
      'google',
      'generativelanguage.googleapis.com:443',
      '/v1/models/gemini:streamGenerateContent?alt=sse',
      { 'x-goog-api-key': 'AIza-the-key' },
    ],
    [
      'compatible',
      'models.example.net:8443',
      '/api/v1/chat/completions',
      { authorization: 'Bearer the-key/with+signs=' },
    ],
  ] as const)(
    'goes to %s with the key that was released, and comes back',
    async (provider, target, url, key) => {
      const { path, body } = calls[provider];
      expect(await rig.ask(path, body)).toMatchObject({ status: 200, text: '{"ok":true}' });
      expect(rig.targets).toEqual([target]);
      expect(rig.seen).toMatchObject([{ method: 'POST', url, body: JSON.stringify(body) }]);
      expect(rig.seen[0]?.headers).toMatchObject({ ...key, host: target.replace(':443', '') });
      expect(rig.state.released).toEqual([provider]);
    },
  );

  it('carries nothing of the agent room but what a model call needs', async () => {
    await rig.ask(MESSAGES, HELLO, {
      'x-api-key': 'planted',
      'x-goog-api-key': 'planted',
      authorization: 'Bearer planted',
      cookie: 'planted=1',
      'x-forwarded-for': 'planted',
      'proxy-authorization': 'planted',
      host: 'planted.example.org',
      'anthropic-beta': 'planted',
      'anthropic-workspace-id': 'planted',
      'accept-encoding': 'planted',
      'user-agent': 'planted',
      'anthropic-version': '2023-06-01',
      accept: 'text/event-stream',
    });
    const { headers } = rig.seen[0]!;
    expect(JSON.stringify(headers)).not.toContain('planted');
    expect(headers).toMatchObject({ 'accept-encoding': 'identity', 'content-type': 'application/json' });
    expect(Object.keys(headers).sort()).toEqual(
      [
        'accept',
        'accept-encoding',
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
    rig.answering = answers(200, '{}', {
      'content-type': 'text/event-stream',
      'retry-after': '7',
      'request-id': 'r1',
      'set-cookie': 'a=b',
      'anthropic-organization-id': 'org',
    });
    const { headers } = await rig.ask(MESSAGES, HELLO);
    expect(headers).toMatchObject({
      'content-type': 'text/event-stream',
      'retry-after': '7',
      'request-id': 'r1',
    });
    expect(headers).not.toHaveProperty('set-cookie');
    expect(headers).not.toHaveProperty('anthropic-organization-id');
  });

  it('comes back unchanged, each piece before the next is there', async () => {
    const pieces = ['data: {"a":', '"ä 🌱"}\n', '\ndata: [DONE]\r\n'].map((piece) => Buffer.from(piece));
    const arrivals = new EventEmitter();
    rig.answering = async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const piece of pieces) {
        response.write(piece);
        await once(arrivals, 'piece');
      }
      response.end();
    };
    const outgoing = rig.start(MESSAGES).end(JSON.stringify(HELLO));
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    const arrived: Buffer[] = [];
    for await (const piece of response) {
      arrived.push(piece as Buffer);
      arrivals.emit('piece');
    }
    expect(arrived).toEqual(pieces);
  });

  it.each([
    'anthropic/v1/files',
    'anthropic/v1/messages/batches',
    'anthropic/v1/messages/',
    'anthropic/v1/messages%2f..',
    'anthropic/V1/messages',
    'anthropic//v1/messages',
    'anthropic/v1/messages?key=planted',
    'anthropic/v1/chat/completions',
    'anthropic/v1/messages/../files',
    'openai/v1/messages',
    'openai/v1/files',
    'openai/v1/organization/admin_api_keys',
    'google/v1/models/gemini:generateContent?key=planted',
    'google/v1/models/gemini:streamGenerateContent?alt=sse&key=planted',
    'google/v1/models',
    'compatible/v1/chat/completions',
    'compatible/../chat/completions',
  ])('may not be %s', async (path) => {
    expect((await rig.ask(path, HELLO)).status).toBeOneOf([400, 403]);
    expect([rig.seen, rig.state.released, rig.targets]).toEqual([[], [], []]);
  });

  it('may neither read nor go to a provider that there is not', async () => {
    expect((await rig.ask(MESSAGES, HELLO, {}, 'GET')).status).toBe(403);
    expect((await rig.ask('evil/v1/messages', HELLO)).status).toBe(400);
    expect(rig.seen).toEqual([]);
  });

  it.each(['', '0', '2', '-1', '1.0', '01', '1e0', '1,1', 'one', '9'.repeat(400)])(
    'may not be for the turn %j, which is not open',
    async (turn) => {
      expect(await rig.ask(MESSAGES, HELLO, { 'x-ara-turn': turn })).toMatchObject({ status: 403 });
      expect([rig.seen, rig.state.released]).toEqual([[], []]);
    },
  );

  it('may not hold what cannot be priced, nor more than a provider takes', async () => {
    expect(await rig.ask(MESSAGES, { ...HELLO, speed: 'fast' })).toMatchObject({ status: 400 });
    expect(await rig.ask(MESSAGES, 'not JSON')).toMatchObject({ status: 400 });
    const long = { ...HELLO, messages: [{ role: 'user', content: 'x'.repeat(32 * 1_048_576) }] };
    expect(await rig.ask(MESSAGES, long)).toMatchObject({ status: 413 });
    expect([rig.seen, rig.state.released, rig.targets]).toEqual([[], [], []]);
  });

  it('may be as large as a provider takes', async () => {
    const content = 'x'.repeat(31 * 1_048_576);
    expect(await rig.ask(MESSAGES, { ...HELLO, messages: [{ role: 'user', content }] })).toMatchObject({
      status: 200,
    });
    expect(rig.seen[0]?.body).toContain(content);
  });
});

describe('the key', () => {
  it('is asked for once, and again when the provider no longer knows it', async () => {
    await rig.ask(MESSAGES, HELLO);
    await rig.ask(MESSAGES, HELLO);
    expect(rig.state.released).toEqual(['anthropic']);
    rig.answering = answers(401, '{}');
    expect(rig.state.refused).toEqual([]);
    expect((await rig.ask(MESSAGES, HELLO)).status).toBe(401);
    expect(rig.state.refused).toEqual(['anthropic']);
    rig.state.keys['anthropic'] = 'sk-ant-the-new-key';
    rig.answering = answers(200, '{}');
    await rig.ask(MESSAGES, HELLO);
    expect(rig.state.released).toEqual(['anthropic', 'anthropic']);
    expect(rig.seen.at(-1)?.headers['x-api-key']).toBe('sk-ant-the-new-key');
  });

  it('that was changed on its way goes to nobody, and the new one to the new server only', async () => {
    const { path, body } = calls.compatible;
    const gate = new EventEmitter();
    rig.state.gate = once(gate, 'open');
    rig.state.keys['compatible'] = 'of-the-old-server';
    const call = rig.ask(path, body);
    await expect.poll(() => rig.state.released, { interval: 1 }).toHaveLength(1);
    rig.state.keys['compatible'] = 'of-the-new-server';
    rig.state.settings = { ...rig.state.settings, compatibleUrl: 'https://localhost/v1' };
    rig.broker.forget();
    gate.emit('open');
    expect(await call).toMatchObject({ status: 200 });
    expect(rig.targets).toEqual(['localhost:443']);
    expect(rig.seen[0]?.headers.authorization).toBe('Bearer of-the-new-server');
  });

  it('that is not set is a refusal of our own, marked as such, and nothing leaves', async () => {
    rig.state.keys = {};
    const { status, headers, text } = await rig.ask(MESSAGES, HELLO);
    expect(status).toBe(404);
    expect(headers['x-ara-refusal']).toBe('1');
    expect(JSON.parse(text)).toMatchObject({ error: { code: 'no-key' } });
    expect(rig.targets).toEqual([]);
    rig.state.keys = { anthropic: 'set-now' };
    expect((await rig.ask(MESSAGES, HELLO)).status).toBe(200);
  });

  it('of a compatible server is not sent anywhere while none is set', async () => {
    rig.state.settings = { ...rig.state.settings, compatibleUrl: null };
    const { status, text } = await rig.ask(calls.compatible.path, calls.compatible.body);
    expect({ status, error: JSON.parse(text) as unknown }).toMatchObject({
      status: 404,
      error: { error: { code: 'no-key' } },
    });
    expect(rig.targets).toEqual([]);
  });

  it('that no header can hold is a refusal too, which repeats nothing of it', async () => {
    rig.state.keys = { anthropic: 'sk-ant\nplanted' };
    const { status, text } = await rig.ask(MESSAGES, HELLO);
    expect(status).toBe(500);
    expect(text).not.toContain('planted');
    expect(rig.spending.view().today).toBe(0);
  });

  it.each(['anthropic', 'openai', 'google', 'compatible'] as const)(
    'is not seen by the agent room when %s repeats it',
    async (provider) => {
      const { path, body } = calls[provider];
      rig.answering = (response, { headers }) => {
        const key = String(headers['x-api-key'] ?? headers['x-goog-api-key'] ?? headers.authorization);
        const plain = key.replace('Bearer ', '');
        const echo = {
          error: {
            message: `API key not valid: ${plain}`,
            help: `https://a/?key=${encodeURIComponent(plain)}`,
          },
        };
        response.writeHead(400, { 'content-type': 'application/json', 'x-request-id': 'r' });
        response.end(JSON.stringify(echo));
      };
      const { status, text, headers } = await rig.ask(path, body);
      expect(status).toBe(400);
      expect(text).toContain('API key not valid: ***');
      const key = rig.state.keys[provider]!;
      for (const form of [key, encodeURIComponent(key)]) {
        expect(text).not.toContain(form);
        expect(JSON.stringify(headers)).not.toContain(form);
      }
    },
  );

  it('is never in an answer, not even when the way out is closed', async () => {
    rig.doorStatus = 403;
    const { status, headers, text } = await rig.ask(MESSAGES, HELLO);
    expect(status).toBe(502);
    expect(headers['x-ara-refusal']).toBe('1');
    expect(JSON.parse(text)).toMatchObject({ error: { code: 'platform-unreachable' } });
    expect(text).not.toContain('sk-ant');
  });

  it('says so when the user has stopped the host', async () => {
    rig.doorStatus = 403;
    rig.doorHeaders = 'x-ara-stopped: yes\r\n';
    const { status, text } = await rig.ask(MESSAGES, HELLO);
    expect(status).toBe(403);
    expect(JSON.parse(text)).toMatchObject({ error: { code: 'host-stopped' } });
  });

  it('leaves the answers of the provider without our mark', async () => {
    const body = '{"error":{"type":"not_found_error"}}';
    rig.answering = answers(404, body);
    const { status, headers, text } = await rig.ask(MESSAGES, HELLO);
    expect({ status, text }).toEqual({ status: 404, text: body });
    expect(headers).not.toHaveProperty('x-ara-refusal');
  });
});
