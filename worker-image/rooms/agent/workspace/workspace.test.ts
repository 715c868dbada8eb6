/** Tests of the workspace's own work: reading, writing, editing, listing, deleting, and the quota over all of it. */
import { existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_FILE } from '../../../../contracts/rooms-door.js';
import { makeRig, refusalOf, write } from './test-rig.js';
import { MAX_FILE_BYTES, MAX_TEXT_BYTES, Workspace } from './workspace.js';

describe('reading and writing', () => {
  it('writes a file and the folders to it, for this user alone, and reads it back', () => {
    const { workspace, root } = makeRig();
    expect(write(workspace, 'notes/travel/trip.md', 'to Rome')).toEqual({ replaced: false });
    expect(workspace.readText('notes/travel/trip.md')).toBe('to Rome');
    expect(write(workspace, 'notes/travel/trip.md', 'to Oslo')).toEqual({ replaced: true });
    expect(workspace.read('notes/travel/trip.md').toString()).toBe('to Oslo');
    expect(statSync(join(root, 'notes/travel/trip.md')).mode & 0o777).toBe(0o600);
    expect(statSync(join(root, 'notes/travel')).mode & 0o777).toBe(0o700);
  });

  it('finds a name in whatever form it is written', () => {
    const { workspace } = makeRig();
    write(workspace, 'cafe\u0301.md', 'coffee');
    expect(workspace.readText('caf\u00e9.md')).toBe('coffee');
    expect(workspace.entry('cafe\u0301.md').path).toBe('caf\u00e9.md');
  });

  it('leaves the old file whole while the new one is written', () => {
    const { workspace, root } = makeRig();
    write(workspace, 'a.txt', 'old');
    const before = statSync(join(root, 'a.txt')).ino;
    write(workspace, 'a.txt', 'new');
    expect(statSync(join(root, 'a.txt')).ino).not.toBe(before);
  });

  it('tells files and folders apart', () => {
    const { workspace } = makeRig();
    write(workspace, 'notes/a.md', 'a');
    expect(refusalOf(() => workspace.read('notes'))).toBe('not-a-file');
    expect(refusalOf(() => write(workspace, 'notes', 'x'))).toBe('not-a-file');
    expect(refusalOf(() => workspace.read('notes/a.md/b'))).toBe('not-a-folder');
    expect(refusalOf(() => write(workspace, 'notes/a.md/b', 'x'))).toBe('not-a-folder');
    expect(refusalOf(() => workspace.list('notes/a.md', 1, 10))).toBe('not-a-folder');
    expect(refusalOf(() => workspace.read('notes/b.md'))).toBe('not-found');
    expect(refusalOf(() => workspace.read('other/b.md'))).toBe('not-found');
    expect(refusalOf(() => workspace.entry('b.md'))).toBe('not-found');
    expect(workspace.entry('notes')).toMatchObject({ isFolder: true, bytes: 0 });
  });

  it('knows text from other bytes', () => {
    const { workspace } = makeRig();
    for (const bytes of [[0x61, 0, 0x62], [0xff, 0xfe, 0x61], [0xc3]]) {
      workspace.write('data.bin', Buffer.from(bytes));
      expect(refusalOf(() => workspace.readText('data.bin'))).toBe('not-text');
      expect([...workspace.read('data.bin')]).toEqual(bytes);
    }
    write(workspace, 'text.txt', '\ufeffGrüße 日本');
    expect(workspace.readText('text.txt')).toBe('\ufeffGrüße 日本');
  });

  it('refuses files that are too large, before it reads them', () => {
    expect(MAX_FILE_BYTES).toBe(MAX_FILE);
    const { workspace, root } = makeRig();
    write(workspace, 'large', '');
    truncateSync(join(root, 'large'), MAX_FILE_BYTES + 1);
    expect(() => workspace.read('large')).toThrow(
      'This file is too large. It has 50 MB; the most here is 50 MB.',
    );
    truncateSync(join(root, 'large'), MAX_TEXT_BYTES + 1);
    expect(refusalOf(() => workspace.readText('large'))).toBe('too-large');
    expect(refusalOf(() => workspace.write('larger/file', Buffer.alloc(MAX_FILE_BYTES + 1)))).toBe(
      'too-large',
    );
    expect(existsSync(join(root, 'larger'))).toBe(false);
  });
});

describe('editing', () => {
  const edited = (text: string, edit: { old: string; new: string; all?: boolean }): string => {
    const { workspace } = makeRig();
    write(workspace, 'a.txt', text);
    workspace.edit('a.txt', { all: false, ...edit });
    return workspace.readText('a.txt');
  };

  it('replaces an exact text, taken as it is', () => {
    expect(edited('one (two) three', { old: '(two)', new: '$& $1' })).toBe('one $& $1 three');
    expect(edited('a.b.c', { old: '.', new: '', all: true })).toBe('abc');
    expect(edited('one\r\ntwo', { old: '\r\n', new: '\n' })).toBe('one\ntwo');
  });

  it('wants the text to be there, and once unless all are meant', () => {
    expect(refusalOf(() => edited('one', { old: 'two', new: '' }))).toBe('not-there');
    expect(refusalOf(() => edited('one', { old: '', new: 'x', all: true }))).toBe('not-there');
    expect(refusalOf(() => edited('one one', { old: 'one', new: 'x' }))).toBe('not-once');
    expect(refusalOf(() => edited('aaa', { old: 'aa', new: 'x' }))).toBe('not-once');
  });

  it('leaves the file alone when it refuses', () => {
    const { workspace } = makeRig(12);
    write(workspace, 'a.txt', 'one one');
    expect(refusalOf(() => workspace.edit('a.txt', { old: 'one', new: 'longer', all: true }))).toBe('full');
    expect(workspace.readText('a.txt')).toBe('one one');
  });
});

describe('listing', () => {
  it('goes as deep as it is told, in the order of names, and says how many more there are', () => {
    const { workspace } = makeRig();
    for (const path of ['b.txt', 'a/deep/one.txt', 'a/two.txt', 'c/three.txt']) write(workspace, path, path);
    const paths = (...of: [string, number, number]): string[] =>
      workspace.list(...of).entries.map(({ path }) => path);
    expect(paths('', 12, 10)).toEqual(['a/deep/one.txt', 'a/two.txt', 'b.txt', 'c/three.txt']);
    expect(paths('', 1, 10)).toEqual(['a', 'b.txt', 'c']);
    expect(paths('a/', 1, 10)).toEqual(['a/deep', 'a/two.txt']);
    expect(workspace.list('', 12, 3)).toMatchObject({ more: 1 });
    const [entry] = workspace.list('', 12, 1).entries;
    expect(entry).toMatchObject({ path: 'a/deep/one.txt', name: 'one.txt', bytes: 14, isFolder: false });
    expect(Math.abs((entry?.changedAt ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  it('is empty where nothing is, the workspace itself included', () => {
    expect(makeRig().workspace.list('', 12, 10)).toEqual({ entries: [], more: 0 });
    expect(refusalOf(() => makeRig().workspace.list('nowhere', 12, 10))).toBe('not-found');
  });
});

describe('deleting', () => {
  it('removes a file and the folders that are empty then', () => {
    const { workspace, root } = makeRig();
    write(workspace, 'a/b/c/one.txt', 'one');
    write(workspace, 'a/two.txt', 'two');
    expect(workspace.delete('a/b/c/one.txt')).toEqual({ files: 1, bytes: 3 });
    expect(existsSync(join(root, 'a/b'))).toBe(false);
    expect(workspace.readText('a/two.txt')).toBe('two');
    expect(refusalOf(() => workspace.delete('a/b/c/one.txt'))).toBe('not-found');
  });

  it('removes a folder with all in it', () => {
    const { workspace, root } = makeRig();
    for (const path of ['a/b/one.txt', 'a/two.txt', 'b.txt']) write(workspace, path, path);
    writeFileSync(join(root, 'a/.hidden'), 'seven');
    expect(new Workspace(root).delete('a')).toEqual({ files: 3, bytes: 25 });
    expect(workspace.list('', 12, 10).entries.map(({ path }) => path)).toEqual(['b.txt']);
  });
});

describe('the quota', () => {
  it('holds for the sum of the files, and says how full it is', () => {
    const { workspace, root } = makeRig(1_000);
    workspace.write('a', Buffer.alloc(600));
    expect(() => workspace.write('new/b', Buffer.alloc(401))).toThrow(
      'The workspace is full. Delete what is no longer needed. It holds 600 bytes of 1 kB.',
    );
    expect(existsSync(join(root, 'new'))).toBe(false);
    workspace.write('b', Buffer.alloc(400));
    expect(workspace.usage()).toEqual({ files: 2, bytes: 1_000 });
    expect(refusalOf(() => workspace.write('a', Buffer.alloc(601)))).toBe('full');
    workspace.write('a', Buffer.alloc(500));
    workspace.delete('b');
    expect(workspace.usage()).toEqual({ files: 1, bytes: 500 });
  });

  it('lets a file shrink when the quota has become smaller', () => {
    const { workspace, root } = makeRig();
    workspace.write('a', Buffer.alloc(600));
    const smaller = new Workspace(root, 100);
    expect(refusalOf(() => smaller.write('b', Buffer.alloc(1)))).toBe('full');
    smaller.write('a', Buffer.alloc(300));
    expect(smaller.usage().bytes).toBe(300);
  });

  it('is not overdrawn by many writes at once', async () => {
    const { workspace, root } = makeRig(10_000);
    const attempt = async (index: number): Promise<void> =>
      void workspace.write(`folder${index % 3}/file${index}`, Buffer.alloc(700));
    const results = await Promise.allSettled(Array.from({ length: 40 }, (_, index) => attempt(index)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(14);
    expect(new Workspace(root).usage()).toEqual({ files: 14, bytes: 9_800 });
  });

  it('holds for the number of files', () => {
    const { workspace } = makeRig(undefined, { files: 3 });
    for (const path of ['a', 'many/b', 'many/c']) write(workspace, path, '');
    expect(() => write(workspace, 'd', '')).toThrow('It holds 3 files, which is the most.');
    write(workspace, 'a', 'still to be written');
    workspace.delete('many/b');
    write(workspace, 'd', '');
  });

  it('counts what is hidden as well, and removes what a crash left unfinished', () => {
    const { workspace, root } = makeRig();
    write(workspace, 'notes/a.txt', 'one');
    writeFileSync(join(root, 'notes', '.new-1'), 'half of a fi');
    writeFileSync(join(root, '.hidden'), 'two');
    expect(new Workspace(root).usage()).toEqual({ files: 2, bytes: 6 });
    expect(existsSync(join(root, 'notes', '.new-1'))).toBe(false);
  });

  it('is what a new count gives, whatever was done', () => {
    const paths = fc.constantFrom('a', 'b', 'x/a', 'x/y/b', 'x/y', 'x');
    const steps = fc.record({ path: paths, size: fc.integer({ min: 0, max: 400 }), deletes: fc.boolean() });
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 25 }), (done) => {
        const { workspace, root } = makeRig(1_000);
        for (const { path, size, deletes } of done) {
          refusalOf(() => (deletes ? workspace.delete(path) : workspace.write(path, Buffer.alloc(size))));
        }
        expect(workspace.usage()).toEqual(new Workspace(root).usage());
        expect(workspace.usage().bytes).toBeLessThanOrEqual(1_000);
      }),
      { numRuns: 60 },
    );
  });

  it('leaves nothing behind of a write that is refused', () => {
    const { workspace, root } = makeRig(10);
    write(workspace, 'a/b', 'kept');
    expect(refusalOf(() => write(workspace, 'a/c', 'far too long'))).toBe('full');
    expect(readFileSync(join(root, 'a/b'), 'utf8')).toBe('kept');
    expect(workspace.list('', 12, 10).entries.map(({ path }) => path)).toEqual(['a/b']);
  });
});
