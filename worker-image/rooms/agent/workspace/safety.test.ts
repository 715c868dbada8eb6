/** Tests that no path leads out of the workspace: by links, by special files, by clever names, nor by races. */
import { execFileSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { search } from './search.js';
import { everythingIn, makeRig, refusalOf, SECRET, write, type Rig } from './test-rig.js';
import { Workspace } from './workspace.js';

/** One way in for each thing that the workspace does with a path. */
const attempts = (workspace: Workspace, path: string): Record<string, () => unknown> => ({
  read: () => workspace.read(path),
  readText: () => workspace.readText(path),
  write: () => write(workspace, path, 'written'),
  edit: () => workspace.edit(path, { old: SECRET, new: '', all: true }),
  delete: () => workspace.delete(path),
  entry: () => workspace.entry(path),
});

function expectRefused(rig: Rig, path: string, refusal: string): void {
  const before = rig.surroundings();
  for (const [name, attempt] of Object.entries(attempts(rig.workspace, path))) {
    expect([name, refusalOf(attempt)]).toEqual([name, refusal]);
  }
  expect(rig.surroundings()).toEqual(before);
}

function rigWithFolder(): Rig {
  const rig = makeRig();
  mkdirSync(join(rig.root, 'folder'), { recursive: true });
  return rig;
}

describe('links', () => {
  it('refuses one to a file, wherever it leads', () => {
    const rig = rigWithFolder();
    write(rig.workspace, 'inside.txt', 'inside');
    symlinkSync(join(rig.outside, 'secret.txt'), join(rig.root, 'out'));
    symlinkSync('inside.txt', join(rig.root, 'in'));
    symlinkSync('nowhere', join(rig.root, 'nowhere'));
    symlinkSync('/dev/null', join(rig.root, 'folder/device'));
    for (const path of ['out', 'in', 'nowhere', 'folder/device']) expectRefused(rig, path, 'link');
    expect(rig.workspace.readText('inside.txt')).toBe('inside');
  });

  it('refuses one to a folder, as any part of the path', () => {
    const rig = rigWithFolder();
    symlinkSync(rig.outside, join(rig.root, 'out'));
    symlinkSync('..', join(rig.root, 'folder/up'));
    expectRefused(rig, 'out/secret.txt', 'link');
    expectRefused(rig, 'folder/up/outside/secret.txt', 'link');
    for (const folder of ['out', 'folder/up']) {
      expect(refusalOf(() => rig.workspace.list(folder, 12, 10))).toBe('link');
      expect(refusalOf(() => [...rig.workspace.steps(folder)])).toBe('link');
    }
  });

  it('refuses one in the place of the workspace itself', () => {
    const rig = makeRig();
    symlinkSync(rig.outside, rig.root);
    expectRefused(rig, 'secret.txt', 'not-a-folder');
  });

  it('passes them over in lists and searches, and removes them with their folder', async () => {
    const rig = rigWithFolder();
    symlinkSync(rig.outside, join(rig.root, 'folder/out'));
    symlinkSync(join(rig.outside, 'secret.txt'), join(rig.root, 'folder/secret.txt'));
    write(rig.workspace, 'folder/own.txt', 'own');
    expect(rig.workspace.list('', 12, 10).entries.map(({ path }) => path)).toEqual(['folder/own.txt']);
    const found = await search(rig.workspace, { folder: '', name: '', text: SECRET }, { results: 10 });
    expect(found).toEqual({ matches: [], cut: null });
    rig.workspace.delete('folder');
    expect(existsSync(join(rig.root, 'folder'))).toBe(false);
    expect(readFileSync(join(rig.outside, 'secret.txt'), 'utf8')).toBe(SECRET);
  });

  it('does not write to a file that has a second name', () => {
    const rig = rigWithFolder();
    linkSync(join(rig.outside, 'secret.txt'), join(rig.root, 'twice'));
    expect(refusalOf(() => write(rig.workspace, 'twice', 'written'))).toBe('hard-link');
    expect(refusalOf(() => rig.workspace.edit('twice', { old: 'what', new: 'x', all: true }))).toBe(
      'hard-link',
    );
    expect(readFileSync(join(rig.outside, 'secret.txt'), 'utf8')).toBe(SECRET);
  });
});

describe('special files', () => {
  it('refuses a pipe, and does not wait for its other end', () => {
    const rig = rigWithFolder();
    execFileSync('sh', ['-c', 'mkfifo "$0"', join(rig.root, 'pipe')]);
    expectRefused(rig, 'pipe', 'special');
    expect(rig.workspace.list('', 12, 10).entries).toEqual([]);
  });

  it('refuses a socket', async () => {
    const rig = rigWithFolder();
    const server = createServer();
    await new Promise<void>((listening) => server.listen(join(rig.root, 'socket'), listening));
    expectRefused(rig, 'socket', 'special');
    await new Promise((closed) => server.close(closed));
  });

  it('refuses a device', () => {
    const device = new Workspace('/dev');
    expect(refusalOf(() => device.read('zero'))).toBe('special');
    expect(refusalOf(() => device.entry('null'))).toBe('special');
  });
});

describe('clever names', () => {
  it('write nothing outside, and nothing hidden inside', () => {
    const part = fc.constantFrom(
      '.',
      '..',
      '/',
      '\\',
      '\0',
      'a',
      'secret.txt',
      'outside',
      '\uff0f',
      '\u2024',
      '\u2215',
      '%2e%2e%2f',
      'workspace',
    );
    const rig = makeRig();
    symlinkSync('outside', join(rig.root, '..', 'other'));
    const before = rig.surroundings();
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const path = parts.join('');
        for (const attempt of Object.values(attempts(rig.workspace, path))) refusalOf(attempt);
        refusalOf(() => rig.workspace.list(path, 12, 10));
      }),
      { numRuns: 500 },
    );
    expect(rig.surroundings()).toEqual(before);
    expect(everythingIn(rig.root).filter((line) => line.startsWith('.'))).toEqual([]);
  });
});

describe('descriptors', () => {
  it('are all closed again, refused or not', async () => {
    const rig = rigWithFolder();
    symlinkSync(rig.outside, join(rig.root, 'out'));
    write(rig.workspace, 'folder/a/b.txt', 'text');
    const open = (): number => readdirSync('/proc/self/fd').length;
    const before = open();
    for (const path of [
      'folder/a/b.txt',
      'folder/new/c.txt',
      'out/secret.txt',
      'nowhere/x',
      'folder',
      'folder/a/b.txt/c',
    ]) {
      for (const attempt of Object.values(attempts(rig.workspace, path))) refusalOf(attempt);
      refusalOf(() => rig.workspace.list(path, 12, 10));
    }
    write(rig.workspace, 'folder/a/b.txt', 'text');
    for (const _step of rig.workspace.steps('')) break;
    await search(rig.workspace, { folder: '', name: '', text: 'text' }, { results: 0 });
    expect(open()).toBe(before);
  });
});

/**
 * Puts a link to the outside in the place of a folder and back, whatever else is done to the folder. Each stays for a moment of
 * any length, so that the change comes at any point of what goes on.
 */
const SWAP = `
  const { renameSync, rmSync, symlinkSync, unlinkSync } = require('node:fs');
  const { workerData: { folder, aside, outside, shared } } = require('node:worker_threads');
  const stopped = new Int32Array(shared);
  const attempt = (work) => { try { work(); return true; } catch { return false; } };
  const rest = () => Atomics.wait(stopped, 0, 0, Math.random() / 2);
  while (Atomics.load(stopped, 0) === 0) {
    attempt(() => renameSync(folder, aside));
    attempt(() => symlinkSync(outside, folder));
    rest();
    attempt(() => unlinkSync(folder));
    for (let tries = 0; tries < 5 && !attempt(() => renameSync(aside, folder)); tries += 1) {
      attempt(() => rmSync(folder, { recursive: true }));
    }
    rest();
  }`;

/**
 * Works in the folder while it is swapped, until the folder and the link were both met often enough. Tells what was read and
 * how often, and how often it was refused.
 */
async function race(
  { workspace, root, outside }: Rig,
  rounds: number,
  signal: AbortSignal,
): Promise<Map<string, number>> {
  const [folder, aside] = [join(root, 'folder'), join(root, '.aside')];
  const shared = new SharedArrayBuffer(4);
  const seen = new Map<string, number>();
  const note = (what: string): void => void seen.set(what, (seen.get(what) ?? 0) + 1);
  write(workspace, 'folder/secret.txt', 'inside');
  const worker = new Worker(SWAP, { eval: true, workerData: { folder, aside, outside, shared } });
  await new Promise((online) => worker.once('online', online));
  const often = (what: string): boolean => (seen.get(what) ?? 0) >= rounds;
  try {
    while (!signal.aborted && (!often('refused: none') || !often('refused: link'))) {
      note(`refused: ${refusalOf(() => note(`read: ${workspace.readText('folder/secret.txt')}`))}`);
      refusalOf(() => write(workspace, 'folder/secret.txt', 'inside'));
      refusalOf(() => write(workspace, 'folder/new/file.txt', 'inside'));
      refusalOf(() => workspace.edit('folder/secret.txt', { old: 'i', new: 'i', all: true }));
      refusalOf(() => workspace.delete('folder/new'));
      refusalOf(() => {
        for (const { bytes } of workspace.list('folder', 2, 10).entries) note(`listed: ${bytes}`);
      });
      const found = await search(workspace, { folder: '', name: '', text: 'i' }, { results: 5 });
      for (const { text } of found.matches) note(`found: ${text}`);
    }
  } finally {
    Atomics.store(new Int32Array(shared), 0, 1);
    await new Promise((exited) => worker.once('exit', exited));
  }
  return seen;
}

describe('a folder that is swapped with a link meanwhile', () => {
  it('leads nowhere else: not a byte is read or written outside', { timeout: 60_000 }, async ({ signal }) => {
    const rig = makeRig();
    const before = rig.surroundings();
    const seen = await race(rig, 150, signal);
    expect(rig.surroundings()).toEqual(before);
    for (const what of seen.keys()) {
      expect(what).toMatch(/^(?:read: inside|listed: 6|found: inside|refused: [a-z-]+)$/);
    }
  });
});

describe('without /proc', () => {
  it('says that it is less safe, and still follows no link that is there', () => {
    const rig = makeRig(undefined, { descriptors: '/no/such/folder' });
    expect(rig.workspace.caution()).toMatch(/^This system has no \/proc/);
    expect(makeRig().workspace.caution()).toBeNull();
    write(rig.workspace, 'folder/a.txt', 'text');
    expect(rig.workspace.readText('folder/a.txt')).toBe('text');
    symlinkSync(rig.outside, join(rig.root, 'out'));
    symlinkSync(rig.outside, join(rig.root, 'folder/out'));
    expectRefused(rig, 'out/secret.txt', 'link');
    expectRefused(rig, 'folder/out/secret.txt', 'link');
  });
});
