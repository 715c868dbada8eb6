/** Tests of thinking: what each model is asked for, what is told of it, and that it comes back to whom it belongs. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Provider } from '../../../../contracts/ids.js';
import { asks, lookUp, ModelRig, PROVIDERS } from '../testing/model-rig.js';
import { inTurn, replies, says } from '../testing/provider-streams.js';
import type { AssistantContent, ModelMessage, Thinking } from './model.js';

const CALLS = [
  { id: 'call_1', name: 'look_up', json: ['{}'] },
  { id: 'call_2', name: 'look_up', json: ['{}'] },
];

let rig: ModelRig;
beforeEach(async () => {
  rig = new ModelRig();
  await rig.door.listen();
  rig.door.provider = says(['x']);
});
afterEach(() => rig.close());

const body = (): Record<string, unknown> => rig.sent.body;

it.each<[string, Thinking, object]>([
  ['claude-sonnet-5-5', 'off', { thinking: { type: 'between_tools' } }],
  ['claude-haiku-5-5', 'off', { thinking: { type: 'disabled' } }],
  ['claude-opus-4-8', 'off', { thinking: { type: 'disabled' } }],
  ['claude-opus-5-5', 'off', { output_config: { effort: 'low' } }],
  ['claude-fable-5-2', 'off', { output_config: { effort: 'low' } }],
  ['claude-nova-7', 'off', { output_config: { effort: 'low' } }],
  ['claude-sonnet-5-5', 'high', { thinking: { type: 'adaptive' }, output_config: { effort: 'high' } }],
  ['claude-haiku-4-5-20251001', 'off', {}],
  ['claude-haiku-4-5-20251001', 'low', { thinking: { type: 'enabled', budget_tokens: 1_976 } }],
])('%s is asked to think %s in its own form', async (model, thinking, form) => {
  await rig.ask('anthropic', { model, thinking });
  const { thinking: asked, output_config } = body();
  expect({ ...(asked ? { thinking: asked } : {}), ...(output_config ? { output_config } : {}) }).toEqual(
    form,
  );
});

it('a small answer leaves an early Claude no room to think', async () => {
  await rig.ask('anthropic', { model: 'claude-haiku-4-5', thinking: 'high', maxTokens: 2_000 });
  expect(body()['thinking']).toBeUndefined();
});

it.each<[string, Thinking, boolean, string | undefined]>([
  ['gpt-4o-mini', 'high', false, undefined],
  ['gpt-5-chat-latest', 'high', false, undefined],
  ['o4-mini', 'off', true, 'low'],
  ['gpt-5-mini', 'off', true, 'minimal'],
  ['gpt-5-mini', 'high', true, 'high'],
  ['gpt-6-sol', 'off', false, 'none'],
  ['gpt-6-sol', 'low', false, 'low'],
  ['gpt-6-sol', 'high', true, 'none'],
])('%s is asked to think %s (with tools: %s) with the effort %s', async (model, thinking, tools, effort) => {
  await rig.ask('openai', { model, thinking, tools: tools ? [lookUp] : [] });
  expect(body()['reasoning_effort']).toBe(effort);
});

it.each<[Thinking, string | undefined]>([
  ['off', undefined],
  ['high', 'high'],
])('a compatible server is asked to think %s with the effort %s', async (thinking, effort) => {
  await rig.ask('compatible', { thinking });
  expect(body()['reasoning_effort']).toBe(effort);
});

it.each<[string, Thinking, object | undefined]>([
  ['gemini-2.0-flash', 'high', undefined],
  ['gemini-2.5-flash', 'off', { thinkingBudget: 0, includeThoughts: false }],
  ['gemini-2.5-pro', 'off', { thinkingBudget: 128, includeThoughts: false }],
  ['gemini-2.5-pro', 'low', { thinkingBudget: 1_024, includeThoughts: true }],
  ['gemini-3.8-flash', 'off', { thinkingLevel: 'LOW', includeThoughts: false }],
  ['gemini-4-argon', 'high', { thinkingLevel: 'HIGH', includeThoughts: true }],
])('%s is asked to think %s in its own form', async (model, thinking, form) => {
  await rig.ask('google', { model, thinking });
  const { generationConfig } = body() as { generationConfig: { thinkingConfig?: object } };
  expect(generationConfig.thinkingConfig).toEqual(form);
});

/** What a model says that thinks and then calls. */
async function thoughtful(provider: Provider, model: string): Promise<readonly AssistantContent[]> {
  rig.door.provider = says([], { calls: CALLS, thinks: true });
  const events = await rig.ask(provider, { model, tools: [lookUp], thinking: 'low' });
  if (provider !== 'openai')
    expect(events.slice(0, 2).map(({ type }) => type)).toEqual(['thinking', 'thinking']);
  return rig.said(provider, { model, tools: [lookUp], thinking: 'low' });
}

function withResults(content: readonly AssistantContent[]): ModelMessage[] {
  const results = CALLS.map(({ id, name }) => ({
    type: 'tool-result' as const,
    id,
    name,
    text: 'a bird',
    failed: false,
    images: [],
  }));
  return [asks('hello'), { role: 'assistant', content }, { role: 'user', content: results }];
}

const own: [Provider, string, string][] = [
  [
    'anthropic',
    'claude-sonnet-5-5',
    '[{"type":"thinking","thinking":"Hm…","signature":"signed"},{"type":"tool_use"',
  ],
  ['google', 'gemini-3.8-flash', '"name":"look_up"},"thoughtSignature":"signed"},{"functionCall"'],
  ['compatible', 'deepseek-4', '"reasoning_content":"Hm…"'],
];

it.each(own)('%s gets its thoughts back with the results', async (provider, model, thoughts) => {
  const messages = withResults(await thoughtful(provider, model));
  rig.door.provider = says(['done']);
  await rig.ask(provider, { model, messages, tools: [lookUp], thinking: 'low' });
  expect(rig.sent.raw).toContain(thoughts);
});

it.each(own)('another model gets no thoughts of %s, but all the rest', async (provider, model) => {
  const messages = withResults(await thoughtful(provider, model));
  rig.door.provider = says(['done']);
  for (const other of PROVIDERS) {
    await rig.ask(other, { model: 'another-model', messages, tools: [lookUp] });
    expect(rig.sent.raw).toContain('call_2');
    expect(rig.sent.raw).not.toMatch(/Hm|signed/);
  }
});

it('Google is told which call it has not made itself, unless it does not ask', async () => {
  const messages = withResults(await thoughtful('anthropic', 'claude-sonnet-5-5'));
  rig.door.provider = says(['done']);
  await rig.ask('google', { model: 'gemini-3.8-flash', messages });
  expect(rig.sent.raw.split('skip_thought_signature_validator')).toHaveLength(2);
  await rig.ask('google', { model: 'gemini-2.5-flash', messages });
  expect(rig.sent.raw).not.toContain('thoughtSignature');
});

it('an early Claude does not think on after calls that another model has made', async () => {
  const messages = withResults(await thoughtful('google', 'gemini-3.8-flash'));
  rig.door.provider = says(['done']);
  await rig.ask('anthropic', { model: 'claude-haiku-4-5', messages, thinking: 'low' });
  expect(body()['thinking']).toBeUndefined();
});

it('an answer without calls has nothing to give back', async () => {
  rig.door.provider = says(['x'], { thinks: true });
  const events = await rig.ask('anthropic', { thinking: 'low' });
  expect(events.at(-1)).toMatchObject({ type: 'end', content: [{ type: 'text', text: 'x' }] });
});

it('OpenRouter gets its details back, the pieces of one thought as one', async () => {
  const piece = (reasoning_details: object[]): string =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta: { reasoning: '…', reasoning_details } }] })}\n\n`;
  const stream = [
    piece([{ type: 'reasoning.text', index: 0, text: 'Let ' }]),
    piece([{ type: 'reasoning.text', index: 0, text: 'us see', signature: 'signed' }]),
    piece([{ type: 'reasoning.encrypted', index: 1, id: 'a', data: 'x1' }]),
    piece([{ type: 'reasoning.encrypted', index: 1, id: 'b', data: 'x2' }]),
    'data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_1","function":{"name":"look_up","arguments":"{}"}}]},"finish_reason":"tool_calls"}]}\n\n',
    'data: [DONE]\n\n',
  ];
  rig.door.provider = inTurn(replies(200, 'text/event-stream', stream.join('')), says(['done']));
  const content = await rig.said('compatible');
  await rig.ask('compatible', { messages: withResults(content) });
  expect((body()['messages'] as object[])[2]).toMatchObject({
    role: 'assistant',
    reasoning_details: [
      { type: 'reasoning.text', index: 0, text: 'Let us see', signature: 'signed' },
      { type: 'reasoning.encrypted', id: 'a', data: 'x1' },
      { type: 'reasoning.encrypted', id: 'b', data: 'x2' },
    ],
  });
});
