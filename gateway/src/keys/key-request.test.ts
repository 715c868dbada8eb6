/** What may be said when a key is set. */
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadSettings } from '../../../config/schema.js';
import { asAraError } from '../../../contracts/door-http.js';
import type { AraError } from '../../../contracts/errors.js';
import type { Provider } from '../../../contracts/ids.js';
import { readKeyRequest } from './key-request.js';

const settings = loadSettings(resolve(import.meta.dirname, '../../..'), {});
const KEY = 'sk-0123456789';
const SERVER = { baseUrl: 'https://llm.example.org/v1/', model: 'qwen-3' };

function refusal(provider: Provider, body: unknown): AraError {
  try {
    readKeyRequest(provider, body, settings);
  } catch (error) {
    return asAraError(error);
  }
  throw new Error('it was taken');
}

describe('a key of a provider', () => {
  it('is for the default model when none is named', () => {
    expect(readKeyRequest('google', { key: ` ${KEY}\n` }, settings)).toMatchObject({ key: KEY, model: null });
  });

  it('is for the model that is named, which must be in the list', () => {
    const body = { key: KEY, model: 'claude-opus-5-5' };
    expect(readKeyRequest('anthropic', body, settings)).toMatchObject({ model: 'claude-opus-5-5' });
    const { code, message } = refusal('openai', body);
    expect(code).toBe('bad-request');
    expect(message).toContain('gpt-6-sol');
    expect(message).not.toContain('claude');
  });

  it.each([{}, { key: 'short' }, { key: 'two words are no key' }, { key: KEY, baseUrl: 'https://a.b' }])(
    'is refused as %j',
    (body) => expect(refusal('anthropic', body).code).toBe('bad-request'),
  );

  it('is never repeated in a refusal', () => {
    expect(refusal('anthropic', { key: `${KEY} and more` }).message).not.toContain(KEY);
  });
});

describe('a compatible server', () => {
  it('needs no key, and its address has one form', () => {
    expect(readKeyRequest('compatible', SERVER, settings)).toEqual({
      key: 'none',
      model: 'qwen-3',
      baseUrl: 'https://llm.example.org/v1',
      contextTokens: null,
      images: null,
      priceInput: null,
      priceOutput: null,
    });
  });

  it('may have its key, its size and its price', () => {
    const body = {
      ...SERVER,
      key: KEY,
      contextTokens: 64_000,
      images: true,
      price: { input: 0.5, output: 1.5 },
    };
    expect(readKeyRequest('compatible', body, settings)).toMatchObject({
      key: KEY,
      contextTokens: 64_000,
      images: true,
      priceInput: 0.5,
      priceOutput: 1.5,
    });
  });

  it.each([
    { ...SERVER, model: '' },
    { ...SERVER, model: 'two\nlines' },
    { baseUrl: SERVER.baseUrl },
    { model: SERVER.model },
    { ...SERVER, baseUrl: 'https://127.0.0.1/v1' },
    { ...SERVER, contextTokens: 0 },
    { ...SERVER, price: { input: -1, output: 1 } },
    { ...SERVER, price: { input: 1 } },
    { ...SERVER, key: '' },
  ])('is refused as %j', (body) => expect(refusal('compatible', body).code).toBe('bad-request'));
});
