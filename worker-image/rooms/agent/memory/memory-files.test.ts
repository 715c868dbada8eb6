/** Tests of the files of the memory: nothing of the user's hand is lost, and nothing but plain files of ours is touched. */
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryError } from './memory-error.js';
import { MEMORY_FILE, MemoryFiles } from './memory-files.js';

describe('MemoryFiles', () => {
  let root: string;
  let folder: string;
  let files: MemoryFiles;

  const path = (name: string): string => join(folder, name);
  const add = (line: string, place = MEMORY_FILE): void => files.edit(place, (text) => `${text}${line}\n`);
  const trouble = (work: () => unknown): string => {
    try {
      work();
      return 'none';
    } catch (error) {
      return error instanceof MemoryError ? error.trouble : String(error);
    }
  };

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'ara-files-'));
    folder = join(root, 'memory');
    files = new MemoryFiles(folder);
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('makes the folder and the files that are not there, for their owner alone', () => {
    add('fact');
    add('note', '2026-03-01');
    expect(readFileSync(path('MEMORY.md'), 'utf8')).toBe('fact\n');
    expect(readFileSync(path('notes/2026-03-01.md'), 'utf8')).toBe('note\n');
    expect(statSync(path('MEMORY.md')).mode & 0o777).toBe(0o600);
    expect(statSync(path('notes')).mode & 0o777).toBe(0o700);
  });

  it('leaves the mode that the user gave a file, and each byte that it does not change', () => {
    mkdirSync(folder);
    writeFileSync(path('MEMORY.md'), '\uFEFF# Mine\r\n\r\n  * odd\tline \0');
    chmodSync(path('MEMORY.md'), 0o640);
    add('');
    expect(readFileSync(path('MEMORY.md'), 'utf8')).toBe('\uFEFF# Mine\r\n\r\n  * odd\tline \0\n');
    expect(statSync(path('MEMORY.md')).mode & 0o777).toBe(0o640);
  });

  it('loses nothing that was written by hand while it was at work', () => {
    add('first');
    let edits = 0;
    files.edit(MEMORY_FILE, (text) => {
      if (edits++ < 3) appendFileSync(path('MEMORY.md'), `by hand ${edits}\n`);
      return `${text}ours\n`;
    });
    expect(readFileSync(path('MEMORY.md'), 'utf8')).toBe('first\nby hand 1\nby hand 2\nby hand 3\nours\n');
  });

  it('gives up with a clear word when the file never stays the same, and leaves the last hand edit', () => {
    let edits = 0;
    const restless = (): void =>
      files.edit(MEMORY_FILE, (text) => {
        writeFileSync(path('MEMORY.md'), `by hand ${edits++}\n`);
        return `${text}ours\n`;
      });
    mkdirSync(folder);
    expect(trouble(restless)).toBe('busy');
    expect(readFileSync(path('MEMORY.md'), 'utf8')).toBe(`by hand ${edits - 1}\n`);
    expect(readdirSync(folder)).toEqual(['MEMORY.md']);
  });

  it('is not stopped by what a crash left in the middle of a write', () => {
    add('first');
    writeFileSync(path('MEMORY.md.new'), 'half a fi');
    add('second');
    expect(readFileSync(path('MEMORY.md'), 'utf8')).toBe('first\nsecond\n');
    expect(existsSync(path('MEMORY.md.new'))).toBe(false);
  });

  it('removes what crashed writes left, and only that', () => {
    add('note', '2026-03-01');
    for (const name of ['MEMORY.md.new', 'notes/2026-03-01.md.new', 'ideas.new'])
      writeFileSync(path(name), 'x');
    files.removeDrafts();
    expect((readdirSync(folder, { recursive: true }) as string[]).sort()).toEqual([
      'ideas.new',
      'notes',
      'notes/2026-03-01.md',
    ]);
  });

  it('does not grow a file over its limit, but lets one that is over it shrink', () => {
    add('x'.repeat(65_000));
    expect(trouble(() => add('y'.repeat(1_000)))).toBe('full');
    writeFileSync(path('MEMORY.md'), 'x'.repeat(70_000));
    files.edit(MEMORY_FILE, (text) => text.slice(1));
    expect(statSync(path('MEMORY.md')).size).toBe(69_999);
  });

  it('reads and writes through no link', () => {
    const outside = join(root, 'secret.txt');
    writeFileSync(outside, 'secret\n');
    mkdirSync(folder);
    symlinkSync(outside, path('MEMORY.md'));
    expect(trouble(() => files.read(MEMORY_FILE))).toBe('unusable');
    expect(trouble(() => add('x'))).toBe('unusable');
    symlinkSync(root, path('notes'));
    expect(trouble(() => files.read('2026-03-01'))).toBe('unusable');
    expect(trouble(() => add('x', '2026-03-01'))).toBe('unusable');
    expect(readFileSync(outside, 'utf8')).toBe('secret\n');
    expect(readdirSync(root).sort()).toEqual(['memory', 'secret.txt']);
  });

  it('follows no link that lies where it writes its draft', () => {
    const outside = join(root, 'secret.txt');
    writeFileSync(outside, 'secret\n');
    mkdirSync(folder);
    symlinkSync(outside, path('MEMORY.md.new'));
    add('fact');
    expect(readFileSync(outside, 'utf8')).toBe('secret\n');
    expect(readFileSync(path('MEMORY.md'), 'utf8')).toBe('fact\n');
  });

  it('refuses what is no text file of sane size', () => {
    mkdirSync(path('MEMORY.md'), { recursive: true });
    expect(trouble(() => files.read(MEMORY_FILE))).toBe('unusable');
    rmSync(path('MEMORY.md'), { recursive: true });
    execFileSync('env', ['mkfifo', path('MEMORY.md')]);
    expect(trouble(() => files.read(MEMORY_FILE))).toBe('unusable');
    rmSync(path('MEMORY.md'));
    writeFileSync(path('MEMORY.md'), Buffer.from([0x66, 0xfc, 0x72]));
    expect(trouble(() => add('x'))).toBe('unusable');
    writeFileSync(path('MEMORY.md'), 'x'.repeat(1_100_000));
    expect(trouble(() => files.read(MEMORY_FILE))).toBe('unusable');
  });

  it('lists MEMORY.md and the notes, newest first, and nothing that has another name', () => {
    add('a');
    for (const day of ['2026-02-27', '2026-03-01', '2025-12-31']) add('b', day);
    for (const name of ['notes/ideas.md', 'notes/2026-13-45.md', 'notes/2026-03-02.md.bak', 'other.md'])
      writeFileSync(path(name), 'c');
    expect(files.list().map(({ place }) => place)).toEqual([
      'MEMORY.md',
      '2026-03-01',
      '2026-02-27',
      '2025-12-31',
    ]);
  });
});
