/** Tests of one answer from several models: who is asked, with what, and that nothing is said twice. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CatalogueModel, ModelChoice } from '../../../../contracts/gateway-door.js';
import { ModelRig, PLAIN_REQUEST } from '../testing/model-rig.js';
import { breaksOff, byProvider, doorRefuses, inTurn, refuses, says } from '../testing/provider-streams.js';
import { answer, type AnswerEvent, type Candidate } from './answer.js';
import type { ModelError, ModelRequest } from './model.js';

const POLICY = { retries: 2, firstPause: 1, longestAfterSeconds: 1 };
const CALLS = [{ id: 'call_1', name: 'look_up', json: ['{}'] }];

const claude: ModelChoice = { provider: 'anthropic', model: 'claude-sonnet-5-5' };
const gpt: ModelChoice = { provider: 'openai', model: 'gpt-6-sol' };
const gemini: ModelChoice = { provider: 'google', model: 'gemini-3.8-flash' };
const all = [claude, gpt, gemini].map((choice): Candidate => ({ choice, limits: undefined }));

const limitsOf = (choice: ModelChoice, more: Partial<CatalogueModel>): CatalogueModel => ({
  ...choice,
  contextTokens: 100_000,
  outputTokens: 10_000,
  images: true,
  thinking: true,
  price: null,
  ...more,
});

let rig: ModelRig;
beforeEach(async () => {
  rig = new ModelRig();
  await rig.door.listen();
});
afterEach(() => rig.close());

async function ask(
  candidates: readonly Candidate[] = all,
  request: Partial<ModelRequest> = {},
  events: AnswerEvent[] = [],
): Promise<AnswerEvent[]> {
  for await (const event of answer(rig.models, candidates, { ...PLAIN_REQUEST, ...request }, POLICY))
    events.push(event);
  return events;
}

const failure = (candidates?: readonly Candidate[]): Promise<ModelError> =>
  ask(candidates).then(
    () => expect.unreachable('it answered'),
    (error: unknown) => error as ModelError,
  );

const asked = (): string[] => rig.door.modelCalls.map(({ path }) => path.split('/')[0] ?? '');

describe('the order of models', () => {
  it('is followed until one answers, and the answer says who it is of', async () => {
    rig.door.provider = says(['Hi']);
    expect(await ask()).toEqual([
      { type: 'text', text: 'Hi', choice: claude },
      expect.objectContaining({ type: 'end', choice: claude }),
    ]);
    expect(asked()).toEqual(['anthropic']);
  });

  it('goes on after a failure that is not the request’s, and says so before the first words', async () => {
    rig.door.provider = byProvider({
      anthropic: refuses({ status: 401 }),
      openai: doorRefuses(404, 'no-key'),
      google: says(['Hi'], { thinks: true }),
    });
    const events = await ask(all, { thinking: 'low' });
    expect(events.map(({ type }) => type)).toEqual(['thinking', 'thinking', 'fallback', 'text', 'end']);
    expect(events[2]).toEqual({ type: 'fallback', reason: 'bad-key', failed: claude, choice: gemini });
  });

  it('goes on before a call as before words', async () => {
    rig.door.provider = byProvider({
      anthropic: refuses({ status: 402 }),
      openai: says([], { calls: CALLS }),
    });
    expect((await ask()).map(({ type }) => type)).toEqual(['fallback', 'tool-call', 'end']);
  });

  it.each([
    ['a request that is too long', refuses({ status: 413 }), 'too-long'],
    ['a request that is refused', refuses({ status: 400 }), 'refused-by-provider'],
    ['the user’s own budget', doorRefuses(402, 'over-budget'), 'over-budget'],
  ])('ends with %s', async (_what, provider, reason) => {
    rig.door.provider = provider;
    expect((await failure()).reason).toBe(reason);
    expect(asked()).toEqual(['anthropic']);
  });

  it('tells of the first failure when all fail, but of the budget before anything', async () => {
    const rest = { anthropic: refuses({ status: 401 }), openai: refuses({ status: 402 }) };
    rig.door.provider = byProvider({ ...rest, google: refuses({ status: 401 }) });
    expect((await failure()).reason).toBe('bad-key');
    rig.door.provider = byProvider({ ...rest, google: doorRefuses(402, 'over-budget') });
    expect((await failure()).reason).toBe('over-budget');
    expect((await failure([])).reason).toBe('no-key');
  });

  it('is left alone once the user has ended the turn', async () => {
    const stop = new AbortController();
    rig.door.provider = () => stop.abort();
    await expect(ask(all, { signal: stop.signal })).rejects.toThrow();
    expect(asked()).toEqual(['anthropic']);
  });
});

describe('asking again', () => {
  it('helps where the failure passes', async () => {
    rig.door.provider = inTurn(refuses({ status: 529 }), breaksOff([], 'cut'), says(['Hi']));
    expect((await ask()).map(({ type }) => type)).toEqual(['text', 'end']);
    expect(asked()).toEqual(['anthropic', 'anthropic', 'anthropic']);
  });

  it('ends at some time, and then another model is asked', async () => {
    rig.door.provider = byProvider({ anthropic: refuses({ status: 500 }), openai: says(['Hi']) });
    expect((await ask())[0]).toMatchObject({ type: 'fallback', reason: 'provider-down' });
    expect(asked()).toEqual(['anthropic', 'anthropic', 'anthropic', 'openai']);
  });

  it('waits for a provider that asks for little, and leaves one that asks for much', async () => {
    const wants = (seconds: string) => refuses({ status: 429, headers: { 'retry-after': seconds } });
    rig.door.provider = inTurn(wants('0.01'), says(['Hi']));
    await ask();
    expect(asked()).toEqual(['anthropic', 'anthropic']);
    rig.door.provider = byProvider({ anthropic: wants('30'), openai: says(['Hi']) });
    expect((await ask())[0]).toMatchObject({ type: 'fallback', reason: 'rate-limited' });
  });

  it('never happens once anything was said', async () => {
    rig.door.provider = inTurn(breaksOff(['Half an'], 'cut'), says(['again']));
    const events: AnswerEvent[] = [];
    await expect(ask(all, {}, events)).rejects.toMatchObject({ reason: 'provider-down' });
    expect(events).toEqual([{ type: 'text', text: 'Half an', choice: claude }]);
    expect(asked()).toEqual(['anthropic']);
  });

  it('may happen after thoughts, which nobody has seen', async () => {
    rig.door.provider = inTurn(breaksOff([], 'cut', { thinks: true }), says(['Hi'], { thinks: true }));
    const types = (await ask()).map(({ type }) => type);
    expect(types.slice(0, 2)).toEqual(['thinking', 'thinking']);
    expect(types.slice(-2)).toEqual(['text', 'end']);
    expect(asked()).toEqual(['anthropic', 'anthropic']);
  });
});

describe('what a model cannot do', () => {
  const image = { type: 'image', mediaType: 'image/png', data: 'iVBORw0KGgo=' } as const;
  const result = {
    type: 'tool-result',
    id: 'call_1',
    name: 'look_up',
    text: 'an owl',
    failed: false,
  } as const;
  const request: Partial<ModelRequest> = {
    thinking: 'high',
    maxTokens: 20_000,
    messages: [
      { role: 'user', content: [{ type: 'text', text: 'What is this?' }, image] },
      { role: 'assistant', content: [{ type: 'tool-call', id: 'call_1', name: 'look_up', arguments: {} }] },
      { role: 'user', content: [{ ...result, images: [image] }] },
    ],
  };
  const body = (): Record<string, unknown> => rig.sent.body;

  beforeEach(() => {
    rig.door.provider = says(['Hi']);
  });

  it('is not asked of it', async () => {
    const limits = limitsOf(claude, { images: false, thinking: false, outputTokens: 8_000 });
    await ask([{ choice: claude, limits }], request);
    expect(body()).toMatchObject({ max_tokens: 8_000, thinking: { type: 'between_tools' } });
    expect(rig.sent.raw).not.toContain(image.data);
    expect(body()['messages']).toMatchObject([
      { content: [{ text: 'What is this?' }, { text: '[an image, which this model cannot see]' }] },
      {},
      {
        content: [
          { type: 'tool_result', content: [{ text: 'an owl\n[an image, which this model cannot see]' }] },
        ],
      },
    ]);
  });

  it('is asked of the next one that can', async () => {
    rig.door.provider = byProvider({ anthropic: refuses({ status: 401 }), google: says(['Hi']) });
    await ask(
      [
        { choice: claude, limits: limitsOf(claude, { images: false, thinking: false, outputTokens: 8_000 }) },
        { choice: gemini, limits: limitsOf(gemini, { outputTokens: 64_000 }) },
      ],
      request,
    );
    expect(rig.sent.raw.split(image.data)).toHaveLength(3);
    expect(body()['generationConfig']).toMatchObject({
      maxOutputTokens: 20_000,
      thinkingConfig: { thinkingLevel: 'HIGH' },
    });
  });

  it('is not known of a model that the catalogue does not have', async () => {
    await ask([{ choice: claude, limits: undefined }], request);
    expect(body()).toMatchObject({ max_tokens: 20_000, thinking: { type: 'adaptive' } });
  });
});
