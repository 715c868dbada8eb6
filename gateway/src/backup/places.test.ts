/** Where backups lie, how long, and when the next is due. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  findPlace,
  finished,
  lastBackup,
  makePlace,
  newestKeystore,
  removeExpired,
  stampOf,
} from './places.js';
import { isDue } from './schedule.service.js';

const DAY = 86_400_000;
const NOW = Date.parse('2026-11-28T12:00:00Z');
let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'ara-places-'))));
afterEach(() => rmSync(root, { recursive: true }));

const made = (daysAgo: number): string => {
  const stamp = stampOf(NOW - daysAgo * DAY);
  mkdirSync(join(root, `data-${stamp}`));
  writeFileSync(join(root, `data-${stamp}`, 'manifest.json'), '');
  writeFileSync(join(root, `keystore-${stamp}.sealed`), '');
  return stamp;
};

it('keeps each for its time, and touches nothing else', () => {
  const stamps = [40, 31, 29, 8, 6, 0].map(made);
  mkdirSync(join(root, 'data-of-mine'));
  mkdirSync(join(root, `data-${stampOf(NOW - 2 * DAY)}.new`));
  mkdirSync(join(root, `data-${stampOf(NOW)}.new`));
  expect(removeExpired(root, { keepDays: 30, keystoreKeepDays: 7 }, NOW)).toEqual({ data: 2, keystore: 4 });
  expect(readdirSync(root).sort()).toEqual(
    [
      'data-of-mine',
      ...stamps.slice(2).map((stamp) => `data-${stamp}`),
      ...stamps.slice(4).map((stamp) => `keystore-${stamp}.sealed`),
      `data-${stampOf(NOW)}.new`,
    ].sort(),
  );
  expect(removeExpired(join(root, 'nowhere'), { keepDays: 1, keystoreKeepDays: 1 }, NOW)).toEqual({
    data: 0,
    keystore: 0,
  });
});

it('finds the newest, or the one that is named', () => {
  expect(() => findPlace(root)).toThrow(expect.objectContaining({ code: 'not-found' }) as Error);
  expect(newestKeystore(root)).toBe(null);
  const [old, newest] = [made(3), made(1)];
  expect(findPlace(root)).toEqual({ root, data: join(root, `data-${newest}`), stamp: newest });
  expect(findPlace(join(root, `data-${old}`))).toEqual({ root, data: join(root, `data-${old}`), stamp: old });
  expect(newestKeystore(root)).toBe(join(root, `keystore-${newest}.sealed`));
  expect(lastBackup(root)).toBe(NOW - DAY);
});

it('is not found before it is whole', () => {
  const place = makePlace(root, NOW);
  expect(statSync(place.data).mode & 0o077).toBe(0);
  expect(lastBackup(root)).toBe(null);
  expect(existsSync(finished(place))).toBe(false);
});

it.each([
  ['2026-11-28T04:00Z', null, true],
  ['2026-11-28T04:00Z', '2026-11-28T03:31Z', false],
  ['2026-11-28T04:00Z', '2026-11-28T03:29Z', true],
  ['2026-11-28T03:29Z', '2026-11-27T03:31Z', false],
  ['2026-11-28T03:31Z', '2026-11-27T03:31Z', true],
  ['2026-11-28T03:29Z', '2026-11-26T12:00Z', true],
])('at %s with the last at %s: %s', (now, last, due) => {
  expect(isDue(Date.parse(now), '03:30', last === null ? null : Date.parse(last))).toBe(due);
});
