/** Drives the fake Anthropic with the real SDK over HTTPS. */
import Anthropic, { APIConnectionError, APIError } from '@anthropic-ai/sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMirrorsSdk, messagesMirrorSdk } from './anthropic-request.js';
import { anthropicErrors, startFakeAnthropic, type FakeAnthropic } from './anthropic.js';
import { trustTestCertificates } from '../certificates.js';

const KEY = 'sk-ant-test-key';
const hello = {
  model: 'claude-haiku-4-5',
  max_tokens: 100,
  messages: [{ role: 'user' as const, content: 'hello' }],
};
let server: FakeAnthropic;
let client: Anthropic;

beforeAll(async () => {
  server = await startFakeAnthropic({ tls: await trustTestCertificates(), keys: [KEY] });
  client = clientWith(KEY);
});
beforeEach(() => server.script(undefined));
afterAll(() => server.stop());

const clientWith = (apiKey: string): Anthropic =>
  new Anthropic({ apiKey, baseURL: server.url, maxRetries: 0 });

const post = (body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${server.url}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': KEY, 'anthropic-version': '2023-06-01', ...headers },
    body: JSON.stringify(body),
  });

async function refusal(body: unknown): Promise<unknown> {
  const response = await post(body);
  const { error } = (await response.json()) as { error: { type: string; message: string } };
  return `${response.status} ${error.type}: ${error.message}`;
}

async function streamed(): Promise<{ events: string[]; text: string; problem: unknown }> {
  const events: string[] = [];
  let text = '';
  try {
    for await (const event of await client.messages.create({ ...hello, stream: true })) {
      events.push(event.type);
      if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') text += event.delta.text;
    }
    return { events, text, problem: undefined };
  } catch (problem) {
    return { events, text, problem };
  }
}

describe('answers', () => {
  it('echoes the last text of the user', async () => {
    const message = await client.messages.create({ ...hello, system: 'Be brief.' });
    expect(message).toMatchObject({
      type: 'message',
      role: 'assistant',
      stop_reason: 'end_turn',
      model: hello.model,
    });
    expect(message.content).toEqual([{ type: 'text', text: 'echo: hello', citations: null }]);
    expect(message.usage.output_tokens).toBeGreaterThan(0);
    expect(server.requests.at(-1)).toMatchObject({ keyOk: true, body: { system: 'Be brief.' }, status: 200 });
    expect(JSON.stringify(server.requests.at(-1)?.headers)).not.toContain(KEY);
  });

  it('streams the events that the SDK expects', async () => {
    server.script(() => ({ text: 'one two three', chunks: 3, outputTokens: 77 }));
    const raw = await (await post({ ...hello, stream: true })).text();
    expect([...raw.matchAll(/^event: (.+)$/gm)].map(([, name]) => name)).toEqual([
      'message_start',
      'ping',
      'content_block_start',
      ...Array<string>(3).fill('content_block_delta'),
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    const final = await client.messages.stream(hello).finalMessage();
    expect(final).toMatchObject({ content: [{ text: 'one two three' }], usage: { output_tokens: 77 } });
  });

  it('counts what was cached apart from the rest', async () => {
    server.script(() => ({ inputTokens: 5, cachedTokens: 70, cacheWriteTokens: 9, outputTokens: 2 }));
    const usage = {
      input_tokens: 5,
      cache_read_input_tokens: 70,
      cache_creation_input_tokens: 9,
      output_tokens: 2,
    };
    expect((await client.messages.create(hello)).usage).toMatchObject(usage);
    expect((await client.messages.stream(hello).finalMessage()).usage).toMatchObject(usage);
  });

  it('takes its time when told so, and counts the requests', async () => {
    const numbers: number[] = [];
    server.script((request, n) => {
      numbers.push(n);
      return {
        text: `${request.max_tokens}`,
        delayMs: 30,
        perChunkMs: 30,
        chunks: ['a', 'b'],
        stop: 'length',
      };
    });
    const start = performance.now();
    expect((await streamed()).text).toBe('ab');
    expect(performance.now() - start).toBeGreaterThan(85);
    await client.messages.create(hello);
    expect((numbers[1] ?? 0) - (numbers[0] ?? 0)).toBe(1);
  });

  it('wakes who waits for a request, and sees a client leave', async () => {
    server.script(() => 'hang');
    const waiting = server.waitForRequest(({ body }) => body.max_tokens === 4711);
    const leave = new AbortController();
    const call = client.messages.create({ ...hello, max_tokens: 4711 }, { signal: leave.signal });
    const request = await waiting;
    leave.abort();
    await expect(call).rejects.toThrow();
    await server.waitForRequest((candidate) => candidate === request && candidate.aborted);
    expect(request.bytes).toBe(JSON.stringify(request.body).length);
  });
});

describe('keys', () => {
  it('takes a key in either header and refuses others', async () => {
    expect((await post(hello)).status).toBe(200);
    await expect(clientWith('sk-ant-other').messages.create(hello)).rejects.toMatchObject({
      status: 401,
      error: { error: { type: 'authentication_error', message: 'invalid x-api-key' } },
    });
    expect(server.requests.at(-1)?.keyOk).toBe(false);
    server.keys.delete(KEY);
    await expect(client.messages.create(hello)).rejects.toMatchObject({ status: 401 });
    server.keys.add(KEY);
  });
});

describe('faults', () => {
  it('answers with scripted errors', async () => {
    server.script(() => ({ error: { ...anthropicErrors.rateLimited, retryAfter: 7 } }));
    const error = await client.messages.create(hello).catch((problem: unknown) => problem);
    expect(error).toBeInstanceOf(APIError);
    expect(error).toMatchObject({ status: 429 });
    expect((error as APIError).headers?.get('retry-after')).toBe('7');
    server.script(() => ({ error: { ...anthropicErrors.broken, echoKey: true } }));
    await expect(client.messages.create(hello)).rejects.toThrow(KEY);
    server.script(() => ({ error: { ...anthropicErrors.broken, plain: true } }));
    expect(await (await post(hello)).text()).toBe(anthropicErrors.broken.message);
  });

  it('breaks off in mid-stream, with an error or without a word', async () => {
    server.script(() => ({ error: { ...anthropicErrors.overloaded, afterChunks: 1 }, text: 'x'.repeat(60) }));
    const told = await streamed();
    expect(told.text).toBe('x'.repeat(20));
    expect(String(told.problem)).toContain('overloaded_error');
    server.script(() => ({ cutAfter: 2, text: 'y'.repeat(60) }));
    const cut = await streamed();
    expect(cut.text).toBe('y'.repeat(40));
    expect(cut.problem).toBeInstanceOf(Error);
    server.script(() => ({ cutAfter: 2, text: 'y'.repeat(60), orderly: true }));
    const ended = await streamed();
    // The SDK takes this for the end: who streams must look for message_stop.
    expect(ended.problem).toBeUndefined();
    expect(ended.events).not.toContain('message_stop');
    server.script(() => ({ cutAfter: 2 }));
    await expect(client.messages.create(hello)).rejects.toThrow(APIConnectionError);
  });

  it('sends a stream that is no stream', async () => {
    server.script(() => 'malformed-sse');
    expect((await streamed()).problem).toBeInstanceOf(Error);
  });
});

describe('validation', () => {
  it('mirrors the types of the SDK', () => {
    expect([createMirrorsSdk, messagesMirrorSdk]).toEqual([true, true]);
  });

  it.each([
    [{ ...hello, max_tokens: undefined }, 'max_tokens: Field required'],
    [{ ...hello, colour: 'red' }, 'colour: Extra inputs are not permitted'],
    [{ ...hello, temperature: 1 }, 'temperature: Extra inputs are not permitted'],
    [{ ...hello, messages: [] }, 'messages: at least one message is required'],
    [
      { ...hello, messages: [{ role: 'assistant', content: 'x' }] },
      'messages: first message must use the "user" role',
    ],
    [
      { ...hello, messages: [...hello.messages, ...hello.messages] },
      'messages: roles must alternate between "user" and "assistant", but found multiple "user" roles in a row',
    ],
    [
      { ...hello, messages: [{ role: 'user', content: [{ type: 'text', text: ' ' }] }] },
      'messages.0.content.0.text: text content blocks must contain non-whitespace text',
    ],
    [
      { ...hello, messages: [{ role: 'user', content: '' }] },
      'messages.0: all messages must have non-empty content except for the optional final assistant message',
    ],
    [
      { ...hello, messages: [...hello.messages, { role: 'assistant', content: 'so ' }] },
      'messages: final assistant content cannot end with trailing whitespace',
    ],
  ])('refuses a bad request %#', async (body, complaint) => {
    expect(await refusal(body)).toBe(`400 invalid_request_error: ${complaint}`);
    expect(server.violations.at(-1)).toBe(complaint);
  });

  it('takes fields of older clients where that is wanted', async () => {
    const lenient = await startFakeAnthropic({ keys: [KEY], alsoAccept: ['temperature'] });
    const old = new Anthropic({ apiKey: KEY, baseURL: lenient.url, maxRetries: 0 });
    await old.messages.create({ ...hello, temperature: 1 } as typeof hello);
    await lenient.stop();
  });
});
