import { randomBytes } from 'node:crypto';
import { existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fileList } from '../../../../contracts/content.js';
import { everythingIn } from '../workspace/test-rig.js';
import { MAX_FILE_BYTES } from '../workspace/workspace.js';
import { ContentRig } from './test-rig.js';

let rig: ContentRig;
let root: string;
beforeEach(async () => {
  rig = new ContentRig();
  await rig.start();
  root = join(rig.bridge.folder, 'workspace');
});
afterEach(() => rig.stop());

const at = (path: string) => `file?path=${encodeURIComponent(path)}`;
const list = (path = '') => rig.get(`files?path=${encodeURIComponent(path)}`, fileList);
const upload = async (path: string, body: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<void> => {
  const source = Readable.from(body);
  const headers = { 'content-type': 'application/octet-stream' };
  (await rig.client.stream('PUT', `/v1/content/${at(path)}`, { body: source, headers })).resume();
};

it('lists one folder at a time, with what is used and what may be', async () => {
  await upload('notes/trip.md', [Buffer.from('to Rome')]);
  await upload('a.txt', [Buffer.from('a')]);
  const { entries, usedBytes, quotaBytes } = await list();
  expect(entries.map(({ name, kind, bytes }) => [name, kind, bytes])).toEqual([
    ['a.txt', 'file', 1],
    ['notes', 'folder', 0],
  ]);
  expect([usedBytes, quotaBytes]).toEqual([8, 512_000_000]);
  expect((await list('notes')).entries.map(({ name }) => name)).toEqual(['trip.md']);
  await expect(list('nowhere')).rejects.toMatchObject({ code: 'not-found' });
});

it('takes and gives bytes as they are, under any name there may be', async () => {
  const bytes = randomBytes(3_000_000);
  const name = 'Reise nach 日本 (1) & 50%.pdf';
  await upload(name, [bytes.subarray(0, 1_000_000), bytes.subarray(1_000_000)]);
  expect((await rig.bytes(at(name))).equals(bytes)).toBe(true);
  await upload('empty', []);
  expect(await rig.bytes(at('empty'))).toHaveLength(0);
  expect((await rig.assistant.workspace()).read(name).equals(bytes)).toBe(true);
});

it('removes files, and folders with all in them', async () => {
  await upload('notes/a/b.md', [Buffer.from('b')]);
  await upload('c.md', [Buffer.from('c')]);
  await rig.delete(at('notes'));
  expect(everythingIn(root)).toEqual(['c.md: c']);
  await rig.delete(at('c.md'));
  expect((await list()).usedBytes).toBe(0);
  await expect(rig.delete(at('c.md'))).rejects.toMatchObject({ code: 'not-found' });
});

it.each(['../preferences.json', '/etc/passwd', '.hidden', 'a//b', '', 'a/../../b', '..%2Fx', 'a\\b'])(
  'leads nowhere else by %j',
  async (path) => {
    const refusal = { code: 'bad-request' };
    await expect(rig.bytes(at(path))).rejects.toMatchObject(refusal);
    await expect(rig.delete(at(path))).rejects.toMatchObject(refusal);
    await expect(upload(path, [Buffer.from('x')])).rejects.toMatchObject(refusal);
    expect(existsSync(join(rig.bridge.folder, 'x'))).toBe(false);
  },
);

it('follows no link', async () => {
  await upload('a.txt', [Buffer.from('a')]);
  writeFileSync(join(rig.bridge.folder, 'secret'), 'secret');
  symlinkSync(join(rig.bridge.folder, 'secret'), join(root, 'link.txt'));
  await expect(rig.bytes(at('link.txt'))).rejects.toMatchObject({ code: 'not-allowed' });
  expect((await list()).entries.map(({ name }) => name)).toEqual(['a.txt']);
});

it('refuses a file that is too large while it comes, and keeps the one before it', async () => {
  await upload('a.txt', [Buffer.from('old')]);
  const piece = Buffer.alloc(1_000_000);
  const much = function* () {
    for (let sent = 0; sent <= MAX_FILE_BYTES; sent += piece.length) yield piece;
  };
  await expect(upload('a.txt', much())).rejects.toMatchObject({ code: 'too-large' });
  await expect(upload('new/b.txt', much())).rejects.toMatchObject({ code: 'too-large' });
  expect(everythingIn(root)).toEqual(['a.txt: old']);
  expect(existsSync(join(root, 'new'))).toBe(false);
  expect((await list()).usedBytes).toBe(3);
});

it('keeps nothing of a file that broke off on the way', async () => {
  await upload('a.txt', [Buffer.from('old')]);
  const broken = async function* () {
    yield Buffer.from('half');
    await sleep(50);
    throw new Error('the browser is gone');
  };
  await expect(upload('a.txt', broken())).rejects.toMatchObject({ code: 'container-unavailable' });
  await expect.poll(() => everythingIn(root)).toEqual(['a.txt: old']);
});
