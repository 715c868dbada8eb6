/** Drives the fake OpenAI with the real SDK over HTTPS. */
import OpenAI, { APIConnectionError, APIError } from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ogg } from '../../../worker-image/rooms/media/test-rig.js';
import { trustTestCertificates } from '../certificates.js';
import { chatMessagesMirrorSdk, completionMirrorsSdk } from './openai-request.js';
import { openaiErrors, startFakeOpenAI, type FakeOpenAI } from './openai.js';

const KEY = 'sk-test-key';
const hello = { model: 'gpt-5-mini', messages: [{ role: 'user' as const, content: 'hello' }] };
let server: FakeOpenAI;
let client: OpenAI;

beforeAll(async () => {
  server = await startFakeOpenAI({ tls: await trustTestCertificates(), keys: [KEY] });
  client = clientWith(KEY);
});
beforeEach(() => server.script(undefined));
afterAll(() => server.stop());

const clientWith = (apiKey: string): OpenAI =>
  new OpenAI({ apiKey, baseURL: `${server.url}/v1`, maxRetries: 0 });

async function streamed(includeUsage: boolean): Promise<{ text: string; usage: unknown; finish: unknown }> {
  const told: { text: string; usage: unknown; finish: unknown } = {
    text: '',
    usage: undefined,
    finish: undefined,
  };
  const options = includeUsage ? { stream_options: { include_usage: true } } : {};
  for await (const chunk of await client.chat.completions.create({ ...hello, ...options, stream: true })) {
    told.text += chunk.choices[0]?.delta.content ?? '';
    told.finish = chunk.choices[0]?.finish_reason ?? told.finish;
    told.usage = chunk.usage ?? told.usage;
  }
  return told;
}

describe('speech', () => {
  it('is written down for the real SDK, with its usage', async () => {
    server.speech = 'Hello there';
    const file = await OpenAI.toFile(ogg(3), 'voice.ogg', { type: 'audio/ogg' });
    const answer = await client.audio.transcriptions.create({ model: 'gpt-4o-mini-transcribe', file });
    expect(answer).toMatchObject({ text: 'Hello there', usage: { type: 'tokens', output_tokens: 3 } });
    expect(server.heard.at(-1)).toMatchObject({
      model: 'gpt-4o-mini-transcribe',
      file: { name: 'voice.ogg' },
    });
    expect(server.heard.at(-1)?.file.content.equals(ogg(3))).toBe(true);
  });

  it.each([
    ['another model', 'gpt-5-mini', ogg(1), 'voice.ogg', /does not exist/],
    ['another ending', 'whisper-1', ogg(1), 'voice.txt', /Unrecognized file format/],
    ['another content', 'whisper-1', Buffer.from('text'), 'voice.ogg', /corrupted/],
  ])('of %s is refused', async (_what, model, content, name, words) => {
    const file = await OpenAI.toFile(content, name);
    await expect(client.audio.transcriptions.create({ model, file })).rejects.toThrow(words);
  });

  it('needs a key', async () => {
    const file = await OpenAI.toFile(ogg(1), 'voice.ogg');
    const asking = clientWith('sk-wrong').audio.transcriptions.create({ model: 'whisper-1', file });
    await expect(asking).rejects.toThrow(/Incorrect API key/);
  });
});

describe('answers', () => {
  it('echoes the last text of the user', async () => {
    const completion = await client.chat.completions.create(hello);
    expect(completion.choices[0]).toMatchObject({
      message: { role: 'assistant', content: 'echo: hello' },
      finish_reason: 'stop',
    });
    expect(completion.usage?.total_tokens).toBeGreaterThan(0);
    expect(server.requests.at(-1)).toMatchObject({ keyOk: true, body: hello });
    expect(JSON.stringify(server.requests.at(-1)?.headers)).not.toContain(KEY);
  });

  it('streams, with the usage for who asks', async () => {
    server.script(() => ({
      text: 'one two three',
      chunks: 3,
      inputTokens: 5,
      cachedTokens: 40,
      cacheWriteTokens: 2,
      outputTokens: 3,
      stop: 'length',
    }));
    const usage = {
      prompt_tokens: 47,
      completion_tokens: 3,
      total_tokens: 50,
      prompt_tokens_details: { cached_tokens: 40, cache_write_tokens: 2 },
      completion_tokens_details: { reasoning_tokens: 0 },
    };
    expect(await streamed(true)).toEqual({ text: 'one two three', usage, finish: 'length' });
    expect((await streamed(false)).usage).toBeUndefined();
    const raw = await fetch(`${server.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}` },
      body: JSON.stringify({ ...hello, stream: true }),
    });
    expect(await raw.text()).toMatch(/^data: \{.*\n\ndata: \[DONE\]\n\n$/s);
  });
});

describe('refusals', () => {
  it('refuses unknown keys', async () => {
    await expect(clientWith('sk-other').chat.completions.create(hello)).rejects.toMatchObject({
      status: 401,
      code: 'invalid_api_key',
    });
  });

  it('tells no quota and too fast apart', async () => {
    server.script(() => ({ error: openaiErrors.overQuota }));
    await expect(client.chat.completions.create(hello)).rejects.toMatchObject({
      status: 429,
      code: 'insufficient_quota',
    });
    server.script(() => ({ error: openaiErrors.rateLimited }));
    const error = await client.chat.completions.create(hello).catch((problem: unknown) => problem);
    expect(error).toMatchObject({ status: 429, code: 'rate_limit_exceeded' });
    expect((error as APIError).headers?.get('retry-after')).toBe('1');
  });

  it('breaks off in mid-stream', async () => {
    server.script(() => ({ error: { ...openaiErrors.broken, afterChunks: 1 } }));
    await expect(streamed(false)).rejects.toThrow(openaiErrors.broken.message);
    server.script(() => ({ cutAfter: 1 }));
    await expect(streamed(false)).rejects.toThrow();
    await expect(client.chat.completions.create(hello)).rejects.toThrow(APIConnectionError);
    server.script(() => 'malformed-sse');
    await expect(streamed(false)).rejects.toThrow();
  });

  it.each([
    [{ ...hello, messages: [] }, 'messages: Array should have at least 1 item'],
    [{ ...hello, colour: 'red' }, 'colour: Unrecognized request argument supplied'],
    [{ messages: hello.messages }, 'model: Missing required parameter'],
  ])('refuses a bad request %#', async (body, complaint) => {
    await expect(client.chat.completions.create(body as typeof hello)).rejects.toMatchObject({
      status: 400,
      type: 'invalid_request_error',
      message: `400 ${complaint}`,
    });
    expect(server.violations.at(-1)).toBe(complaint);
  });

  it('mirrors the types of the SDK', () => {
    expect([chatMessagesMirrorSdk, completionMirrorsSdk]).toEqual([true, true]);
  });
});
