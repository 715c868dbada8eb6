/** The gateway's own secrets: made once, for its own eyes, and refused when they are not as they must be. */
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadSettings, SettingsError, type Settings } from '../../config/schema.js';
import { loadSecrets } from './secrets.js';

const hex = 'ab'.repeat(32);
let folder: string;
let settings: Settings;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ara-secrets-'));
  settings = { ...loadSettings(resolve(import.meta.dirname, '../..'), {}), dataDir: join(folder, 'data') };
});
afterEach(() => rmSync(folder, { recursive: true }));

const mode = (path: string): number => statSync(path).mode & 0o777;
const named = (keyEncryptionKeyFile: string): Settings => ({
  ...settings,
  secrets: { ...settings.secrets, keyEncryptionKeyFile },
});

/** A secret file of these words. */
function file(words: string, permissions = 0o600): string {
  const path = join(folder, 'kek');
  writeFileSync(path, words);
  chmodSync(path, permissions);
  return path;
}

describe('the first start', () => {
  it('makes each secret in a file of its own that only this user can read', () => {
    loadSecrets(settings);
    const made = join(folder, 'data/secrets');
    expect(mode(made)).toBe(0o700);
    expect(readdirSync(made).sort()).toEqual([
      'gateway-key',
      'key-encryption-key',
      'operator-token',
      'receipt-key',
    ]);
    for (const name of readdirSync(made)) expect(mode(join(made, name))).toBe(0o600);
  });

  it('makes three different ones, of 32 bytes', () => {
    const { keyEncryptionKey, operatorToken, gatewayKeys } = loadSecrets(settings);
    expect(keyEncryptionKey).toHaveLength(32);
    const all = [
      keyEncryptionKey.toString('hex'),
      operatorToken,
      Buffer.from(gatewayKeys.secretKey).toString('hex'),
    ];
    expect(new Set(all).size).toBe(3);
    for (const each of all) expect(each).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is the only one that does: the next finds the same', () => {
    expect(loadSecrets(settings)).toEqual(loadSecrets(settings));
  });
});

describe('a named file', () => {
  it('is taken, and nothing is made in its place', () => {
    expect(loadSecrets(named(file(`${hex}\n`))).keyEncryptionKey.toString('hex')).toBe(hex);
    expect(readdirSync(join(folder, 'data/secrets'))).not.toContain('key-encryption-key');
  });

  it('that is missing ends the start instead of being made', () => {
    expect(() => loadSecrets(named(join(folder, 'nowhere')))).toThrow(SettingsError);
    expect(() => loadSecrets(named(join(folder, 'nowhere')))).toThrow('does not exist');
  });

  it.each([
    ['is empty', ''],
    ['is too short', 'ab'.repeat(31)],
    ['is too long', 'ab'.repeat(33)],
    ['is no hexadecimal', 'zz'.repeat(32)],
    ['ends in something else', `${'ab'.repeat(31)}zz`],
  ])('that %s is refused, and the words in it are not told', (_what, words) => {
    const path = file(words);
    expect(() => loadSecrets(named(path))).toThrow(`${path} must hold 64 hexadecimal digits`);
    expect(() => loadSecrets(named(path))).not.toThrow(/(ab){31}/);
  });

  it.each([0o644, 0o640, 0o604, 0o660])('that others can read (%o) is closed to them', (permissions) => {
    const path = file(hex, permissions);
    loadSecrets(named(path));
    expect(mode(path)).toBe(0o600);
    expect(readFileSync(path, 'utf8')).toBe(hex);
  });
});
