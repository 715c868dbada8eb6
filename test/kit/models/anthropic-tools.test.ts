/** Tools, thinking, pictures and the cache at the fake Anthropic: what it sends, and what it refuses as the real one does. */
import Anthropic from '@anthropic-ai/sdk';
import type {
  ContentBlockParam,
  MessageCreateParamsNonStreaming,
} from '@anthropic-ai/sdk/resources/messages/messages.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startFakeAnthropic, type FakeAnthropic } from './anthropic.js';
import { GIF, PNG } from '../pictures.js';

type Body = MessageCreateParamsNonStreaming;

const KEY = 'sk-ant-test-key';
const look = { name: 'look', input_schema: { type: 'object' as const, properties: {} } };
const asking: Body = {
  model: 'claude-test',
  max_tokens: 100,
  tools: [look],
  messages: [{ role: 'user', content: 'hello' }],
};
const use = (id: string) => ({ type: 'tool_use' as const, id, name: 'look', input: {} });
const result = (id: string) => ({ type: 'tool_result' as const, tool_use_id: id, content: 'seen' });
const text = { type: 'text' as const, text: 'so' };

/** A round of tools: what the model said, and what came back. */
const round = (said: ContentBlockParam[], back: ContentBlockParam[], body = asking): Body => ({
  ...body,
  messages: [...body.messages, { role: 'assistant', content: said }, { role: 'user', content: back }],
});

let server: FakeAnthropic;
let client: Anthropic;

beforeAll(async () => {
  server = await startFakeAnthropic({ keys: [KEY] });
  client = new Anthropic({ apiKey: KEY, baseURL: server.url, maxRetries: 0 });
});
beforeEach(() => server.script(undefined));
afterAll(() => server.stop());

async function refusal(body: unknown): Promise<string> {
  const known = server.violations.length;
  await expect(client.messages.create(body as Body)).rejects.toMatchObject({ status: 400 });
  return server.violations.slice(known).join();
}

describe('a call of a tool', () => {
  const script = () => ({
    text: 'Let me look.',
    toolCalls: [{ name: 'look', arguments: { at: 'the moon' } }],
  });
  const content = [
    { type: 'text', text: 'Let me look.' },
    { type: 'tool_use', name: 'look', input: { at: 'the moon' } },
  ];

  it('comes behind the text, and ends the answer', async () => {
    server.script(script);
    const whole = await client.messages.create(asking);
    const streamed = await client.messages.stream(asking).finalMessage();
    for (const message of [whole, streamed])
      expect(message).toMatchObject({ content, stop_reason: 'tool_use' });
  });

  it('is streamed in pieces of JSON, which need not be whole', async () => {
    server.script(() => ({ toolCalls: [{ id: 'toolu_1', name: 'look', arguments: '{"at": "the' }] }));
    let json = '';
    for await (const event of await client.messages.create({ ...asking, stream: true }))
      if (event.type === 'content_block_delta' && event.delta.type === 'input_json_delta')
        json += event.delta.partial_json;
    expect(json).toBe('{"at": "the');
  });

  it('can break off between two of them', async () => {
    const calls = [1, 2].map((n) => ({ id: `toolu_${n}`, name: 'look', arguments: {} }));
    server.script(() => ({ toolCalls: calls, cutAfter: 1, orderly: true }));
    const blocks: string[] = [];
    for await (const event of await client.messages.create({ ...asking, stream: true }))
      if (event.type === 'content_block_start' && 'id' in event.content_block)
        blocks.push(event.content_block.id);
    expect(blocks).toEqual(['toolu_1']);
  });

  it.each([
    ['without an answer', round([use('a')], [text]), /messages.1: `tool_use` ids were found without .*: a\./],
    ['answered in part', round([use('a'), use('b')], [result('a')]), /messages.1: .* immediately after: b\./],
    ['answered behind a text', round([use('a')], [text, result('a')]), /messages.1: .*: a\./],
    ['answered twice', round([use('a')], [result('a'), result('a')]), /messages.2: unexpected `tool_use_id`/],
    ['that nobody made', round([text], [result('b')]), /messages.2: unexpected `tool_use_id` .*: b\./],
    [
      'of the user',
      round([use('a')], [use('b')]),
      /messages.2: `tool_use` blocks can only be in `assistant`/,
    ],
    ['with arguments of no object', round([{ ...use('a'), input: [1] }], [result('a')]), /valid dictionary/],
    ['with a bad name', round([{ ...use('a'), name: 'look up' }], [result('a')]), /should match pattern/],
    ['while no tool is declared', { ...round([use('a')], [result('a')]), tools: [] }, /must define tools/],
  ])('%s is refused', async (_how, body, complaint) => {
    expect(await refusal(body)).toMatch(complaint);
  });
});

describe('a tool', () => {
  const schema = (input_schema: unknown) => ({ ...asking, tools: [{ name: 'look', input_schema }] });

  it.each([
    ['a bad name', { ...asking, tools: [{ ...look, name: 'läuft' }] }, 'tools.0.name: String should match'],
    ['a name that is taken', { ...asking, tools: [look, look] }, 'tools: Tool names must be unique.'],
    ['a schema of no object', schema({ type: 'string' }), 'tools.0.input_schema.type: Invalid input'],
    [
      'a list of anything',
      schema({ type: 'object', properties: { at: { type: 'array' } } }),
      'schema.at: array schema missing items',
    ],
    [
      'a needed argument that there is not',
      schema({ type: 'object', required: ['at'] }),
      'required names a property that is not there',
    ],
    ['a field too many', { ...asking, tools: [{ ...look, colour: 1 }] }, 'tools.0.colour: Extra inputs'],
    ['a choice among none', { ...asking, tools: [], tool_choice: { type: 'auto' } }, 'tool_choice may only'],
    [
      'a choice that is unknown',
      { ...asking, tool_choice: { type: 'tool', name: 'x' } },
      "Tool 'x' not found",
    ],
  ])('with %s is refused', async (_what, body, complaint) => {
    expect(await refusal(body)).toContain(complaint);
  });
});

describe('thinking', () => {
  const thinking: Body = {
    ...asking,
    model: 'claude-sonnet-5-5',
    thinking: { type: 'adaptive', display: 'summarized' },
  };
  /** Asks, and gives the request that brings back the result of the tool. */
  async function half(body: Body): Promise<Body> {
    server.script(() => ({
      thinking: 'Where is it?',
      toolCalls: [{ id: 'a', name: 'look', arguments: {} }],
    }));
    const { content } = await client.messages.stream(body).finalMessage();
    server.script(undefined);
    return round(content, [result('a')], body);
  }

  it('comes first, and is taken back as it was', async () => {
    const next = await half(thinking);
    expect(next.messages[1]?.content).toMatchObject([
      { type: 'thinking', thinking: 'Where is it?' },
      { type: 'tool_use', name: 'look' },
    ]);
    await expect(client.messages.create(next)).resolves.toMatchObject({ content: [{ text: 'echo: hello' }] });
  });

  it('is counted, and not told unless that is wanted', async () => {
    server.script(() => ({ thinking: 'x'.repeat(40), text: 'y'.repeat(40), outputTokens: 30 }));
    const message = await client.messages.create({ ...asking, model: 'claude-sonnet-5-5' });
    expect(message.content[0]).toMatchObject({ type: 'thinking', thinking: '' });
    expect(message.usage).toMatchObject({
      output_tokens: 30,
      output_tokens_details: { thinking_tokens: 10 },
    });
    const off = await client.messages.create(asking);
    expect(off.content).toHaveLength(1);
    expect(off.usage.output_tokens_details).toBeNull();
  });

  const changed = (body: Body, change: (blocks: ContentBlockParam[]) => ContentBlockParam[]): Body => ({
    ...body,
    messages: body.messages.map((message) =>
      typeof message.content !== 'string' && message.role === 'assistant'
        ? { ...message, content: change(message.content) }
        : message,
    ),
  });

  it.each([
    [
      'left out',
      (body: Body) => changed(body, (blocks) => blocks.slice(1)),
      /messages.1.content.0.type: Expected `thinking`/,
    ],
    [
      'put into other words',
      (body: Body) => changed(body, ([one, ...rest]) => [{ ...one, thinking: 'There!' } as never, ...rest]),
      /messages.1.content.0: .* cannot be modified/,
    ],
    [
      'without its own signature',
      (body: Body) => changed(body, ([one, ...rest]) => [{ ...one, signature: 'AAAA' } as never, ...rest]),
      /messages.1.content.0: Invalid `signature`/,
    ],
    [
      'behind another system prompt',
      (body: Body) => ({ ...body, system: 'It is 9:15 now.' }),
      /bound to a different conversation/,
    ],
    ['at the end', (body: Body) => changed(body, ([one]) => [one!]), /final block .* cannot be `thinking`/],
  ])('%s is refused', async (_how, change, complaint) => {
    expect(await refusal(change(await half(thinking)))).toMatch(complaint);
  });

  it('of another model is passed over', async () => {
    const next = await half(thinking);
    const other = { ...next, model: 'claude-opus-5-5' };
    await expect(client.messages.create(other)).resolves.toMatchObject({ model: 'claude-opus-5-5' });
  });

  it.each([
    ['claude-opus-5-5', { type: 'disabled' }, '"thinking.type.disabled" is not supported for this model'],
    ['claude-sonnet-5-5', { type: 'disabled' }, 'Use "thinking.type.between_tools"'],
    ['claude-sonnet-5', { type: 'enabled', budget_tokens: 2000 }, 'Use "thinking.type.adaptive"'],
    ['claude-haiku-4-5-20251001', { type: 'adaptive' }, 'adaptive thinking is not supported on this model'],
    ['claude-sonnet-4-6', { type: 'enabled', budget_tokens: 2000 }, '`max_tokens` must be greater than'],
  ])('of %s is refused as %j', async (model, wanted, complaint) => {
    expect(await refusal({ ...asking, model, thinking: wanted })).toContain(complaint);
  });

  it('goes with no tool that is forced, and no answer that is begun', async () => {
    const forced = { ...thinking, tool_choice: { type: 'any' } };
    expect(await refusal(forced)).toContain('Thinking may not be enabled when tool_choice forces tool use');
    const messages = [...asking.messages, { role: 'assistant', content: 'So' }];
    expect(await refusal({ ...thinking, messages })).toContain('does not support assistant message prefill');
  });
});

describe('a picture', () => {
  const picture = (media_type: string, data: string) => ({
    ...asking,
    messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'base64', media_type, data } }] }],
  });

  it('is taken from the user and from a tool', async () => {
    await client.messages.create(picture('image/png', PNG) as Body);
    const source = { type: 'base64' as const, media_type: 'image/gif' as const, data: GIF };
    const seen = { ...result('a'), content: [{ type: 'image' as const, source }] };
    await client.messages.create(round([use('a')], [seen]));
  });

  it.each([
    ['of another type than it says', picture('image/jpeg', PNG), 'does not match the provided media type'],
    ['that is no base64', picture('image/png', '%%%'), 'invalid base64 data'],
    ['that is empty', picture('image/png', ''), 'invalid base64 data'],
    ['of an unknown type', picture('image/bmp', PNG), 'media_type: Invalid option'],
    ['that is too large', picture('image/png', PNG.padEnd(6_000_000, 'A')), 'image exceeds 5 MB maximum'],
  ])('%s is refused', async (_how, body, complaint) => {
    expect(await refusal(body)).toContain(complaint);
  });
});

describe('the cache', () => {
  const mark = { cache_control: { type: 'ephemeral' as const } };
  const marked = (count: number) => ({
    ...asking,
    system: Array.from({ length: count - 1 }, () => ({ ...text, ...mark })),
    tools: [{ ...look, ...mark }],
  });

  it('has four marks at most', async () => {
    await client.messages.create(marked(4));
    expect(await refusal(marked(5))).toContain('A maximum of 4 blocks with cache_control');
  });
});
