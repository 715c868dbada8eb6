/** Which passwords are refused: the common, the repeated, the account's own name, and what is in a list of stolen ones. */
import { existsSync } from 'node:fs';
import { Inject, Injectable } from '@nestjs/common';
import { SettingsError, type Settings } from '../../../config/schema.js';
import { AraError } from '../../../contracts/errors.js';
import { SETTINGS } from '../settings.js';
import { isBreached } from './breached-passwords.js';
import { COMMON, WORDS } from './common-passwords.js';

/** Shorter names are in too many good passwords. */
const SHORTEST_NAME = 3;
const LOOKALIKES: Record<string, string> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '@': 'a',
  $: 's',
};
const RUNS = ['abcdefghijklmnopqrstuvwxyz', '01234567890123456789', 'qwertyuiopasdfghjklzxcvbnm'];

@Injectable()
export class PasswordRules {
  private readonly breached: string | null;

  /** @throws SettingsError when a list is named that is not there */
  constructor(@Inject(SETTINGS) { signIn }: Settings) {
    this.breached = signIn.breachedPasswordsFile;
    if (this.breached && !existsSync(this.breached))
      throw new SettingsError([`signIn.breachedPasswordsFile: the file ${this.breached} does not exist`]);
  }

  /** @throws AraError `weak-password` */
  async check(password: string, name: string): Promise<void> {
    const why = weakness(password, name);
    if (why) throw new AraError('weak-password', why);
    if (this.breached && (await isBreached(this.breached, password)))
      throw new AraError('weak-password', 'it is in a list of stolen passwords');
  }
}

export function weakness(password: string, name: string): string | null {
  const plain = password.normalize('NFKC').toLowerCase();
  const own = name.normalize('NFKC').toLowerCase();
  if (own.length >= SHORTEST_NAME && plain.includes(own)) return 'it has your name in it';
  if (isRepeated(plain) || isRun(plain)) return 'it repeats itself or follows the keyboard';
  // `P4ssword2027!` is the word `password`.
  const word = plain.replace(/[^a-z]+$/, '').replace(/^[^a-z@$]+/, '');
  const read = word.replace(/[01345@$]/g, (sign) => LOOKALIKES[sign] ?? sign);
  if (COMMON.has(plain) || WORDS.has(word) || WORDS.has(read)) return 'many people have it';
  return null;
}

/** One to four characters over and over. */
const isRepeated = (text: string): boolean => /^(.{1,4})\1+$/su.test(text);

function isRun(text: string): boolean {
  const backwards = Array.from(text).reverse().join('');
  return RUNS.some((run) => run.includes(text) || run.includes(backwards));
}
