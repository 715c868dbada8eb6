/** Tools, pictures and reasoning at the fake OpenAI: what it sends, and what it refuses as the real one does. */
import OpenAI from 'openai';
import type {
  ChatCompletionCreateParamsNonStreaming,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions/completions.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startFakeOpenAI, type FakeOpenAI } from './openai.js';
import { GIF, PNG } from '../pictures.js';

type Body = ChatCompletionCreateParamsNonStreaming;

const KEY = 'sk-test-key';
const look = { type: 'function' as const, function: { name: 'look', parameters: { type: 'object' } } };
const asking: Body = {
  model: 'gpt-test',
  tools: [look],
  messages: [{ role: 'user', content: 'hello' }],
};
const calls = (...ids: string[]): ChatCompletionMessageParam => ({
  role: 'assistant',
  content: null,
  tool_calls: ids.map((id) => ({ id, type: 'function', function: { name: 'look', arguments: '{}' } })),
});
const result = (id: string): ChatCompletionMessageParam => ({
  role: 'tool',
  tool_call_id: id,
  content: 'seen',
});
const after = (...messages: ChatCompletionMessageParam[]): Body => ({
  ...asking,
  messages: [...asking.messages, ...messages],
});

let server: FakeOpenAI;
let client: OpenAI;

beforeAll(async () => {
  server = await startFakeOpenAI({ keys: [KEY] });
  client = new OpenAI({ apiKey: KEY, baseURL: `${server.url}/v1`, maxRetries: 0 });
});
beforeEach(() => server.script(undefined));
afterAll(() => server.stop());

const create = (body: unknown) => client.chat.completions.create(body as Body);

async function refusal(body: unknown): Promise<string> {
  const known = server.violations.length;
  await expect(create(body)).rejects.toMatchObject({ status: 400, type: 'invalid_request_error' });
  return server.violations.slice(known).join();
}

describe('calls of tools', () => {
  beforeEach(() =>
    server.script(() => ({
      toolCalls: [
        { name: 'look', arguments: { at: 'the moon' } },
        { name: 'look', arguments: '{"at": "the sun' },
      ],
    })),
  );

  it('end the answer, in which there is no text', async () => {
    const { choices } = await create(asking);
    expect(choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: {
        content: null,
        tool_calls: [
          { type: 'function', function: { name: 'look', arguments: '{"at":"the moon"}' } },
          { type: 'function', function: { name: 'look', arguments: '{"at": "the sun' } },
        ],
      },
    });
  });

  it('are streamed one after the other, each with its name first', async () => {
    const told: string[] = [];
    let finish: string | null = null;
    for await (const chunk of await client.chat.completions.create({ ...asking, stream: true })) {
      const choice = chunk.choices[0];
      for (const { index, function: piece, id } of choice?.delta.tool_calls ?? []) {
        const begun = id ? `${piece?.name} ` : (told[index] ?? '');
        told[index] = `${begun}${piece?.arguments ?? ''}`;
      }
      finish = choice?.finish_reason ?? finish;
    }
    expect({ told, finish }).toEqual({
      told: ['look {"at":"the moon"}', 'look {"at": "the sun'],
      finish: 'tool_calls',
    });
  });

  it('are answered by messages of their own, in any order', async () => {
    server.script(undefined);
    const { choices } = await create(after(calls('a', 'b'), result('b'), result('a')));
    expect(choices[0]?.message.content).toBe('echo: hello');
  });

  it.each([
    [
      'without an answer',
      after(calls('a'), { role: 'user', content: 'x' }),
      'did not have response messages: a',
    ],
    ['answered in part', after(calls('a', 'b'), result('a')), 'did not have response messages: b'],
    ['answered twice', after(calls('a', 'b'), result('a'), result('a')), "messages with role 'tool' must be"],
    ['that nobody made', after(result('a')), "messages.1: messages with role 'tool' must be a response"],
    ['of none', after({ role: 'assistant', content: 'x', tool_calls: [] }), "empty array in 'tool_calls'"],
    [
      'and text left out both',
      after({ role: 'assistant' }),
      'messages.1.content: expected a string, got null',
    ],
  ])('%s are refused', async (_how, body, complaint) => {
    expect(await refusal(body)).toContain(complaint);
  });
});

describe('a tool', () => {
  const tool = (fields: object) => ({
    ...asking,
    tools: [{ ...look, function: { ...look.function, ...fields } }],
  });

  it.each([
    ['a bad name', tool({ name: 'look up' }), 'tools.0.function.name: String should match pattern'],
    [
      'a schema of no object',
      tool({ parameters: { type: 'string' } }),
      'schema must be of \'type: "object"\'',
    ],
    [
      'a type that is none',
      tool({ parameters: { type: 'object', properties: { a: { type: 'int' } } } }),
      'JSON type',
    ],
    ['a field too many', tool({ colour: 1 }), 'tools.0.function.colour: Unrecognized request argument'],
    ['no others, in an empty list', { ...asking, tools: [] }, "empty array in 'tools'"],
    [
      'a choice among none',
      { ...asking, tools: undefined, tool_choice: 'auto' },
      "'tool_choice' is only allowed when 'tools'",
    ],
  ])('with %s is refused', async (_what, body, complaint) => {
    expect(await refusal(body)).toContain(complaint);
  });
});

describe('a picture', () => {
  const picture = (url: string) => ({
    ...asking,
    messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }],
  });

  it('comes as bytes or as an address', async () => {
    for (const url of [
      `data:image/png;base64,${PNG}`,
      `data:image/gif;base64,${GIF}`,
      'https://example.net/x',
    ])
      await create(picture(url));
  });

  it.each([
    ['of another type', `data:image/jpeg;base64,${PNG}`, 'Image does not match the provided media type'],
    ['of no base64', `data:image/png;base64,${PNG}%`, 'invalid base64 data'],
    ['of lines', `data:image/svg+xml;base64,${PNG}`, 'image/svg+xml is not a supported image type'],
    ['that is not encoded', 'data:image/png,abc', 'Invalid base64 image_url'],
    ['at no address', 'cat.png', 'Invalid image URL'],
  ])('%s is refused', async (_what, url, complaint) => {
    expect(await refusal(picture(url))).toContain(`messages.0.content.0.image_url.url: ${complaint}`);
  });

  it('of a tool, named by a text before it, is nothing that the user said', () => {
    const shown = { type: 'image_url' as const, image_url: { url: `data:image/png;base64,${PNG}` } };
    const text = (words: string) => ({ type: 'text' as const, text: words });
    const body = (...behind: ReturnType<typeof text>[]) =>
      after(calls('a'), result('a'), { role: 'user', content: [text('From look:'), shown, ...behind] });
    const toolResults = [{ name: 'look', text: 'seen' }];
    expect(server.said(body())).toMatchObject({ text: 'hello', round: 1, toolResults });
    expect(server.said(body(text('wait')))).toMatchObject({ text: 'wait', round: 0, toolResults });
  });
});

describe('reasoning', () => {
  it('is counted and not told', async () => {
    server.script(() => ({ thinking: 'x'.repeat(40), text: 'y'.repeat(40) }));
    const toolless = { messages: asking.messages, model: 'gpt-6-sol', reasoning_effort: 'low' };
    const { choices, usage } = await create(toolless);
    expect(choices[0]?.message).toEqual({ role: 'assistant', content: 'y'.repeat(40), refusal: null });
    expect(usage).toMatchObject({
      completion_tokens: 20,
      completion_tokens_details: { reasoning_tokens: 10 },
    });
    const off = await create({ ...asking, model: 'gpt-6-sol', reasoning_effort: 'none' });
    expect(off.usage?.completion_tokens_details).toEqual({ reasoning_tokens: 0 });
  });

  it.each([
    [{ model: 'gpt-6-sol' }, 'Function tools with reasoning_effort are not supported for gpt-6-sol'],
    [{ model: 'gpt-5.4', reasoning_effort: 'low' }, 'use /v1/responses or set reasoning_effort to'],
    [{ model: 'gpt-6-astra', reasoning_effort: 'none' }, "does not support 'none' with this model"],
    [{ model: 'gpt-5-mini', max_tokens: 9 }, "Use 'max_completion_tokens' instead"],
    [{ reasoning_effort: 'most' }, 'reasoning_effort: Invalid option'],
    [{ prompt_cache_key: 'x'.repeat(65) }, 'prompt_cache_key: string too long'],
  ])('with tools is refused as %j', async (fields, complaint) => {
    expect(await refusal({ ...asking, ...fields })).toContain(complaint);
  });

  it.each([
    { model: 'gpt-4.1', max_tokens: 9 },
    { model: 'gpt-5-mini', reasoning_effort: 'low' },
    { model: 'gpt-5.4' },
    { model: 'gpt-6-luna', reasoning_effort: 'none', max_completion_tokens: 9 },
  ])('with tools is taken as %j', async (fields) => {
    expect((await create({ ...asking, ...fields })).model).toBe(fields.model);
  });
});
