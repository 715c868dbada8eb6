/** Tests of tools with each provider through its real library: described, called, and given their results. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Provider } from '../../../../contracts/ids.js';
import { asks, IMAGE, lookUp, ModelRig, PROVIDERS } from '../testing/model-rig.js';
import { inTurn, says } from '../testing/provider-streams.js';
import type { AssistantContent, ModelMessage, ToolResult } from './model.js';

const CALLS = [
  { id: 'call_1', name: 'look_up', json: ['{"wor', 'd":"owl"', ', "deep": {"n": 1}}'] },
  { id: 'call_2', name: 'look_up', json: [] },
];
const FIRST_CALL = {
  type: 'tool-call',
  id: 'call_1',
  name: 'look_up',
  arguments: { word: 'owl', deep: { n: 1 } },
} as const;
const SECOND_CALL = { type: 'tool-call', id: 'call_2', name: 'look_up', arguments: {} } as const;

const resultOf = (id: string, more: Partial<ToolResult> = {}): ToolResult => ({
  type: 'tool-result',
  id,
  name: 'look_up',
  text: 'a bird',
  failed: false,
  images: [],
  ...more,
});

let rig: ModelRig;
beforeEach(async () => {
  rig = new ModelRig();
  await rig.door.listen();
  rig.door.provider = says(['x']);
});
afterEach(() => rig.close());

/** Asks, and once more with the results of what was called. */
async function roundTrip(provider: Provider, results: readonly ToolResult[]): Promise<void> {
  const tools = [lookUp];
  const content = await rig.said(provider, { tools });
  await rig.ask(provider, {
    tools,
    messages: [asks('hello'), { role: 'assistant', content }, { role: 'user', content: results }],
  });
}

describe.each(PROVIDERS)('the tools of %s', (provider) => {
  it('are described', async () => {
    await rig.ask(provider, { tools: [lookUp] });
    const { name, description, parameters } = lookUp;
    const cached = { cache_control: { type: 'ephemeral' } };
    const functions = [{ type: 'function', function: { name, description, parameters } }];
    expect(rig.sent.body['tools']).toEqual(
      {
        anthropic: [{ name, description, input_schema: parameters, ...cached }],
        openai: functions,
        google: [{ functionDeclarations: [{ name, description, parametersJsonSchema: parameters }] }],
        compatible: functions,
      }[provider],
    );
  });

  it('are called once the answer is whole', async () => {
    rig.door.provider = says(['Let me see.'], { calls: CALLS });
    const events = await rig.ask(provider, { tools: [lookUp] });
    const text = { type: 'text', text: 'Let me see.' };
    expect(events).toEqual([
      text,
      FIRST_CALL,
      SECOND_CALL,
      {
        type: 'end',
        stop: 'tools',
        tokens: { input: 11, cached: 0, output: 7 },
        content: [text, FIRST_CALL, SECOND_CALL],
      },
    ]);
  });

  it('get their results back, a failure as such', async () => {
    rig.door.provider = inTurn(says([], { calls: CALLS }), says(['done']));
    await roundTrip(provider, [
      resultOf('call_1'),
      resultOf('call_2', { text: 'no such word', failed: true }),
    ]);
    const { arguments: args } = FIRST_CALL;
    const chat = [
      { role: 'user', content: 'hello' },
      {
        role: 'assistant',
        content: '',
        tool_calls: [
          { type: 'function', id: 'call_1', function: { name: 'look_up', arguments: JSON.stringify(args) } },
          { type: 'function', id: 'call_2', function: { name: 'look_up', arguments: '{}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'call_1', content: 'a bird' },
      { role: 'tool', tool_call_id: 'call_2', content: 'Failed: no such word' },
    ];
    const cached = { cache_control: { type: 'ephemeral' } };
    expect(rig.shown).toEqual(
      {
        anthropic: [
          { role: 'user', content: [{ type: 'text', text: 'hello', ...cached }] },
          {
            role: 'assistant',
            content: [
              { type: 'tool_use', id: 'call_1', name: 'look_up', input: args },
              { type: 'tool_use', id: 'call_2', name: 'look_up', input: {} },
            ],
          },
          {
            role: 'user',
            content: [
              { type: 'tool_result', tool_use_id: 'call_1', content: [{ type: 'text', text: 'a bird' }] },
              {
                type: 'tool_result',
                tool_use_id: 'call_2',
                content: [{ type: 'text', text: 'no such word' }],
                is_error: true,
                ...cached,
              },
            ],
          },
        ],
        openai: chat,
        google: [
          { role: 'user', parts: [{ text: 'hello' }] },
          {
            role: 'model',
            parts: [
              {
                functionCall: { id: 'call_1', name: 'look_up', args },
                thoughtSignature: 'skip_thought_signature_validator',
              },
              { functionCall: { id: 'call_2', name: 'look_up', args: {} } },
            ],
          },
          {
            role: 'user',
            parts: [
              { functionResponse: { id: 'call_1', name: 'look_up', response: { output: 'a bird' } } },
              { functionResponse: { id: 'call_2', name: 'look_up', response: { error: 'no such word' } } },
            ],
          },
        ],
        compatible: chat,
      }[provider],
    );
  });

  it('may show an image, which comes after all results and before what the user has added', async () => {
    rig.door.provider = inTurn(says([], { calls: CALLS }), says(['done']));
    await roundTrip(provider, [resultOf('call_1', { images: [IMAGE] }), resultOf('call_2')]);
    const messages = rig.shown.slice(2);
    const url = { type: 'image_url', image_url: { url: `data:image/png;base64,${IMAGE.data}` } };
    const chat = [
      { role: 'tool' },
      { role: 'tool' },
      { role: 'user', content: [{ type: 'text', text: 'From look_up:' }, url] },
    ];
    expect(messages).toMatchObject(
      {
        anthropic: [
          {
            content: [
              {
                tool_use_id: 'call_1',
                content: [
                  { type: 'text', text: 'a bird' },
                  { type: 'image', source: { type: 'base64', media_type: 'image/png', data: IMAGE.data } },
                ],
              },
              { tool_use_id: 'call_2' },
            ],
          },
        ],
        openai: chat,
        google: [
          {
            parts: [
              { functionResponse: { id: 'call_1' } },
              { functionResponse: { id: 'call_2' } },
              { inlineData: { mimeType: 'image/png', data: IMAGE.data } },
            ],
          },
        ],
        compatible: chat,
      }[provider],
    );
  });

  it('get a name for their calls where there is none', async () => {
    rig.door.provider = says([], { calls: [{ id: '', name: 'look_up', json: ['{}'] }] });
    const [call] = await rig.ask(provider, { tools: [lookUp] });
    expect(call).toMatchObject({
      type: 'tool-call',
      id: expect.stringMatching(/^[a-zA-Z0-9_-]{1,40}$/) as string,
    });
  });
});

it.each(['anthropic', 'openai', 'compatible'] as const)(
  'arguments of %s that are no JSON are handed on as they are, and go back as an object',
  async (provider) => {
    const broken = says([], { calls: [{ id: 'call_1', name: 'look_up', json: ['{"word":', ' oops'] }] });
    rig.door.provider = broken;
    const [call] = await rig.ask(provider, { tools: [lookUp] });
    expect(call).toMatchObject({ type: 'tool-call', arguments: '{"word": oops' });
    rig.door.provider = inTurn(broken, says(['done']));
    await roundTrip(provider, [resultOf('call_1', { failed: true })]);
    expect(rig.sent.raw).toContain(
      provider === 'anthropic' ? '"input":{"unreadable":' : String.raw`{\"unreadable\":`,
    );
  },
);

it('the words of the user follow the results, and nothing blank goes to Anthropic', async () => {
  const content = [{ type: 'text', text: 'And hurry.' } as const, resultOf('call_1', { text: ' ' })];
  const said: AssistantContent[] = [{ type: 'text', text: '\n' }, FIRST_CALL];
  await rig.ask('anthropic', {
    messages: [asks('hello'), { role: 'assistant', content: said }, { role: 'user', content }],
  });
  expect(rig.shown.slice(1)).toMatchObject([
    { role: 'assistant', content: [{ type: 'tool_use' }] },
    {
      role: 'user',
      content: [
        { type: 'tool_result', content: [] },
        { type: 'text', text: 'And hurry.' },
      ],
    },
  ]);
});

it.each([
  ['anthropic', 'functions.look_up:0', /^[a-zA-Z0-9_-]+$/],
  ['openai', 'x'.repeat(60), /^.{1,40}$/],
  ['compatible', 'functions.look_up:0', /^functions\.look_up:0$/],
] as const)(
  'a call of another provider goes to %s under a name that it takes',
  async (provider, id, allowed) => {
    const messages: ModelMessage[] = [
      asks('hello'),
      { role: 'assistant', content: [{ ...FIRST_CALL, id }] },
      { role: 'user', content: [resultOf(id)] },
    ];
    await rig.ask(provider, { messages, tools: [lookUp] });
    const [, call, result] = /"id":"([^"]+)".*"(?:tool_use|tool_call)_id":"([^"]+)"/.exec(rig.sent.raw) ?? [];
    expect(call).toMatch(allowed);
    expect(result).toBe(call);
  },
);

it('calls of a compatible server may all have the same place', async () => {
  const piece = (id: string, args: string): string =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta: { tool_calls: [{ index: 0, id, function: { name: 'look_up', arguments: args } }] } }] })}\n\n`;
  rig.door.provider = (_call, response) =>
    void response
      .writeHead(200, { 'content-type': 'text/event-stream' })
      .end(
        piece('a', '{"word":') +
          piece('a', '"owl"}') +
          piece('b', '{}') +
          'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n',
      );
  expect((await rig.ask('compatible')).slice(0, 2)).toEqual([
    { type: 'tool-call', id: 'a', name: 'look_up', arguments: { word: 'owl' } },
    { type: 'tool-call', id: 'b', name: 'look_up', arguments: {} },
  ]);
});
