/** Tombstones, and names taken out of logs: what is written there is a keyed hash, and nothing else is lost. */
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accountId } from '../../../contracts/ids.js';
import { filesNaming } from './scan.js';
import { replaceIn } from './steps/logs.js';
import { subjectOf } from './subject.js';
import { Tombstones } from './tombstones.js';

const alice = accountId.parse('0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0001');
const bob = accountId.parse('0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0002');
const secrets = { keyEncryptionKey: Buffer.alloc(32, 3) };
let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'ara-tombstones-'))));
afterEach(() => rmSync(folder, { recursive: true }));

describe('tombstones', () => {
  const file = (): string => join(folder, 'tombstones.jsonl');

  it('know who was deleted, over restarts, and nobody else', () => {
    const stones = new Tombstones(folder, secrets);
    expect(stones.has(alice)).toBe(false);
    stones.add(alice);
    stones.add(alice);
    expect([stones.has(alice), stones.has(bob)]).toEqual([true, false]);
    expect(new Tombstones(folder, secrets).has(alice)).toBe(true);
    expect(readFileSync(file(), 'utf8').trim().split('\n')).toHaveLength(1);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  });

  it('name nobody, and say nothing to who has not the key', () => {
    new Tombstones(folder, secrets).add(alice);
    expect(readFileSync(file(), 'utf8')).not.toContain(alice);
    expect(new Tombstones(folder, { keyEncryptionKey: Buffer.alloc(32, 4) }).has(alice)).toBe(false);
    expect(subjectOf(secrets, alice)).not.toBe(subjectOf(secrets, bob));
  });

  it('survive a line that a power cut left unfinished', () => {
    const stones = new Tombstones(folder, secrets);
    stones.add(alice);
    appendFileSync(file(), '{"hash":"ab');
    stones.add(bob);
    expect([stones.has(alice), stones.has(bob)]).toEqual([true, true]);
  });
});

describe('an id in a log', () => {
  it('is overwritten in its place, wherever it lies', () => {
    const path = join(folder, 'gateway.log');
    const megabyte = 'x'.repeat(1_048_576 - 10);
    writeFileSync(path, `${megabyte}${alice}|${alice}\n${'y'.repeat(1_048_500)}${alice}${bob}`);
    const { size } = statSync(path);
    const to = subjectOf(secrets, alice).slice(0, alice.length);
    expect(replaceIn(path, alice, to)).toBe(3);
    const text = readFileSync(path, 'utf8');
    expect(text).not.toContain(alice);
    expect(text.split(to)).toHaveLength(4);
    expect(text).toContain(bob);
    expect(statSync(path).size).toBe(size);
    expect(replaceIn(path, alice, to)).toBe(0);
  });

  it('and in a name, is found by the search', () => {
    writeFileSync(join(folder, `${alice}.txt`), '');
    writeFileSync(join(folder, 'other'), `x${alice}`);
    expect([filesNaming(folder, alice), filesNaming(folder, bob)]).toEqual([2, 0]);
  });

  it('is searched for in the names of volumes, and in nobody’s volume', () => {
    mkdirSync(join(folder, 'volumes', bob, 'encrypted'), { recursive: true });
    writeFileSync(join(folder, 'volumes', bob, 'encrypted', 'letter.txt'), `about ${alice}`);
    writeFileSync(join(folder, 'volumes', `${bob}.img`), alice);
    expect([filesNaming(folder, alice), filesNaming(folder, bob)]).toEqual([0, 2]);
  });
});
