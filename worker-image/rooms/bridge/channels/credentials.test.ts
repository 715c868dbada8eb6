/** The room's secrets on the volume: unreadable there, and read back only by this container under their own name. */
import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { Credentials } from './credentials.js';
import { temporaryFolder } from '../test-rig.js';

const key = randomBytes(32);
const forged = expect.objectContaining({ code: 'forged' }) as Error;
const token = { credential: { token: '123456:CANARY' }, webhookSecret: 'grüße' };
let folder: string;
let credentials: Credentials;
const path = (name: string): string => join(folder, `${name}.sealed`);

beforeEach(() => {
  folder = join(temporaryFolder(), 'credentials');
  credentials = new Credentials(folder, key);
});

describe('a credential', () => {
  it('comes back as it was, also after a restart', () => {
    credentials.save('telegram', token);
    expect(new Credentials(folder, key).load('telegram')).toEqual(token);
  });

  it('is encrypted, for this user only, and different each time', () => {
    credentials.save('telegram', token);
    const first = readFileSync(path('telegram'));
    credentials.save('telegram', token);
    expect(first.includes('CANARY')).toBe(false);
    expect(readFileSync(path('telegram')).equals(first)).toBe(false);
    expect(statSync(path('telegram')).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('that was never saved, or was removed, is none', () => {
    expect(credentials.load('telegram')).toBeNull();
    expect(credentials.has('telegram')).toBe(false);
    credentials.save('telegram', token);
    expect(credentials.has('telegram')).toBe(true);
    credentials.remove('telegram');
    credentials.remove('telegram');
    expect(credentials.load('telegram')).toBeNull();
  });

  it('does not open with the key of another container', () => {
    credentials.save('telegram', token);
    expect(() => new Credentials(folder, randomBytes(32)).load('telegram')).toThrow(forged);
  });

  it('does not open under the name of another', () => {
    credentials.save('telegram', token);
    copyFileSync(path('telegram'), path('matrix'));
    expect(() => credentials.load('matrix')).toThrow(forged);
  });

  it('does not open once any byte is changed or missing', () => {
    credentials.save('telegram', token);
    const bytes = readFileSync(path('telegram'));
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1;
      writeFileSync(path('telegram'), changed);
      expect(() => credentials.load('telegram')).toThrow(forged);
      writeFileSync(path('telegram'), bytes.subarray(0, at));
      expect(() => credentials.load('telegram')).toThrow(forged);
    }
  });
});

describe('saving', () => {
  it('leaves the old one in place when it fails half-way', () => {
    credentials.save('telegram', token);
    // What a full disk or a crash comes to: the new file cannot be written.
    mkdirSync(`${path('telegram')}.new`);
    expect(() => credentials.save('telegram', { other: true })).toThrow();
    expect(credentials.load('telegram')).toEqual(token);
  });

  it('goes over what a crash left beside it, and leaves nothing there itself', () => {
    writeFileSync(`${path('telegram')}.new`, 'half');
    expect(credentials.load('telegram')).toBeNull();
    credentials.save('telegram', token);
    expect(credentials.load('telegram')).toEqual(token);
    expect(readdirSync(folder)).toEqual(['telegram.sealed']);
  });
});
