/** Tests of both providers through their real libraries: what each stream and each refusal comes to. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FailureReason } from '../../../../contracts/rooms-door.js';
import { createDoorFetch } from '../door-fetch.js';
import { SocketHttp } from '../socket-http.js';
import { FakeRoomsDoor } from '../testing/fake-rooms-door.js';
import {
  breaksOff,
  doorRefuses,
  failsInside,
  refuses,
  says,
  type Refusal,
} from '../testing/provider-streams.js';
import { Models } from './index.js';
import { modelErrorOf } from './model-error.js';
import type { ModelError, ModelEvent } from './model.js';

const FROM_BOTH: [Refusal, FailureReason, boolean][] = [
  [{ status: 401, type: 'authentication_error' }, 'bad-key', false],
  [{ status: 403, type: 'permission_error' }, 'bad-key', false],
  [{ status: 402, type: 'billing_error' }, 'over-quota', false],
  [{ status: 400, message: 'Your credit balance is too low to access the API.' }, 'over-quota', false],
  [{ status: 429, type: 'rate_limit_error' }, 'rate-limited', false],
  [{ status: 429, type: 'rate_limit_error', headers: { 'retry-after': '2' } }, 'rate-limited', true],
  [{ status: 400, message: 'prompt is too long: 210000 tokens > 200000 maximum' }, 'too-long', false],
  [{ status: 413, type: 'request_too_large' }, 'too-long', false],
  [{ status: 404, type: 'not_found_error' }, 'refused-by-provider', false],
  [{ status: 400, type: 'invalid_request_error' }, 'refused-by-provider', false],
  [{ status: 500, type: 'api_error' }, 'provider-down', true],
  [{ status: 503 }, 'provider-down', true],
  [{ status: 529, type: 'overloaded_error' }, 'provider-down', true],
];
const FROM_OPENAI: typeof FROM_BOTH = [
  [{ status: 429, type: 'insufficient_quota', code: 'insufficient_quota' }, 'over-quota', false],
  [{ status: 429, type: 'tokens', code: 'rate_limit_exceeded' }, 'rate-limited', false],
  [{ status: 400, type: 'invalid_request_error', code: 'context_length_exceeded' }, 'too-long', false],
  [{ status: 403, type: 'invalid_request_error', code: 'model_not_found' }, 'refused-by-provider', false],
];

describe.each(['anthropic', 'openai'] as const)('the model of %s', (provider) => {
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

  const ask = async (signal = new AbortController().signal): Promise<ModelEvent[]> => {
    const model = await new Models(createDoorFetch(http, { firstByte: 100, silence: 100 })).get(provider);
    const messages = [{ role: 'user', text: 'hello' }] as const;
    const events: ModelEvent[] = [];
    const request = { model: 'test-model', system: 'Be kind.', messages, maxTokens: 99, signal };
    for await (const event of model.stream(request)) events.push(event);
    return events;
  };
  const failure = async (): Promise<ModelError> =>
    ask().then(
      () => expect.unreachable('it answered'),
      (thrown: unknown) => modelErrorOf(thrown),
    );

  it('streams an answer with its figures', async () => {
    fake.door.provider = says(['Hel', 'lo', ' 👋🏽']);
    expect(await ask()).toEqual([
      { type: 'text', text: 'Hel' },
      { type: 'text', text: 'lo' },
      { type: 'text', text: ' 👋🏽' },
      { type: 'end', inputTokens: 11, outputTokens: 7, cut: false },
    ]);
  });

  it('sends what the provider expects, and no key', async () => {
    fake.door.provider = says(['x']);
    await ask();
    const [call] = fake.door.modelCalls;
    expect(call?.body).toMatchObject({ model: 'test-model', stream: true });
    expect(call?.headers['content-type']).toBe('application/json');
    expect(call?.headers.authorization).toBe('Bearer held-by-the-bridge-room');
    if (provider === 'anthropic') {
      expect(call?.path).toBe('anthropic/v1/messages');
      expect(call?.headers['anthropic-version']).toMatch(/^20\d\d-\d\d-\d\d$/);
      expect(call?.body).toMatchObject({
        max_tokens: 99,
        system: 'Be kind.',
        messages: [{ role: 'user', content: 'hello' }],
      });
    } else {
      expect(call?.path).toBe('openai/v1/chat/completions');
      expect(call?.body).toMatchObject({
        max_completion_tokens: 99,
        stream_options: { include_usage: true },
      });
      expect(call?.body.messages).toEqual([
        { role: 'system', content: 'Be kind.' },
        { role: 'user', content: 'hello' },
      ]);
    }
  });

  it('says when the answer reached its length limit', async () => {
    fake.door.provider = says(['x'], { ending: 'length' });
    expect((await ask()).at(-1)).toMatchObject({ type: 'end', cut: true });
  });

  it('knows a refusal of the model', async () => {
    fake.door.provider = says(['I'], { ending: 'refusal' });
    expect((await failure()).reason).toBe('refused-by-provider');
  });

  it.each(['cut', 'short'] as const)('takes a stream that is %s for a failure', async (how) => {
    fake.door.provider = breaksOff(['Hel'], how);
    expect((await failure()).reason).toBe('provider-down');
  });

  it('runs out of patience with a silent stream and with a silent provider', async () => {
    fake.door.provider = breaksOff(['Hel'], 'silent');
    expect((await failure()).reason).toBe('timeout');
    fake.door.provider = () => undefined;
    expect((await failure()).reason).toBe('timeout');
  });

  it.each([
    [provider === 'anthropic' ? 'overloaded_error' : 'server_error', 'provider-down'],
    ['rate_limit_error', 'rate-limited'],
    ['invalid_request_error', 'refused-by-provider'],
  ] as const)('understands %s inside a stream', async (type, reason) => {
    fake.door.provider = failsInside(['Hel'], type);
    expect((await failure()).reason).toBe(reason);
  });

  it.each(provider === 'openai' ? [...FROM_BOTH, ...FROM_OPENAI] : FROM_BOTH)(
    'understands the refusal %j as %s',
    async (refusal, reason, retry) => {
      fake.door.provider = refuses(refusal);
      const error = await failure();
      expect(error).toMatchObject({ reason, advice: { retry } });
      expect(String(error.stack)).not.toContain('secret-raw-words');
    },
  );

  it.each([
    [404, 'no-key', 'no-key'],
    [502, 'platform-unreachable', 'provider-down'],
    [503, 'database-unavailable', 'provider-down'],
    [403, 'not-allowed', 'internal'],
  ] as const)('understands the refusal %i %s of the door', async (status, code, reason) => {
    fake.door.provider = doorRefuses(status, code);
    expect((await failure()).reason).toBe(reason);
  });

  it('takes a door that is gone for a provider that is down', async () => {
    await fake.door.crash();
    expect(await failure()).toMatchObject({ reason: 'provider-down', advice: { retry: true } });
  });

  it('ends the request when the signal fires', async () => {
    const stop = new AbortController();
    let closed = false;
    fake.door.provider = (call, response) => {
      response.once('close', () => (closed = true));
      void breaksOff(['Hel'], 'silent')(call, response);
      setTimeout(() => stop.abort(), 20);
    };
    await ask(stop.signal).catch(() => undefined);
    await expect.poll(() => closed).toBe(true);
  });
});
