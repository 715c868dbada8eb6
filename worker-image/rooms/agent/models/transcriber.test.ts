/** The transcriber against the fake providers of the kit, which hold its requests to the providers' own types. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startFakeGoogle, type FakeGoogle } from '../../../../test/kit/models/google.js';
import { ogg, wav } from '../../media/test-rig.js';
import type { DoorFetch } from '../door-fetch.js';
import { ModelError } from './model.js';
import { Transcriber } from './transcriber.js';

let google: FakeGoogle;
let asked: string[];
beforeAll(async () => {
  google = await startFakeGoogle({ keys: ['key'] });
});
beforeEach(() => (asked = []));
afterAll(() => google.stop());

/** As the bridge room passes it on. */
const passing: DoorFetch = (input, init) => {
  const address = (input as string).replace('http://rooms/v1/models/google', google.url);
  asked.push(address);
  return fetch(address, { ...init, headers: { ...init?.headers, 'x-goog-api-key': 'key' } });
};
const turn = { id: 1, models: [{ provider: 'google' as const, model: 'gemini-3.8-flash' }] };
const never = new AbortController().signal;
const wordsOf = (sound: Buffer, type: string): Promise<string> =>
  new Transcriber(passing).wordsOf(sound, type, turn, never);

it('asks Google in the form that it takes', async () => {
  google.script(() => ({ text: 'Guten Morgen' }));
  expect(await wordsOf(ogg(2), 'audio/ogg')).toBe('Guten Morgen');
  expect(await wordsOf(wav(1), 'audio/wav')).toBe('Guten Morgen');
  expect(google.violations).toEqual([]);
  expect(google.requests).toHaveLength(2);
});

it('asks once more when the provider was overloaded, and gives up on what will not pass', async () => {
  const overloaded = { status: 503, type: 'UNAVAILABLE', message: 'overloaded' };
  const before = google.requests.length;
  google.script(() => (google.requests.length - before === 1 ? { error: overloaded } : { text: 'again' }));
  expect(await wordsOf(ogg(2), 'audio/ogg')).toBe('again');
  expect(asked).toHaveLength(2);
  google.script(() => ({ error: { status: 403, type: 'PERMISSION_DENIED', message: 'no' } }));
  await expect(wordsOf(ogg(2), 'audio/ogg')).rejects.toEqual(new ModelError('bad-key'));
  expect(asked).toHaveLength(3);
});

it('says that nobody can hear when no key is there for it', async () => {
  const transcriber = new Transcriber(passing);
  const models = [{ provider: 'anthropic' as const, model: 'claude' }];
  const asking = transcriber.wordsOf(ogg(1), 'audio/ogg', { id: 1, models }, never);
  await expect(asking).rejects.toMatchObject({ reason: 'no-key' });
});
