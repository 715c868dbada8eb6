/** What the agent room may call at a provider, and where that is. */
import { describe, expect, it } from 'vitest';
import type { Settings } from '../../../../contracts/gateway-door.js';
import type { Provider } from '../../../../contracts/ids.js';
import { addressOf, keyHeader, routeOf } from './upstreams.js';

const route = (provider: Provider, path: string, query = '') =>
  routeOf(provider, path, new URLSearchParams(query));
const settings = (compatibleUrl: string | null): Settings => ({
  models: [],
  catalogue: { date: '2026-11-20', models: [] },
  compatibleUrl,
  publicUrl: null,
  hosts: [],
});
const notAllowed = expect.objectContaining({ code: 'not-allowed' }) as Error;

describe('a route', () => {
  it('leads to the calls that answer, and says what the path says', () => {
    expect(route('anthropic', 'v1/messages')).toEqual({ path: 'v1/messages' });
    expect(route('openai', 'v1/chat/completions')).toEqual({ path: 'v1/chat/completions' });
    expect(route('compatible', 'chat/completions')).toEqual({ path: 'chat/completions' });
    expect(route('google', 'v1/models/gemini-3-pro-preview:streamGenerateContent', 'alt=sse')).toEqual({
      path: 'v1/models/gemini-3-pro-preview:streamGenerateContent?alt=sse',
      model: 'gemini-3-pro-preview',
      streamed: true,
    });
    expect(route('google', 'v1beta/models/gemini-2.5-flash:generateContent')).toEqual({
      path: 'v1beta/models/gemini-2.5-flash:generateContent',
      model: 'gemini-2.5-flash',
      streamed: false,
    });
  });

  it('leads to who writes speech down, with a model whose price is known', () => {
    const [path, query] = ['v1/audio/transcriptions', 'model=gpt-4o-mini-transcribe'];
    expect(route('openai', path, query)).toEqual({ path, model: 'gpt-4o-mini-transcribe', hears: true });
    expect(route('compatible', 'audio/transcriptions', 'model=whisper-1')).toEqual({
      path: 'audio/transcriptions',
      model: 'whisper-1',
      hears: true,
    });
  });

  it.each([
    ['anthropic', 'v1/messages/batches', ''],
    ['anthropic', 'v1/messages', 'beta=true'],
    ['anthropic', 'v1/files', ''],
    ['openai', 'v1/responses', ''],
    ['openai', 'v1/audio/transcriptions', ''],
    ['openai', 'v1/audio/transcriptions', 'model=gpt-4o-transcribe-diarize'],
    ['openai', 'v1/audio/transcriptions', 'model=gpt-4o-mini-transcribe&stream=true'],
    ['openai', 'v1/audio/translations', 'model=gpt-4o-mini-transcribe'],
    ['openai', 'v1/audio/speech', 'model=gpt-4o-mini-transcribe'],
    ['anthropic', 'v1/audio/transcriptions', 'model=gpt-4o-mini-transcribe'],
    ['compatible', 'v1/audio/transcriptions', 'model=whisper-1'],
    ['compatible', 'audio/transcriptions', 'model=a/b'],
    ['openai', 'chat/completions', ''],
    ['compatible', 'v1/chat/completions', ''],
    ['compatible', '../chat/completions', ''],
    ['google', 'v1/models/gemini-3-pro:streamGenerateContent', ''],
    ['google', 'v1/models/gemini-3-pro:streamGenerateContent', 'alt=json'],
    ['google', 'v1/models/gemini-3-pro:streamGenerateContent', 'alt=sse&key=planted'],
    ['google', 'v1/models/gemini-3-pro:streamGenerateContent', 'alt=sse&alt=sse'],
    ['google', 'v1/models/gemini-3-pro:generateContent', 'key=planted'],
    ['google', 'v1/models/gemini-3-pro:generateContent', 'alt=sse'],
    ['google', 'v1/models/gemini-3-pro:batchGenerateContent', ''],
    ['google', 'v1/models/gemini-3-pro:countTokens', ''],
    ['google', 'v1/models/gemini-3-pro', ''],
    ['google', 'v1/models/../files:generateContent', ''],
    ['google', 'v1/models/a/b:generateContent', ''],
    ['google', 'v1/models/a%2fb:generateContent', ''],
    ['google', 'v1/models/.hidden:generateContent', ''],
    ['google', 'v1/models/a:generateContent:generateContent', ''],
    ['google', `v1/models/${'a'.repeat(101)}:generateContent`, ''],
    ['google', 'v1/tunedModels/a:generateContent', ''],
    ['google', 'v1alpha/models/a:generateContent', ''],
    ['google', 'upload/v1/models/a:generateContent', ''],
  ] as const)('for %s is not %s?%s', (provider, path, query) => {
    expect(() => route(provider, path, query)).toThrow(notAllowed);
  });
});

describe('the address', () => {
  it('is fixed for the three, and what the account has set for the fourth', () => {
    const at = (host: string, port = 443, basePath = '/') => ({ host, port, basePath });
    expect(addressOf('anthropic', settings(null))).toEqual(at('api.anthropic.com'));
    expect(addressOf('openai', settings('https://evil.example'))).toEqual(at('api.openai.com'));
    expect(addressOf('google', settings(null))).toEqual(at('generativelanguage.googleapis.com'));
    expect(addressOf('compatible', settings('https://llm.example/v1'))).toEqual(
      at('llm.example', 443, '/v1/'),
    );
    expect(addressOf('compatible', settings('https://llm.example:8443/a/v1//'))).toEqual(
      at('llm.example', 8_443, '/a/v1/'),
    );
  });

  it('of a compatible server is not there until it is set, and never without TLS', () => {
    expect(() => addressOf('compatible', settings(null))).toThrow(
      expect.objectContaining({ code: 'no-key' }) as Error,
    );
    for (const url of [
      'http://llm.example/v1',
      'https://user@llm.example/v1',
      'https://llm.example/v1?key=a',
    ])
      expect(() => addressOf('compatible', settings(url))).toThrow(notAllowed);
  });
});

it('each provider is shown the key in its own way', () => {
  expect(keyHeader('anthropic', 'k')).toEqual({ 'x-api-key': 'k' });
  expect(keyHeader('google', 'k')).toEqual({ 'x-goog-api-key': 'k' });
  expect(keyHeader('openai', 'k')).toEqual({ authorization: 'Bearer k' });
  expect(keyHeader('compatible', 'k')).toEqual({ authorization: 'Bearer k' });
});
