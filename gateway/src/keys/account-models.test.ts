/** The models of an account: those of its keys, and no others. */
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadSettings } from '../../../config/schema.js';
import { catalogue } from '../../../contracts/gateway-door.js';
import type { Provider } from '../../../contracts/ids.js';
import { catalogueOf, modelOf } from './account-models.js';
import type { ApiKey } from './api-key.entity.js';
import { nothingMore } from './key-request.js';

const settings = loadSettings(resolve(import.meta.dirname, '../../..'), {});

const keyOf = (provider: Provider, more: Partial<ApiKey> = {}): ApiKey =>
  ({
    provider,
    ...nothingMore,
    ...more,
  }) as ApiKey;
const server = { model: 'qwen-3', baseUrl: 'https://llm.example.org/v1' };

describe('the model that answers', () => {
  it('is the account’s own, or the default of its provider', () => {
    expect(modelOf(keyOf('google'), settings)).toBe(settings.models.google);
    expect(modelOf(keyOf('anthropic', { model: 'claude-opus-5-5' }), settings)).toBe('claude-opus-5-5');
    expect(modelOf(keyOf('compatible', server), settings)).toBe('qwen-3');
  });

  it('is the default once the account’s own has left the list', () => {
    expect(modelOf(keyOf('openai', { model: 'gpt-2' }), settings)).toBe(settings.models.openai);
    expect(modelOf(keyOf('openai', { model: 'claude-opus-5-5' }), settings)).toBe(settings.models.openai);
  });
});

describe('the catalogue', () => {
  it('holds every model of the providers with a key, with the day of the prices, as the contract has it', () => {
    const found = catalogueOf([keyOf('openai'), keyOf('google')], settings);
    expect(catalogue.parse(found)).toEqual(found);
    expect(found.date).toBe(settings.modelList.date);
    expect(new Set(found.models.map(({ provider }) => provider))).toEqual(new Set(['openai', 'google']));
    expect(catalogueOf([], settings).models).toEqual([]);
  });

  it('holds the model of a compatible server, carefully where its user said nothing', () => {
    const found = catalogueOf([keyOf('compatible', server)], settings);
    expect(catalogue.parse(found).models).toEqual([
      {
        provider: 'compatible',
        model: 'qwen-3',
        contextTokens: 32_000,
        outputTokens: 8_000,
        images: false,
        thinking: false,
        price: null,
      },
    ]);
  });

  it('holds what the user said of it', () => {
    const said = { contextTokens: 4_000, images: true, priceInput: 0.5, priceOutput: 0 };
    const [model] = catalogueOf([keyOf('compatible', { ...server, ...said })], settings).models;
    expect(model).toMatchObject({
      contextTokens: 4_000,
      outputTokens: 1_000,
      images: true,
      price: { input: 0.5, output: 0, cacheRead: 0.5, cacheWrite: 0.5 },
    });
  });
});
