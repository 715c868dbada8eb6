/** What is read from a model call's body, what it is taken to cost, and what may not be in it. */
import { describe, expect, it } from 'vitest';
import type { Provider } from '../../../../contracts/ids.js';
import { readCall } from './model-call.js';

const route = { path: 'p', model: 'gemini-3-pro', streamed: true };
const read = (provider: Provider, body: unknown) =>
  readCall(provider, Buffer.from(JSON.stringify(body)), route);
const picture = 'QUJD'.repeat(10_000);

const hello = {
  anthropic: { model: 'claude', max_tokens: 100, messages: [{ role: 'user', content: 'hello' }] },
  openai: { model: 'gpt', messages: [{ role: 'user', content: 'hello' }] },
  google: { contents: [{ role: 'user', parts: [{ text: 'hello' }] }] },
  compatible: { model: 'llama', max_tokens: 7, messages: [{ role: 'user', content: 'hello' }] },
};
const said = (provider: Provider, content: unknown) => ({
  ...hello[provider],
  [provider === 'google' ? 'contents' : 'messages']: content,
});
const part = (provider: Provider, value: unknown) =>
  said(provider, [{ role: 'user', [provider === 'google' ? 'parts' : 'content']: [value] }]);

describe('a call', () => {
  it('says its model, its limit and whether it streams', () => {
    expect(read('anthropic', { ...hello.anthropic, stream: true })).toMatchObject({
      model: 'claude',
      maxTokens: 100,
      streamed: true,
    });
    expect(read('openai', hello.openai)).toMatchObject({ model: 'gpt', maxTokens: null, streamed: false });
    expect(read('openai', { ...hello.openai, max_completion_tokens: 9, max_tokens: 5 }).maxTokens).toBe(9);
    expect(read('compatible', hello.compatible)).toMatchObject({ model: 'llama', maxTokens: 7 });
    expect(read('google', { ...hello.google, generationConfig: { maxOutputTokens: 11 } })).toMatchObject({
      model: 'gemini-3-pro',
      maxTokens: 11,
      streamed: true,
    });
  });

  it('counts a token for each three bytes of it', () => {
    const length = (text: string) =>
      read('openai', said('openai', [{ role: 'user', content: text }])).inputTokens;
    expect(length('x'.repeat(3_000)) - length('')).toBe(1_000);
    expect(length('語'.repeat(1_000)) - length('')).toBe(1_000);
  });

  it.each([
    [
      'anthropic',
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: picture } },
      4_784,
    ],
    ['openai', { type: 'image_url', image_url: { url: `data:image/png;base64,${picture}` } }, 10_000],
    ['compatible', { type: 'image_url', image_url: { url: `data:image/png;base64,${picture}` } }, 10_000],
    ['google', { inlineData: { mimeType: 'image/png', data: picture } }, 2_240],
    [
      'anthropic',
      {
        type: 'tool_result',
        tool_use_id: 't',
        content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: picture } }],
      },
      4_784,
    ],
    [
      'google',
      { functionResponse: { name: 'f', parts: [{ inlineData: { mimeType: 'image/png', data: picture } }] } },
      2_240,
    ],
  ] as const)('of %s counts a picture as one, not as its bytes', (provider, value, tokens) => {
    const { inputTokens, body } = read(provider, part(provider, value));
    expect(inputTokens).toBeGreaterThan(tokens);
    expect(inputTokens).toBeLessThan(tokens + 150);
    expect(body.includes(picture)).toBe(true);
  });

  it('goes out as it was read, though two readers might not agree on its text', () => {
    const twice = '{"model":"cheap","max_tokens":1,"max_tokens":99999,"model":"dear","messages":[]}';
    const call = readCall('anthropic', Buffer.from(twice), route);
    expect(call).toMatchObject({ model: 'dear', maxTokens: 99_999 });
    expect(JSON.parse(String(call.body))).toEqual({ model: 'dear', max_tokens: 99_999, messages: [] });
    expect(String(call.body).match(/max_tokens/g)).toHaveLength(1);
    const hidden = '{"model":"m","messages":[],"__proto__":{"n":9}}';
    expect(() => readCall('openai', Buffer.from(hidden), route)).toThrow();
  });

  it('keeps what has no price: tools, thinking, arguments of any form', () => {
    const bodies: [Provider, object][] = [
      [
        'anthropic',
        {
          ...said('anthropic', [
            { role: 'user', content: [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral' } }] },
            {
              role: 'assistant',
              content: [
                { type: 'thinking', thinking: 'b', signature: 'c' },
                {
                  type: 'tool_use',
                  id: 't',
                  name: 'n',
                  input: { type: 'web_search', url: 'https://a.example' },
                },
              ],
            },
            {
              role: 'user',
              content: [{ type: 'tool_result', tool_use_id: 't', content: 'd', is_error: true }],
            },
          ]),
          system: [{ type: 'text', text: 's' }],
          tools: [{ name: 'n', input_schema: { type: 'object', properties: { url: {} } } }],
          thinking: { type: 'adaptive' },
        },
      ],
      [
        'openai',
        {
          ...said('openai', [
            { role: 'system', content: 's' },
            {
              role: 'assistant',
              content: null,
              tool_calls: [{ id: 't', type: 'function', function: { name: 'n' } }],
            },
            { role: 'tool', tool_call_id: 't', content: 'd' },
          ]),
          tools: [{ type: 'function', function: { name: 'n', parameters: { type: 'object' } } }],
          stream_options: { include_usage: true },
          reasoning_effort: 'low',
          store: false,
        },
      ],
      [
        'google',
        {
          ...said('google', [
            {
              role: 'model',
              parts: [{ functionCall: { name: 'n', args: { fileUri: 1 } }, thoughtSignature: 's' }],
            },
            { role: 'user', parts: [{ functionResponse: { name: 'n', response: { output: 'd' } } }] },
          ]),
          systemInstruction: { parts: [{ text: 's' }] },
          tools: [{ functionDeclarations: [{ name: 'n', parametersJsonSchema: { type: 'object' } }] }],
          generationConfig: { maxOutputTokens: 5, thinkingConfig: { thinkingLevel: 'LOW' } },
        },
      ],
    ];
    for (const [provider, body] of bodies)
      expect(JSON.parse(String(read(provider, body).body))).toEqual(body);
  });
});

describe('a call may not have', () => {
  const more = (provider: Provider, fields: object): [Provider, object] => [
    provider,
    { ...hello[provider], ...fields },
  ];
  const containing = (provider: Provider, value: object): [Provider, object] => [
    provider,
    part(provider, value),
  ];
  const forbidden: [string, [Provider, object]][] = [
    ['no model', more('openai', { model: undefined })],
    ['a limit below one', more('anthropic', { max_tokens: 0 })],
    ['a limit that is no number', more('anthropic', { max_tokens: '5' })],
    ['a limit without bounds', more('anthropic', { max_tokens: 1e12 })],
    ['half a token', more('openai', { max_completion_tokens: 1.5 })],
    ['faster service', more('anthropic', { speed: 'fast' })],
    ['dearer service', more('openai', { service_tier: 'priority' })],
    ['a dearer place', more('anthropic', { inference_geo: 'us' })],
    ["another's account", more('anthropic', { user_profile_id: 'p' })],
    ['several answers', more('openai', { n: 50 })],
    ['several candidates', more('google', { generationConfig: { candidateCount: 8 } })],
    ['a guessed answer', more('openai', { prediction: { type: 'content', content: 'x' } })],
    ['spoken answers', more('openai', { modalities: ['audio'], audio: {} })],
    ['pictures as answers', more('google', { generationConfig: { responseModalities: ['IMAGE'] } })],
    ['answers that are kept', more('openai', { store: true })],
    ['a search', more('openai', { web_search_options: {} })],
    ['a search tool', more('anthropic', { tools: [{ type: 'web_search_20260209', name: 'web_search' }] })],
    ['a search tool', more('google', { tools: [{ googleSearch: {} }] })],
    ['a search tool', more('google', { tools: [{ functionDeclarations: [], urlContext: {} }] })],
    ['a tool of another kind', more('openai', { tools: [{ type: 'custom', custom: {} }] })],
    ['servers to call', more('anthropic', { mcp_servers: [{ url: 'https://evil.example' }] })],
    ['a cache that is kept long', more('anthropic', { cache_control: { type: 'ephemeral', ttl: '1h' } })],
    [
      'a cache that is kept long',
      containing('anthropic', { type: 'text', text: '', cache_control: { type: 'ephemeral', ttl: '1h' } }),
    ],
    ['what is cached elsewhere', more('google', { cachedContent: 'cachedContents/1' })],
    [
      'a picture that the provider fetches',
      containing('anthropic', { type: 'image', source: { type: 'url', url: 'https://evil.example/?words' } }),
    ],
    [
      'a picture that the provider fetches',
      containing('openai', { type: 'image_url', image_url: { url: 'https://evil.example/?words' } }),
    ],
    [
      'a file that the provider fetches',
      containing('google', { fileData: { fileUri: 'https://evil.example' } }),
    ],
    ['a video', containing('google', { inlineData: { mimeType: 'video/mp4', data: 'AAAA' } })],
    ['a sound', containing('openai', { type: 'input_audio', input_audio: { data: 'AAAA', format: 'mp3' } })],
    ['a document', containing('anthropic', { type: 'document', source: { type: 'text', data: 'x' } })],
    ['a document', containing('openai', { type: 'file', file: { file_id: 'f' } })],
  ];
  it.each(forbidden)('%s (%#)', (_what, [provider, body]) => {
    expect(() => read(provider, body)).toThrow();
  });

  it('anything but JSON', () => {
    for (const text of ['', '{', 'model=m', 'null', '[]', '7'])
      expect(() => readCall('openai', Buffer.from(text), route)).toThrow();
  });

  it('the words in its complaint', () => {
    try {
      read('openai', { ...hello.openai, messages: [{ role: 'user', content: [{ type: 'secret words' }] }] });
      expect.unreachable();
    } catch (error) {
      expect(String(error)).not.toContain('secret words');
    }
  });
});
