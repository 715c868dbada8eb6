/** Tests of what goes to each provider through its real library: words, images and marks for the cache. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NO_IMAGE } from './content.js';
import { IMAGE, ModelRig, PROVIDERS } from '../testing/model-rig.js';
import { says } from '../testing/provider-streams.js';

let rig: ModelRig;
beforeEach(async () => {
  rig = new ModelRig();
  await rig.door.listen();
  rig.door.provider = says(['x']);
});
afterEach(() => rig.close());

describe('a plain question', () => {
  it.each(PROVIDERS)('goes to %s with the turn that pays, and without a key', async (provider) => {
    await rig.ask(provider);
    const { headers } = rig.sent;
    expect(headers['x-ara-turn']).toBe('42');
    expect(headers['content-type']).toMatch(/^application\/json/);
    const keys = [headers.authorization, headers['x-api-key'], headers['x-goog-api-key']].filter(Boolean);
    expect(keys.map((key) => String(key).replace('Bearer ', ''))).toEqual(['held-by-the-bridge-room']);
  });

  it('has the form of Anthropic', async () => {
    await rig.ask('anthropic', { model: 'claude-haiku-4-5' });
    expect(rig.sent.path).toBe('anthropic/v1/messages');
    expect(rig.sent.headers['anthropic-version']).toMatch(/^20\d\d-\d\d-\d\d$/);
    expect(rig.sent.body).toEqual({
      model: 'claude-haiku-4-5',
      max_tokens: 3_000,
      stream: true,
      system: [
        { type: 'text', text: 'Be kind.', cache_control: { type: 'ephemeral' } },
        { type: 'text', text: 'It is late.' },
      ],
      messages: [
        {
          role: 'user',
          content: [{ type: 'text', text: 'hello', cache_control: { type: 'ephemeral' } }],
        },
      ],
    });
  });

  it('has the form of OpenAI', async () => {
    await rig.ask('openai', { model: 'gpt-4.1' });
    expect(rig.sent.path).toBe('openai/v1/chat/completions');
    expect(rig.sent.body).toEqual({
      model: 'gpt-4.1',
      max_completion_tokens: 3_000,
      prompt_cache_key: 'chat-1',
      store: false,
      stream: true,
      stream_options: { include_usage: true },
      messages: [
        { role: 'system', content: 'Be kind.\n\nIt is late.' },
        { role: 'user', content: 'hello' },
      ],
    });
  });

  it('has the form of Google', async () => {
    await rig.ask('google', { model: 'gemini-2.0-flash' });
    expect(rig.sent.path).toBe('google/v1beta/models/gemini-2.0-flash:streamGenerateContent');
    expect(rig.sent.body).toEqual({
      systemInstruction: { role: 'user', parts: [{ text: 'Be kind.' }, { text: 'It is late.' }] },
      contents: [{ role: 'user', parts: [{ text: 'hello' }] }],
      generationConfig: { maxOutputTokens: 3_000 },
    });
  });

  it('has the plainest form for a compatible server', async () => {
    await rig.ask('compatible');
    expect(rig.sent.path).toBe('compatible/chat/completions');
    expect(rig.sent.body).toEqual({
      model: 'test-model',
      max_tokens: 3_000,
      stream: true,
      stream_options: { include_usage: true },
      messages: [
        { role: 'system', content: 'Be kind.\n\nIt is late.' },
        { role: 'user', content: 'hello' },
      ],
    });
  });
});

it.each(PROVIDERS)('an image of the user goes to %s where it stands', async (provider) => {
  const content = [
    { type: 'text', text: 'What is this?' },
    { type: 'image', ...IMAGE },
    { type: 'text', text: 'It is noon.' },
  ] as const;
  await rig.ask(provider, { messages: [{ role: 'user', content }] });
  const [first, last] = [{ text: 'What is this?' }, { text: 'It is noon.' }];
  const url = { type: 'image_url', image_url: { url: `data:image/png;base64,${IMAGE.data}` } };
  const cached = { cache_control: { type: 'ephemeral' } };
  expect(rig.shown).toMatchObject(
    {
      // What is gone in the next turn follows the first mark.
      anthropic: [{ content: [{ ...first, ...cached }, { type: 'image' }, { ...last, ...cached }] }],
      openai: [{ content: [first, url, last] }],
      google: [{ parts: [first, { inlineData: { mimeType: 'image/png', data: IMAGE.data } }, last] }],
      compatible: [{ content: [first, url, last] }],
    }[provider],
  );
});

it('several texts are one for a server that may know no list', async () => {
  const content = ['one', 'two'].map((text) => ({ type: 'text' as const, text }));
  await rig.ask('compatible', { messages: [{ role: 'user', content }] });
  expect(rig.shown).toEqual([{ role: 'user', content: 'one\n\ntwo' }]);
});

it('Google, which reads no GIF, is told that there is an image', async () => {
  const content = [{ type: 'image', ...IMAGE, mediaType: 'image/gif' } as const];
  await rig.ask('google', { messages: [{ role: 'user', content }] });
  expect(rig.shown).toEqual([{ role: 'user', parts: [{ text: NO_IMAGE }] }]);
});
