/** Which passwords are refused, how they are kept, and the search in a list of stolen ones. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadSettings, SettingsError, type Settings } from '../../../config/schema.js';
import { isBreached } from './breached-passwords.js';
import { hashPassword, verifyPassword } from './password-hash.js';
import { PasswordRules, weakness } from './password-rules.js';

const folder = mkdtempSync(join(tmpdir(), 'ara-passwords-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a password', () => {
  it.each([
    'password123',
    'Password2027!',
    'P@ssw0rd2027',
    '1234567890',
    'qwertyuiop',
    'QWERTZUIOP',
    'aaaaaaaaaaaa',
    'abcabcabcabc',
    'lkjhgfdsapoi',
    '2027-sunshine-1',
    '!!welcome!!1',
    'xx alice xx yy',
    'xxALICExxyyzz',
  ])('%s is easily guessed', (password) => {
    expect(weakness(password, 'Alice')).not.toBeNull();
  });

  it.each(['seven purple otters', 'Tr0ub4dor&3xyz', 'xkqz-93-mmv', 'passwordless future', 'пароль из слов'])(
    '%s is not',
    (password) => {
      expect(weakness(password, 'Alice')).toBeNull();
    },
  );

  it('may have a short name in it, which is in many words', () => {
    expect(weakness('seven purple otters', 'ot')).toBeNull();
  });

  it('is right only as it was, however the keyboard puts its letters together, and has a salt of its own', async () => {
    const stored = await hashPassword('café au lait');
    expect(await verifyPassword('cafe\u0301 au lait', stored)).toBe(true);
    expect(await verifyPassword('cafe au lait', stored)).toBe(false);
    expect(await hashPassword('café au lait')).not.toBe(stored);
    expect(await verifyPassword('café au lait', null)).toBe(false);
    await expect(verifyPassword('x', 'plain text')).rejects.toThrow(/form/);
  });
});

describe('a list of stolen passwords', () => {
  const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex').toUpperCase();
  const stolen = Array.from({ length: 500 }, (_, number) => `stolen ${number}`);
  const write = (name: string, ending: string, count: (number: number) => string): string => {
    const path = join(folder, name);
    const lines = stolen.map((text, number) => sha1(text) + count(number)).sort();
    writeFileSync(path, lines.join(ending) + (name.includes('open') ? '' : ending));
    return path;
  };

  it.each([
    ['hashes', '\n', () => ''],
    ['hashes-with-counts', '\n', (number: number) => `:${number ** 3}`],
    ['windows', '\r\n', (number: number) => `:${number}`],
    ['open-end', '\n', () => ':1'],
  ])('of %s has each that is in it, and none that is not', async (name, ending, count) => {
    const path = write(name, ending, count);
    for (const password of stolen) expect(await isBreached(path, password)).toBe(true);
    for (let number = 0; number < 200; number++)
      expect(await isBreached(path, randomBytes(8).toString('hex'))).toBe(false);
  });

  it('may be empty, or of one line', async () => {
    const path = join(folder, 'small');
    writeFileSync(path, '');
    expect(await isBreached(path, 'x')).toBe(false);
    writeFileSync(path, `${sha1('x')}:3`);
    expect(await isBreached(path, 'x')).toBe(true);
    expect(await isBreached(path, 'y')).toBe(false);
  });

  it('that is named is asked, and must be there', async () => {
    const settings = loadSettings(join(import.meta.dirname, '../../..'), {});
    const named = (breachedPasswordsFile: string): Settings => ({
      ...settings,
      signIn: { ...settings.signIn, breachedPasswordsFile },
    });
    const rules = new PasswordRules(named(write('named', '\n', () => '')));
    await expect(rules.check('stolen 77', 'alice')).rejects.toThrow(/list of stolen/);
    await expect(rules.check('seven purple otters', 'alice')).resolves.toBeUndefined();
    expect(() => new PasswordRules(named('/nowhere/at/all'))).toThrow(SettingsError);
  });
});
