/** The agent room clears what is its own: all but settings and reminders, with an order only, and follows no link. */
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { wipeIfOrdered } from './wiping.js';

let root: string;
let data: string;
const marker = (): string => join(root, 'clear');
const order = (files: boolean): void => writeFileSync(marker(), JSON.stringify({ id: 'one', files }));

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ara-wipe-'));
  data = join(root, 'agent');
  for (const folder of ['memory/notes', 'workspace/deep', 'scratch'])
    mkdirSync(join(data, folder), { recursive: true });
  for (const name of [
    'conversation.sqlite',
    'conversation.sqlite-wal',
    'memory/MEMORY.md',
    'memory/notes/2026-11-24.md',
    'memory/index.sqlite',
    'scratch/.hidden',
    'workspace/a.txt',
    'workspace/deep/b.txt',
    'preferences.json',
    'reminders.sqlite',
  ])
    writeFileSync(join(data, name), `words of ${name}`);
});
afterEach(() => rmSync(root, { recursive: true }));

it('does nothing without an order', () => {
  expect(wipeIfOrdered(marker(), data)).toBeNull();
  writeFileSync(marker(), 'no JSON');
  expect(wipeIfOrdered(marker(), data)).toBeNull();
  expect(existsSync(join(data, 'conversation.sqlite'))).toBe(true);
});

it('keeps settings, reminders and files', () => {
  order(false);
  expect(wipeIfOrdered(marker(), data)).toMatch(/^one 6 \d+$/);
  expect(readdirSync(data).sort()).toEqual(['preferences.json', 'reminders.sqlite', 'workspace']);
  expect(readFileSync(join(data, 'workspace/deep/b.txt'), 'utf8')).toContain('b.txt');
  // Twice is once.
  expect(wipeIfOrdered(marker(), data)).toBe('one 0 0');
});

it('takes the files too when it is told', () => {
  order(true);
  wipeIfOrdered(marker(), data);
  expect(readdirSync(data).sort()).toEqual(['preferences.json', 'reminders.sqlite']);
});

it('overwrites what it removes: an open file that was its own holds zeros', () => {
  const kept = join(root, 'elsewhere');
  order(false);
  // What has another name stays as it is; a link is removed, not followed.
  writeFileSync(kept, 'stays');
  symlinkSync(kept, join(data, 'memory/link'));
  linkSync(kept, join(data, 'memory/hard'));
  symlinkSync(root, join(data, 'scratch/up'));
  wipeIfOrdered(marker(), data);
  expect(readFileSync(kept, 'utf8')).toBe('stays');
  expect(existsSync(join(data, 'memory'))).toBe(false);
});

it('is fine where nothing is yet', () => {
  rmSync(data, { recursive: true });
  order(true);
  expect(wipeIfOrdered(marker(), data)).toBe('one 0 0');
});
