/** Drives the fake of a compatible server with the SDK of OpenAI, as Ara does. */
import OpenAI from 'openai';
import type { ChatCompletionCreateParamsNonStreaming } from 'openai/resources/chat/completions/completions.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { trustTestCertificates } from '../certificates.js';
import { compatibleErrors, startFakeCompatible, type FakeCompatible } from './compatible.js';

const hello = { model: 'llama', max_tokens: 9, messages: [{ role: 'user' as const, content: 'hello' }] };
let server: FakeCompatible;
let client: OpenAI;

beforeAll(async () => {
  server = await startFakeCompatible({ tls: await trustTestCertificates(), keys: ['known'] });
  client = new OpenAI({ apiKey: 'known', baseURL: `${server.url}/v1`, maxRetries: 0 });
});
beforeEach(() => server.script(undefined));
afterAll(() => server.stop());

const create = (body: unknown) =>
  client.chat.completions.create(body as ChatCompletionCreateParamsNonStreaming);

describe('a server of somebody', () => {
  it('answers below any path, to any key or none, and tells a known key from others', async () => {
    const asked = (path: string, headers: Record<string, string>) =>
      fetch(`${server.url}${path}/v1/chat/completions`, {
        method: 'POST',
        headers,
        body: JSON.stringify(hello),
      });
    const statuses = [
      await asked('', {}),
      await asked('/some/where', { authorization: 'Bearer other' }),
      await asked('/some', { authorization: 'Bearer known' }),
      await asked('/v2', {}),
    ].map(({ status }) => status);
    expect(statuses).toEqual([200, 200, 200, 200]);
    expect(server.requests.slice(-4).map(({ keyOk }) => keyOk)).toEqual([false, false, true, false]);
    expect((await fetch(`${server.url}/v1/models`)).status).toBe(200);
    expect((await fetch(`${server.url}/v1/nothing`)).status).toBe(404);
  });

  it('tells its thoughts, and counts no more than it must', async () => {
    server.script(() => ({ thinking: 'hm', text: 'aha', inputTokens: 3, outputTokens: 2 }));
    const { choices, usage } = await create(hello);
    expect(choices[0]?.message).toMatchObject({ reasoning_content: 'hm', content: 'aha' });
    expect(usage).toEqual({ prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 });
    const told: unknown[] = [];
    for await (const { choices: parts } of await client.chat.completions.create({ ...hello, stream: true }))
      told.push(parts[0]?.delta);
    expect(told).toContainEqual({ reasoning_content: 'hm' });
  });

  it('words its errors plainly, or not as JSON at all', async () => {
    server.script(() => ({ error: compatibleErrors.noModel }));
    const { type, message } = compatibleErrors.noModel;
    await expect(create(hello)).rejects.toMatchObject({ status: 404, error: { message, type } });
    server.script(() => ({ error: compatibleErrors.badGateway }));
    await expect(create(hello)).rejects.toMatchObject({ status: 502, message: '502 Bad Gateway' });
  });
});

describe('what it does not know', () => {
  const called = (json: string) => ({
    role: 'assistant',
    content: '',
    tool_calls: [{ id: 'a', type: 'function', function: { name: 'look', arguments: json } }],
  });
  const after = (...messages: unknown[]) => ({ ...hello, messages: [...hello.messages, ...messages] });
  const result = { role: 'tool', tool_call_id: 'a', content: 'seen' };

  it.each([
    [{ ...hello, prompt_cache_key: 'x' }, 'prompt_cache_key: Extra inputs are not permitted'],
    [{ ...hello, max_completion_tokens: 9 }, 'max_completion_tokens: Extra inputs are not permitted'],
    [{ ...hello, store: false }, 'store: Extra inputs are not permitted'],
    [{ ...hello, messages: [{ role: 'developer', content: 'x' }] }, "unexpected role 'developer'"],
    [after(called('{"at'), result), 'messages.1: Failed to parse tool call arguments as JSON'],
    [after(called('{}')), 'did not have response messages: a'],
  ])('is refused %#', async (body, complaint) => {
    await expect(create(body)).rejects.toMatchObject({ status: 400 });
    expect(server.violations.at(-1)).toContain(complaint);
  });

  it('does not mean what its own answers have', async () => {
    const { choices } = await create(after({ ...called('{}'), reasoning_content: 'hm' }, result));
    expect(choices[0]?.message.content).toBe('echo: hello');
  });
});
