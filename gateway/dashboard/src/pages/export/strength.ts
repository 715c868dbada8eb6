/** How hard a passphrase is to guess, in bits, on the safe side: words of a language carry less than their letters could. */

/** What is tried first. */
const COMMON =
  /pass(word|phrase|wort)?|qwert[yz]u?|letmein|welcome|admin|secret|iloveyou|dragon|monkey|abc|1234+5?6?7?8?9?0?/gi;
/** A letter within words, as language is guessed. */
const WORD_LETTER = 2.3;
/** A sign among others of several kinds. */
const MIXED_SIGN = 5;
/** Enough against somebody who has the file and a room of machines, since each guess costs 64 MB and a third of a second. */
const ENOUGH = 45;

export function bitsOf(passphrase: string): number {
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9\s]/].filter((kind) => kind.test(passphrase)).length;
  const rare = passphrase.replace(COMMON, '~').replace(/(.)\1+/gu, '$1');
  const words = new Set(rare.toLowerCase().split(/\s+/).filter(Boolean));
  // A word that comes again adds nothing.
  const letters = [...words].join(' ').length;
  return letters * (kinds >= 3 && words.size < 3 ? MIXED_SIGN : WORD_LETTER);
}

export const isStrong = (passphrase: string): boolean => bitsOf(passphrase) >= ENOUGH;
