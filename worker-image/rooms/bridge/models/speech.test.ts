/** Speech through the key broker, over real sockets: the form is made here, of the sound alone, metered and bounded. */
import { beforeEach, describe, expect, it } from 'vitest';
import { googleErrors } from '../../../../test/kit/models/google.js';
import { hearForm, transcriptionOf } from '../../../../test/kit/models/transcription.js';
import { ogg, wav } from '../../media/test-rig.js';
import { answers, brokerRig, type BrokerRig } from './broker-test-rig.js';

const OPENAI = 'openai/v1/audio/transcriptions?model=gpt-4o-mini-transcribe';
const COMPATIBLE = 'compatible/audio/transcriptions?model=whisper-1';
const GOOGLE = 'google/v1beta/models/gemini:generateContent';

let rig: BrokerRig;
beforeEach(async () => {
  rig = await brokerRig();
});
const sound = ogg(3);
const asGoogle = (mimeType: string, data: Buffer) => ({
  contents: [{ role: 'user', parts: [{ inlineData: { mimeType, data: data.toString('base64') } }] }],
  generationConfig: { maxOutputTokens: 10 },
});

describe('a sound', () => {
  it.each([OPENAI, COMPATIBLE])('goes out as a form that the provider takes: %s', async (path) => {
    rig.answering = answers(200, JSON.stringify(transcriptionOf('Hello', 3_000)));
    const { status, text } = await rig.ask(path, sound, { 'content-type': 'audio/ogg' });
    expect([status, text]).toEqual([200, JSON.stringify(transcriptionOf('Hello', 3_000))]);
    const [seen] = rig.seen;
    const heard = await hearForm(seen!.raw, seen?.headers['content-type'] ?? '', true);
    expect(heard).toMatchObject({ file: { name: 'voice.ogg', type: 'audio/ogg' } });
    expect('file' in heard && heard.file.content.equals(sound)).toBe(true);
    expect(seen?.url).toMatch(/audio\/transcriptions$/);
    expect(seen?.headers['authorization']).toMatch(/^Bearer /);
  });

  it('cannot bring fields of its own into the form', async () => {
    const forged = Buffer.concat([
      sound,
      Buffer.from(
        '\r\n--ara-0\r\nContent-Disposition: form-data; name="model"\r\n\r\ngpt-5\r\n--ara-0--\r\n',
      ),
    ]);
    await rig.ask(OPENAI, forged);
    const heard = await hearForm(rig.seen[0]!.raw, rig.seen[0]?.headers['content-type'] ?? '');
    expect(heard).toMatchObject({ model: 'gpt-4o-mini-transcribe' });
    expect('file' in heard && heard.file.content.equals(forged)).toBe(true);
  });

  it('costs what the provider says, by the price of the model that heard it', async () => {
    rig.answering = answers(200, JSON.stringify(transcriptionOf('x'.repeat(28), 6_000)));
    await rig.ask(OPENAI, sound);
    expect(rig.spending.view().rows).toMatchObject([
      { model: 'gpt-4o-mini-transcribe', calls: 1, inputTokens: 30, outputTokens: 7, costMicros: 30 + 70 },
    ]);
  });

  it('that could pass the budget is not sent', async () => {
    // Three seconds of 32 tokens, and 100 tokens of text at ten each: 1,096 millionths.
    rig.spending.putCaps({ day: 1_095, month: null });
    expect((await rig.ask(OPENAI, sound)).status).toBe(402);
    rig.spending.putCaps({ day: 1_096, month: null });
    expect((await rig.ask(OPENAI, sound)).status).toBe(200);
    expect(rig.seen).toHaveLength(1);
  });

  it.each([
    ['of more than ten minutes', ogg(601), 413],
    ['of more than 20 MB', ogg(100, 20_000_001), 413],
    ['that is none', Buffer.from('{"model":"gpt-4o"}'), 400],
    ['that is nothing', Buffer.alloc(0), 400],
  ])('%s is not sent, whatever its type is said to be', async (_what, bytes, status) => {
    expect((await rig.ask(OPENAI, bytes, { 'content-type': 'audio/ogg' })).status).toBe(status);
    expect(rig.seen).toEqual([]);
  });
});

describe('Google', () => {
  it('is asked with the sound among the words, counted by its length', async () => {
    const body = asGoogle('audio/wav', wav(2));
    rig.spending.putCaps({ day: 163, month: null });
    expect((await rig.ask(GOOGLE, body)).status).toBe(402);
    rig.spending.putCaps({ day: 1_000_000, month: null });
    rig.answering = answers(
      200,
      JSON.stringify({ usageMetadata: { promptTokenCount: 64, candidatesTokenCount: 2 } }),
    );
    expect((await rig.ask(GOOGLE, body)).status).toBe(200);
    expect(JSON.parse(rig.seen[0]?.body ?? '')).toEqual(body);
    expect(rig.spending.view().rows).toMatchObject([{ inputTokens: 64, outputTokens: 2, costMicros: 84 }]);
  });

  it.each([
    ['a film', 'video/mp4', ogg(1), 400],
    ['a document', 'application/pdf', Buffer.from('%PDF-'), 400],
    ['what only claims to be a sound', 'audio/ogg', Buffer.from('%PDF-'), 400],
    ['more than ten minutes', 'audio/ogg', ogg(601), 413],
  ])('is not asked with %s', async (_what, type, bytes, status) => {
    expect((await rig.ask(GOOGLE, asGoogle(type, bytes))).status).toBe(status);
    expect(rig.seen).toEqual([]);
  });

  it('may refuse, and nothing is spent', async () => {
    rig.answering = answers(503, JSON.stringify({ error: googleErrors.overloaded }));
    expect((await rig.ask(GOOGLE, asGoogle('audio/ogg', sound))).status).toBe(503);
    expect(rig.spending.view().rows).toEqual([]);
  });
});
