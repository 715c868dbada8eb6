/** The log's files: bounded in size and in age, whatever is written, and none that the deletion of an account would miss. */
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { closedLogs, LogFile } from './log-file.js';

const DAY = 86_400_000;
const MEGABYTE = 1_048_576;
let folder: string;
let path: string;
let now: number;
let file: LogFile | null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ara-log-'));
  path = join(folder, 'gateway.log');
  now = Date.UTC(2026, 10, 28, 7, 38);
  file = null;
});
afterEach(() => {
  file?.end();
  rmSync(folder, { recursive: true });
});

const open = (maxMegabytes = 5, keepDays = 14): LogFile =>
  (file = new LogFile(path, { maxMegabytes, keepDays }, () => now));
const line = (text: string): string => `{"time":"${new Date(now).toISOString()}","msg":"${text}"}\n`;
const write = (text: string): void => {
  file!.write(line(text));
  file!.flush();
};
const all = (): string =>
  [...closedLogs(path), path]
    .flatMap((each) =>
      readdirSync(folder).includes(each.slice(folder.length + 1)) ? readFileSync(each, 'utf8') : '',
    )
    .join('');
const size = (): number =>
  readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);

it('holds every line, in order, and lets nobody else read it', () => {
  open();
  for (let count = 0; count < 10; count++) file!.write(line(`n${count}.`));
  file!.flush();
  expect([...all().matchAll(/n(\d+)\./g)].map(([, count]) => Number(count))).toEqual([
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
  ]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

it('is on the disk soon, without being asked', async () => {
  open();
  file!.write(line('soon'));
  await expect.poll(() => all()).toContain('soon');
});

it('never grows beyond what was set; the newest lines stay', () => {
  open(1);
  for (let count = 0; count < 300; count++) {
    now += 1;
    write(`${String(count).padStart(4, '0')} ${'x'.repeat(10_000)}`);
    expect(size()).toBeLessThanOrEqual(MEGABYTE);
  }
  const kept = [...all().matchAll(/"msg":"(\d{4})/g)].map(([, count]) => Number(count));
  expect(kept.at(-1)).toBe(299);
  expect(kept).toEqual(Array.from({ length: kept.length }, (_, at) => 300 - kept.length + at));
  expect(kept.length).toBeGreaterThan(60);
  expect(readdirSync(folder).every((name) => name.endsWith('.log'))).toBe(true);
});

it('keeps no line longer than was set, also when nothing more is written', () => {
  open(5, 3);
  for (let day = 0; day < 10; day++) {
    write(`day${day}.`);
    now += DAY;
  }
  expect([...all().matchAll(/day(\d+)\./g)].map(([, day]) => Number(day))).toEqual([7, 8, 9]);
  // As the timer of the gateway does.
  for (let hour = 0; hour < 72; hour++) {
    now += 3_600_000;
    file!.look();
  }
  expect(all()).toBe('');
});

it('goes on with the file of an earlier start, and sets one aside that is too old for it', () => {
  open();
  write('before');
  file!.end();
  now += 3_600_000;
  open();
  write('after');
  expect(closedLogs(path)).toEqual([]);
  file!.end();
  now += DAY;
  open();
  write('next day');
  expect(closedLogs(path).map((each) => each.slice(folder.length))).toEqual([
    '/gateway.2026-11-28T07-38-00-000.log',
  ]);
  expect(all()).toMatch(/before[^]+after[^]+next day/);
});

it('takes a file of an older Ara, whatever is in it, by its time', () => {
  writeFileSync(path, 'no JSON\n');
  now = statSync(path).mtimeMs + 20 * DAY;
  open();
  expect(all()).toBe('');
});

it('leaves what is not its own alone', () => {
  for (const name of ['gateway.old.log', 'other.2020-01-01T00-00-00-000.log', 'notes.txt'])
    writeFileSync(join(folder, name), 'x');
  open(1, 1);
  write('one');
  now += 40 * DAY;
  file!.look();
  expect(readdirSync(folder).sort()).toEqual([
    'gateway.old.log',
    'notes.txt',
    'other.2020-01-01T00-00-00-000.log',
  ]);
});

it('loses what cannot be written, and nothing else', () => {
  open();
  write('one');
  file!.end();
  rmSync(path);
  // Where the file should be is a folder: nobody can write there, not even root.
  const taken = new LogFile(join(folder, 'sub/gateway.log'), { maxMegabytes: 5, keepDays: 14 }, () => now);
  rmSync(join(folder, 'sub'), { recursive: true });
  writeFileSync(join(folder, 'sub'), '');
  taken.write(line('lost'));
  expect(() => taken.flush()).not.toThrow();
  expect(() => taken.look()).not.toThrow();
  rmSync(join(folder, 'sub'));
  taken.end();
  chmodSync(folder, 0o700);
});
