import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { assistantSettings } from '../../../../contracts/content.js';
import { promptNow } from '../context/context.js';
import { PreferenceStore } from '../preferences.js';
import { ContentRig } from './test-rig.js';

let rig: ContentRig;
beforeEach(async () => {
  rig = new ContentRig();
  await rig.start();
});
afterEach(() => rig.stop());

const read = () => rig.get('assistant', assistantSettings);
const change = (body: unknown) => rig.put('assistant', body, assistantSettings);

it('begins with the defaults', async () => {
  expect(await read()).toEqual({
    timeZone: 'UTC',
    quietHours: null,
    busy: 'steer',
    fallback: true,
    thinking: 'off',
    heartbeatMinutes: null,
    name: null,
    persona: null,
  });
});

it('changes what is said and leaves the rest, on the disk too', async () => {
  const model = { provider: 'openai' as const, model: 'gpt' };
  rig.assistant.preferences.change({ model, busy: 'queue' });
  const next = await change({ timeZone: 'Europe/Berlin', quietHours: { from: '22:00', to: '07:00' } });
  expect(next).toMatchObject({ timeZone: 'Europe/Berlin', busy: 'queue' });
  expect(await read()).toEqual(next);
  const stored = new PreferenceStore(join(rig.bridge.folder, 'preferences.json')).current;
  expect(stored).toMatchObject({ ...next, model });
});

it('has the assistant go by its name, in the prompt too', async () => {
  await change({ name: '  Zoë ', persona: 'Be dry.' });
  expect((await promptNow(rig.assistant)).stable).toMatch(/^You are Zoë, [\s\S]*Be dry\.$/);
  await change({ name: null });
  expect((await promptNow(rig.assistant)).stable).toMatch(/^You are Ara, /);
});

it('tells the bridge room at once when it is next wanted', async () => {
  writeFileSync(join(rig.bridge.folder, 'workspace-is-made-by-the-room'), '');
  (await rig.assistant.workspace()).write('HEARTBEAT.md', Buffer.from('look'));
  rig.said('hello', 'hi');
  await change({ heartbeatMinutes: 30 });
  expect(rig.bridge.wakes.at(-1)).toBeGreaterThan(Date.now());
  await change({ heartbeatMinutes: null });
  expect(rig.bridge.wakes.at(-1)).toBeNull();
});

it.each([
  { timeZone: 'Mars/Olympus' },
  { quietHours: { from: '22:00', to: '22:00' } },
  { quietHours: { from: '25:00', to: '07:00' } },
  { heartbeatMinutes: 5 },
  { name: '' },
  { name: 'two\nlines' },
  { persona: 'x'.repeat(2_001) },
  { model: { provider: 'openai', model: 'gpt' } },
])('refuses %j and changes nothing', async (body) => {
  const before = await read();
  await expect(change({ busy: 'interrupt', ...body })).rejects.toMatchObject({ code: 'bad-request' });
  expect(await read()).toEqual(before);
});

it('shows a file that was edited by hand as far as it has room for it', async () => {
  const path = join(rig.bridge.folder, 'preferences.json');
  writeFileSync(path, JSON.stringify({ persona: 'y'.repeat(3_000), heartbeatMinutes: 9_999, name: 'a\nb' }));
  expect(await read()).toMatchObject({ persona: 'y'.repeat(2_000), heartbeatMinutes: null, name: null });
});
