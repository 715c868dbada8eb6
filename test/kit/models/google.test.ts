/** Drives the fake Google with the real SDK over HTTPS. */
import { ApiError, FunctionCallingConfigMode, GoogleGenAI, ThinkingLevel, Type } from '@google/genai';
import type { Content, GenerateContentConfig, Part } from '@google/genai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { trustTestCertificates } from '../certificates.js';
import { generateFitsSdk } from './google-request.js';
import { googleErrors, startFakeGoogle, type FakeGoogle } from './google.js';
import { PNG } from '../pictures.js';

const KEY = 'AIza-test-key';
const model = 'gemini-3.8-flash';
const tools = [{ functionDeclarations: [{ name: 'look', parametersJsonSchema: { type: 'object' } }] }];
let server: FakeGoogle;
let client: GoogleGenAI;

beforeAll(async () => {
  server = await startFakeGoogle({ tls: await trustTestCertificates(), keys: [KEY] });
  client = clientWith(KEY);
});
beforeEach(() => server.script(undefined));
afterAll(() => server.stop());

const clientWith = (apiKey: string): GoogleGenAI =>
  new GoogleGenAI({ apiKey, httpOptions: { baseUrl: server.url } });
const user = (...parts: Part[]): Content => ({ role: 'user', parts });
const hello = [user({ text: 'hello' })];
const ask = (contents: Content[] = hello, config: GenerateContentConfig = {}, of = model) =>
  client.models.generateContent({ model: of, contents, config });

async function streamed(config: GenerateContentConfig = {}): Promise<{ parts: Part[]; last: unknown }> {
  const parts: Part[] = [];
  let last: unknown;
  for await (const chunk of await client.models.generateContentStream({ model, contents: hello, config })) {
    parts.push(...(chunk.candidates?.[0]?.content?.parts ?? []));
    last = { finish: chunk.candidates?.[0]?.finishReason, usage: chunk.usageMetadata };
  }
  return { parts, last };
}

async function refusal(request: unknown): Promise<string> {
  const known = server.violations.length;
  const body = { contents: hello, ...(request as object) };
  const response = await fetch(`${server.url}/v1beta/models/${model}:generateContent`, {
    method: 'POST',
    headers: { 'x-goog-api-key': KEY },
    body: JSON.stringify(body),
  });
  expect(await response.json()).toMatchObject({ error: { code: 400, status: 'INVALID_ARGUMENT' } });
  return server.violations.slice(known).join();
}

describe('answers', () => {
  it('echoes the first text that the user wrote last', async () => {
    const contents = [
      ...hello,
      { role: 'model', parts: [{ text: 'hi' }] },
      user({ text: 'a' }, { text: 'b' }),
    ];
    const answer = await ask(contents, { systemInstruction: 'Be brief.' });
    expect(answer.text).toBe('echo: a');
    expect(answer.usageMetadata?.candidatesTokenCount).toBeGreaterThan(0);
    expect(server.requests.at(-1)).toMatchObject({
      keyOk: true,
      body: { model, stream: false },
      status: 200,
    });
    expect(JSON.stringify(server.requests.at(-1)?.headers)).not.toContain(KEY);
  });

  it('streams, and counts what was cached and thought apart', async () => {
    server.script(() => ({
      text: 'one two three',
      chunks: 3,
      thinking: 'x'.repeat(40),
      inputTokens: 5,
      cachedTokens: 40,
      outputTokens: 13,
      stop: 'length',
    }));
    const { parts, last } = await streamed();
    expect(parts).toEqual([{ text: 'one t' }, { text: 'wo th' }, { text: 'ree' }, { text: '' }]);
    expect(last).toEqual({
      finish: 'MAX_TOKENS',
      usage: {
        promptTokenCount: 45,
        cachedContentTokenCount: 40,
        candidatesTokenCount: 3,
        thoughtsTokenCount: 10,
        totalTokenCount: 58,
      },
    });
  });

  it('tells its thoughts to who asks for them', async () => {
    server.script(() => ({ thinking: 'hm', text: 'aha' }));
    const thinkingConfig = { includeThoughts: true, thinkingLevel: ThinkingLevel.LOW };
    const parts = [{ text: 'hm', thought: true }, { text: 'aha' }];
    expect((await streamed({ thinkingConfig })).parts).toEqual([...parts, { text: '' }]);
    expect((await ask(hello, { thinkingConfig })).candidates?.[0]?.content?.parts).toEqual(parts);
    const off = await ask(hello, { thinkingConfig: { includeThoughts: true, thinkingBudget: 0 } });
    expect(off.usageMetadata?.thoughtsTokenCount).toBeUndefined();
  });

  it('calls tools, whole and in the end', async () => {
    server.script(() => ({ text: 'so', toolCalls: [1, 2].map((n) => ({ name: 'look', arguments: { n } })) }));
    const { parts, last } = await streamed({ tools });
    expect(parts).toEqual([
      { text: 'so' },
      {
        functionCall: { id: expect.any(String) as string, name: 'look', args: { n: 1 } },
        thoughtSignature: expect.any(String) as string,
      },
      { functionCall: { id: expect.any(String) as string, name: 'look', args: { n: 2 } } },
      { text: '' },
    ]);
    expect(last).toMatchObject({ finish: 'STOP' });
    const early = await ask(hello, { tools }, 'gemini-2.5-flash');
    expect(early.functionCalls).toEqual([1, 2].map((n) => ({ name: 'look', args: { n } })));
  });
});

describe('refusals', () => {
  it('refuses unknown keys, and requests without one', async () => {
    const refused = clientWith('AIza-other').models.generateContent({ model, contents: hello });
    await expect(refused).rejects.toMatchObject({ status: 400 });
    await expect(refused).rejects.toThrow('API_KEY_INVALID');
    const headers = { authorization: `Bearer ${KEY}` };
    const url = `${server.url}/v1/models/${model}:generateContent`;
    const keyless = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ contents: hello }) });
    expect(await keyless.json()).toMatchObject({ error: { code: 403, status: 'PERMISSION_DENIED' } });
  });

  it('tells in the body when to come again', async () => {
    server.script(() => ({ error: googleErrors.rateLimited }));
    const error = await ask().catch((problem: unknown) => problem);
    expect(error).toBeInstanceOf(ApiError);
    expect(JSON.parse((error as ApiError).message)).toMatchObject({
      error: { status: 'RESOURCE_EXHAUSTED', details: [{ retryDelay: '1s' }] },
    });
  });

  it('breaks off in mid-stream', async () => {
    server.script(() => ({ error: { ...googleErrors.overloaded, afterChunks: 1 } }));
    await expect(streamed()).rejects.toMatchObject({ status: 503 });
    server.script(() => ({ cutAfter: 1, text: 'x'.repeat(60) }));
    await expect(streamed()).rejects.toThrow();
    server.script(() => ({ cutAfter: 1, text: 'x'.repeat(60), orderly: true }));
    expect((await streamed()).last).toMatchObject({ finish: undefined });
    server.script(() => 'malformed-sse');
    await expect(streamed()).rejects.toThrow();
  });

  it('streams only as server-sent events, and knows no other methods', async () => {
    const post = (path: string) => fetch(`${server.url}${path}`, { method: 'POST', body: '{}' });
    for (const path of [
      `/v1/models/${model}:streamGenerateContent`,
      `/v1/models/${model}:countTokens`,
      '/v1/x',
    ])
      expect((await post(path)).status, path).toBe(403);
    expect(server.violations.at(-1)).toBe('POST /v1/x is not found');
  });

  const declared = (fields: object) => ({ tools: [{ functionDeclarations: [{ name: 'look', ...fields }] }] });
  const picture = (mimeType: string) => ({ contents: [user({ inlineData: { mimeType, data: PNG } })] });

  it.each([
    [{ colour: 'red' }, 'colour: Cannot find field.'],
    [{ contents: [] }, 'contents: contents is not specified'],
    [{ contents: [{ parts: [{ text: 'x' }] }] }, 'contents.0.role: Please use a valid role: user, model.'],
    [{ contents: [user()] }, 'contents.0.parts: contents.parts must not be empty.'],
    [{ contents: [user({ text: 'x', inlineData: {} })] }, 'contents.0.parts.0.inlineData'],
    [{ contents: [user({ thought: true })] }, "contents.0.parts.0: required oneof field 'data'"],
    [{ contents: [...hello, ...hello] }, 'alternate between user and model'],
    [{ contents: [{ role: 'model', parts: [{ text: 'x' }] }] }, 'alternate between user and model'],
    [{ contents: [...hello, { role: 'model', parts: [{ text: 'x' }] }] }, 'end with a user role'],
    [picture('image/jpeg'), 'Image does not match the provided media type image/jpeg'],
    [declared({ name: '1look' }), 'Must start with a letter or an underscore'],
    [declared({ parametersJsonSchema: { type: 'string' } }), 'schema must be of'],
    [declared({ parameters: { type: 'OBJECT' } }), 'should be non-empty for OBJECT type'],
    [declared({ parameters: { type: 'OBJECT', additionalProperties: false } }), 'Unknown name "additionalP'],
    [
      { generationConfig: { thinkingConfig: { thinkingBudget: 9, thinkingLevel: 'LOW' } } },
      'only set only one of thinking budget and thinking level',
    ],
    [
      { toolConfig: { functionCallingConfig: { mode: 'MAYBE' } } },
      'functionCallingConfig.mode: Invalid value',
    ],
  ])('refuses a bad request %#', async (request, complaint) => {
    expect(await refusal(request)).toContain(complaint);
  });

  it('takes what the SDK can say', async () => {
    expect(generateFitsSdk).toBe(true);
    await ask([user({ text: 'x' }, { inlineData: { mimeType: 'image/png', data: PNG } })], {
      tools: [
        {
          functionDeclarations: [
            { name: 'look', parameters: { type: Type.OBJECT, properties: { at: { type: Type.STRING } } } },
          ],
        },
      ],
      toolConfig: { functionCallingConfig: { mode: FunctionCallingConfigMode.AUTO } },
      maxOutputTokens: 9,
      temperature: 1,
    });
  });
});

describe('the results of tools', () => {
  const answer = (call: Part, name = 'look'): Part => ({
    functionResponse: { id: call.functionCall?.id ?? '', name, response: { output: 'seen' } },
  });
  let called: Part[];

  beforeEach(async () => {
    server.script(() => ({ toolCalls: [1, 2].map((n) => ({ name: 'look', arguments: { n } })) }));
    called = (await ask(hello, { tools })).candidates?.[0]?.content?.parts ?? [];
    server.script(undefined);
  });
  const after = (calls: Part[], results: Part[]) => ({
    contents: [...hello, { role: 'model', parts: calls }, user(...results)],
  });
  const results = () => called.map((call) => answer(call));

  it('are taken with the calls as they were', async () => {
    expect((await ask(after(called, results()).contents, { tools })).text).toBe('echo: hello');
    const unsigned = called.map(({ functionCall }) => ({ functionCall: functionCall ?? {} }));
    const [first, second] = unsigned as [Part, Part];
    const foreign = [{ ...first, thoughtSignature: 'skip_thought_signature_validator' }, second];
    expect((await ask(after(foreign, results()).contents)).text).toBe('echo: hello');
    expect((await ask(after(unsigned, results()).contents, {}, 'gemini-2.5-flash')).text).toBe('echo: hello');
  });

  it('are refused where one is missing, is not theirs, or was not asked for', async () => {
    const [first, second] = called as [Part, Part];
    expect(await refusal(after(called, [answer(first)]))).toContain(
      'number of function response parts is equal',
    );
    expect(await refusal(after(called, [answer(first), answer(second, 'hear')]))).toContain(
      'no function call',
    );
    expect(await refusal(after([{ text: 'x' }], [answer(first)]))).toContain(
      'immediately after a function call',
    );
  });

  it('are refused where the signature of the first call is gone or made up', async () => {
    const [first, ...rest] = called as [Part, Part];
    const { thoughtSignature: _, ...unsigned } = first;
    const missing = await refusal(after([unsigned, ...rest], results()));
    expect(missing).toContain('missing a thought_signature in functionCall parts');
    expect(missing).toContain('`default_api:look` , position 2');
    const madeUp = { ...first, thoughtSignature: 'AAAA' };
    expect(await refusal(after([madeUp, ...rest], results()))).toBe('Corrupted thought signature.');
  });

  it('need no signature once the user has gone on', async () => {
    const [first, ...rest] = called as [Part, Part];
    const { thoughtSignature: _, ...unsigned } = first;
    const { contents } = after([unsigned, ...rest], results());
    const more = [...contents, { role: 'model', parts: [{ text: 'done' }] }, user({ text: 'thanks' })];
    expect((await ask(more, { tools })).text).toBe('echo: thanks');
  });
});
