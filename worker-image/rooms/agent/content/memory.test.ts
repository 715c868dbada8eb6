import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { memoryFile, memoryList } from '../../../../contracts/content.js';
import { ContentRig } from './test-rig.js';

let rig: ContentRig;
beforeEach(async () => {
  rig = new ContentRig();
  await rig.start();
});
afterEach(() => rig.stop());

const names = async () => (await rig.get('memory', memoryList)).files.map(({ name }) => name);
const read = async (name: string) => (await rig.get(`memory/${name}`, memoryFile)).text;
const write = (name: string, text: string) => rig.put(`memory/${name}`, { text });
const found = async (query: string) =>
  (await (await rig.assistant.memory()).recall(query)).found.map(({ text }) => text);

it('lists MEMORY.md and the notes, newest first, with size and time', async () => {
  expect(await names()).toEqual([]);
  await write('2026-11-23.md', '- met Kim\n');
  await write('MEMORY.md', '- likes tea\n');
  await write('2026-11-24.md', '- met Lee\n');
  expect(await names()).toEqual(['MEMORY.md', '2026-11-24.md', '2026-11-23.md']);
  const { files } = await rig.get('memory', memoryList);
  expect(files[0]?.bytes).toBe('- likes tea\n'.length);
  expect(Math.abs(Date.now() - files[0]!.changedAt)).toBeLessThan(10_000);
});

it('is what the assistant itself remembers and finds', async () => {
  (await rig.assistant.memory()).remember('The cat is called Minka.', 'always');
  expect(await read('MEMORY.md')).toBe('- The cat is called Minka.\n');
  await write('MEMORY.md', '- The dog is called Rex.\n');
  expect((await rig.assistant.memory()).prompt({ memory: 1_000, notes: 0 }).memory).toContain('Rex');
  expect([await found('Rex'), await found('Minka')]).toEqual([['The dog is called Rex.'], []]);
});

it('leaves no trace of what was taken out', async () => {
  await write('MEMORY.md', '- canary-77 sings\n- stays\n');
  await write('2026-11-24.md', '- canary-77 again\n');
  expect(rig.filesHolding('canary-77').length).toBeGreaterThan(1);
  await write('MEMORY.md', '- stays\n');
  await write('2026-11-24.md', '');
  expect(rig.filesHolding('canary-77')).toEqual([]);
  expect(await found('canary')).toEqual([]);
  expect(await names()).toEqual(['MEMORY.md']);
  await expect(read('2026-11-24.md')).rejects.toMatchObject({ code: 'not-found' });
  await write('2026-11-24.md', '');
});

it.each([
  'secret.md',
  '2026-02-31.md',
  '2026-13-01.md',
  '..',
  '..%2Fpreferences.json',
  'index.sqlite',
  'memory.md',
])('knows no file %s', async (name) => {
  await expect(read(name)).rejects.toMatchObject({ code: 'not-found' });
  await expect(write(name, 'x')).rejects.toMatchObject({ code: 'not-found' });
});

it('refuses what is too much, and what is no plain file', async () => {
  await expect(write('MEMORY.md', 'ß'.repeat(40_000))).rejects.toMatchObject({ code: 'too-large' });
  await expect(write('MEMORY.md', 'x'.repeat(70_000))).rejects.toMatchObject({ code: 'bad-request' });
  const notes = join(rig.bridge.folder, 'memory', 'notes');
  mkdirSync(notes, { recursive: true });
  writeFileSync(join(rig.bridge.folder, 'secret'), 'secret');
  symlinkSync(join(rig.bridge.folder, 'secret'), join(notes, '2026-11-24.md'));
  await expect(read('2026-11-24.md')).rejects.toMatchObject({ code: 'not-allowed' });
});
