/** Tests of all providers through their real libraries: what each stream and each refusal comes to. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Provider } from '../../../../contracts/ids.js';
import type { FailureReason } from '../../../../contracts/rooms-door.js';
import type { Refusal } from '../testing/provider-formats.js';
import { ModelRig, PLAIN_REQUEST, PROVIDERS } from '../testing/model-rig.js';
import {
  breaksOff,
  doorRefuses,
  failsInside,
  refuses,
  replies,
  says,
  trickles,
} from '../testing/provider-streams.js';

type Case = [Refusal, FailureReason, boolean];
const FROM_ALL: Case[] = [
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
const QUOTA = 'You exceeded your current quota, please check your plan and billing details.';
const GOOGLE_QUOTA: Refusal = { status: 429, type: 'RESOURCE_EXHAUSTED', message: QUOTA };
const FROM_ONE: Record<Provider, Case[]> = {
  anthropic: [],
  openai: [
    [{ status: 429, type: 'insufficient_quota', code: 'insufficient_quota' }, 'over-quota', false],
    [{ status: 429, type: 'tokens', code: 'rate_limit_exceeded', message: QUOTA }, 'rate-limited', false],
    [{ status: 400, type: 'invalid_request_error', code: 'context_length_exceeded' }, 'too-long', false],
    [{ status: 403, type: 'invalid_request_error', code: 'model_not_found' }, 'refused-by-provider', false],
  ],
  google: [
    [GOOGLE_QUOTA, 'over-quota', false],
    [{ ...GOOGLE_QUOTA, headers: { 'retry-after': '3.5' } }, 'rate-limited', true],
    [
      { ...GOOGLE_QUOTA, message: `${QUOTA} GenerateRequestsPerDay`, headers: { 'retry-after': '3.5' } },
      'over-quota',
      false,
    ],
    [{ status: 400, type: 'INVALID_ARGUMENT', code: 'API_KEY_INVALID' }, 'bad-key', false],
    [
      {
        status: 400,
        type: 'INVALID_ARGUMENT',
        message: 'The input token count (2000000) exceeds the maximum number of tokens allowed (1048576).',
      },
      'too-long',
      false,
    ],
    [{ status: 400, type: 'FAILED_PRECONDITION' }, 'refused-by-provider', false],
  ],
  compatible: [
    [{ status: 400, message: 'request exceeds the available context size (4096 tokens)' }, 'too-long', false],
    [{ status: 403, message: 'The input was flagged by moderation.' }, 'refused-by-provider', false],
  ],
};
const INSIDE: Record<Provider, [string, FailureReason][]> = {
  anthropic: [
    ['overloaded_error', 'provider-down'],
    ['rate_limit_error', 'rate-limited'],
    ['invalid_request_error', 'refused-by-provider'],
  ],
  openai: [
    ['server_error', 'provider-down'],
    ['rate_limit_error', 'rate-limited'],
    ['invalid_request_error', 'refused-by-provider'],
  ],
  google: [
    ['UNAVAILABLE', 'provider-down'],
    ['RESOURCE_EXHAUSTED', 'rate-limited'],
    ['INVALID_ARGUMENT', 'refused-by-provider'],
  ],
  compatible: [['server_error', 'provider-down']],
};

let rig: ModelRig;
beforeEach(async () => {
  rig = new ModelRig();
  await rig.door.listen();
});
afterEach(() => rig.close());

describe.each(PROVIDERS)('the model of %s', (provider) => {
  it('streams an answer with its figures', async () => {
    rig.door.provider = says(['Hel', 'lo', ' 👋🏽'], { cached: 90 });
    expect(await rig.ask(provider)).toEqual([
      { type: 'text', text: 'Hel' },
      { type: 'text', text: 'lo' },
      { type: 'text', text: ' 👋🏽' },
      {
        type: 'end',
        stop: 'end',
        tokens: { input: 11, cached: 90, output: 7 },
        content: [{ type: 'text', text: 'Hello 👋🏽' }],
      },
    ]);
  });

  it('reads a stream that comes a few bytes at a time', async () => {
    rig.door.provider = trickles(['Grüß ', '👋🏽']);
    expect((await rig.ask(provider)).slice(0, -1)).toEqual([
      { type: 'text', text: 'Grüß ' },
      { type: 'text', text: '👋🏽' },
    ]);
  });

  it('says when the answer reached its length limit, and gives out no call that may be cut', async () => {
    const calls = [{ id: 'call_1', name: 'look_up', json: ['{"word":', '"a"}'] }];
    rig.door.provider = says(['x'], { ending: 'length', calls });
    const events = await rig.ask(provider);
    expect(events.map(({ type }) => type)).toEqual(['text', 'end']);
    expect(events.at(-1)).toMatchObject({ stop: 'length', content: [{ type: 'text', text: 'x' }] });
  });

  it('knows a refusal of the model', async () => {
    rig.door.provider = says(['I'], { ending: 'refusal' });
    expect((await rig.failure(provider)).reason).toBe('refused-by-provider');
  });

  it.each(['cut', 'short'] as const)('takes a stream that is %s for a failure', async (how) => {
    rig.door.provider = breaksOff(['Hel'], how);
    expect(await rig.failure(provider)).toMatchObject({ reason: 'provider-down', advice: { retry: true } });
  });

  it('takes a stream that ends within a line for a failure', async () => {
    rig.door.provider = replies(200, 'text/event-stream', 'event: message_start\ndata: {"ca');
    expect((await rig.failure(provider)).reason).toBe('provider-down');
  });

  it('runs out of patience with a silent stream and with a silent provider', async () => {
    const hurried = new ModelRig(100);
    await hurried.door.listen();
    hurried.door.provider = breaksOff(['Hel'], 'silent');
    expect((await hurried.failure(provider)).reason).toBe('timeout');
    hurried.door.provider = () => undefined;
    expect((await hurried.failure(provider)).reason).toBe('timeout');
    await hurried.close();
  });

  it.each(INSIDE[provider])('understands %s inside a stream', async (type, reason) => {
    rig.door.provider = failsInside(['Hel'], type);
    expect((await rig.failure(provider)).reason).toBe(reason);
  });

  it.each([...FROM_ALL, ...FROM_ONE[provider]])(
    'understands the refusal %j as %s',
    async (refusal, reason, retry) => {
      rig.door.provider = refuses(refusal);
      const error = await rig.failure(provider);
      expect(error).toMatchObject({ reason, advice: { retry } });
      expect(String(error.stack)).not.toContain('secret-raw-words');
      expect(error.cause).toBeUndefined();
    },
  );

  it('waits as long as the provider asks', async () => {
    rig.door.provider = refuses({ status: 429, headers: { 'retry-after': '1.5' } });
    expect((await rig.failure(provider)).advice.afterSeconds).toBe(1.5);
  });

  it.each([
    [404, 'no-key', 'no-key'],
    [402, 'over-budget', 'over-budget'],
    [403, 'host-stopped', 'host-stopped'],
    [413, 'too-large', 'too-long'],
    [502, 'platform-unreachable', 'provider-down'],
    [503, 'database-unavailable', 'provider-down'],
    [403, 'not-allowed', 'internal'],
  ] as const)('understands the refusal %i %s of the door', async (status, code, reason) => {
    rig.door.provider = doorRefuses(status, code);
    expect((await rig.failure(provider)).reason).toBe(reason);
  });

  it('takes a door that is gone for a provider that is down', async () => {
    await rig.door.crash();
    expect(await rig.failure(provider)).toMatchObject({ reason: 'provider-down', advice: { retry: true } });
  });

  it('ends the request when the signal fires', async () => {
    const stop = new AbortController();
    let closed = false;
    rig.door.provider = (call, response) => {
      response.once('close', () => (closed = true));
      void breaksOff(['Hel'], 'silent')(call, response);
      setTimeout(() => stop.abort(), 20);
    };
    await rig.ask(provider, { signal: stop.signal }).catch(() => undefined);
    await expect.poll(() => closed).toBe(true);
  });

  it('ends the request when nobody listens any more', async () => {
    let closed = false;
    rig.door.provider = (call, response) => {
      response.once('close', () => (closed = true));
      void breaksOff(['Hel', 'lo'], 'silent')(call, response);
    };
    const model = await rig.models.get(provider);
    for await (const _event of model.stream(PLAIN_REQUEST)) break;
    await expect.poll(() => closed).toBe(true);
  });
});

describe('a compatible server', () => {
  it.each([
    [404, 'text/plain', '404 page not found', 'refused-by-provider'],
    [
      404,
      'application/json',
      '{"error":"model \"llama\" not found, try pulling it first"}',
      'refused-by-provider',
    ],
    [
      400,
      'application/json',
      '{"message":"maximum context length is 4096","type":"BadRequestError"}',
      'too-long',
    ],
    [400, 'application/json', '{"error":"input is too long for this model"}', 'too-long'],
    [401, 'text/html', '<html>Unauthorized</html>', 'bad-key'],
    [502, 'text/html', '<html>Bad Gateway</html>', 'provider-down'],
    [200, 'text/event-stream', 'data: {"error":{"code":429,"message":"slow down"}}\n\n', 'rate-limited'],
    [200, 'text/event-stream', 'data: {"error":"out of memory"}\n\n', 'provider-down'],
  ] as const)('may refuse with %i %s %s', async (status, type, body, reason) => {
    rig.door.provider = replies(status, type, body);
    expect((await rig.failure('compatible')).reason).toBe(reason);
  });

  it('may say nothing of tokens', async () => {
    rig.door.provider = replies(
      200,
      'text/event-stream',
      'data: {"choices":[{"delta":{"content":"Hi"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n',
    );
    expect((await rig.ask('compatible')).at(-1)).toMatchObject({
      tokens: { input: 0, cached: 0, output: 0 },
    });
  });
});

it('knows a question that Google does not let through', async () => {
  rig.door.provider = replies(
    200,
    'text/event-stream',
    'data: {"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"}}\r\n\r\n',
  );
  expect((await rig.failure('google')).reason).toBe('refused-by-provider');
});

it('asks Google again when its model lost its way', async () => {
  rig.door.provider = replies(
    200,
    'text/event-stream',
    'data: {"candidates":[{"finishReason":"MALFORMED_FUNCTION_CALL"}]}\r\n\r\n',
  );
  expect(await rig.failure('google')).toMatchObject({ reason: 'provider-down', advice: { retry: true } });
});
