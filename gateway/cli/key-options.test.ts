/** What is said of a key on the command line. */
import { describe, expect, it } from 'vitest';
import { keyOptions } from './key-options.js';

const server = { url: 'https://llm.example.org/v1', model: 'qwen-3' };

describe('a compatible server', () => {
  it('is said with all there is to say', () => {
    expect(keyOptions('compatible', { ...server, price: '0.5/1.5', context: '64000', images: true })).toEqual(
      {
        baseUrl: server.url,
        model: 'qwen-3',
        price: { input: 0.5, output: 1.5 },
        contextTokens: 64_000,
        images: true,
      },
    );
  });

  it.each([{ url: server.url }, { model: 'qwen-3' }, {}])('is not said by %j alone', (options) => {
    expect(() => keyOptions('compatible', options)).toThrow(/--url .* --model/);
  });

  it.each(['1', '1/', '/1', '1/2/3', '-1/2', 'a/b', '1,5/2', '1e3/2', ' 1/2'])(
    'has no price of %j',
    (price) => {
      expect(() => keyOptions('compatible', { ...server, price })).toThrow(/--price/);
    },
  );

  it.each(['0', '64k', '-1', ''])('takes no %j tokens', (context) => {
    expect(() => keyOptions('compatible', { ...server, context })).toThrow(/--context/);
  });
});

describe('another provider', () => {
  it('has a model and nothing else', () => {
    expect(keyOptions('google', {})).toEqual({});
    expect(keyOptions('google', { model: 'gemini-3.8-flash', user: 'alice' })).toEqual({
      model: 'gemini-3.8-flash',
    });
    for (const options of [{ url: server.url }, { price: '1/2' }, { context: '1' }, { images: true }])
      expect(() => keyOptions('google', options)).toThrow(/are for `key set compatible`/);
  });
});
