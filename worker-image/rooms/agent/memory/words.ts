/** Text as the words that searching and forgetting compare: without case and diacritics, in any script. */

/** Marks that may be left out in writing. Those of Indic scripts and of Japanese are letters to the reader: they stay. */
const DIACRITICS =
  /[[\p{M}&&[\p{Script=Inherited}\p{Script=Hebrew}\p{Script=Arabic}]]--[\u{3099}\u{309A}]]/gv;

/** One character of a script without spaces; or a word; or a symbol, so that `C++` is not `C`. */
const WORD =
  /[[\p{L}\p{N}]&&[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]]\p{M}*|[[\p{L}\p{N}\p{M}]--[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]]+|\p{S}/gv;

const UNSPACED =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

const ASCII = /^[\u0000-\u007F]*$/;

/** Scripts without spaces give each character by itself. Punctuation is no word. */
export function words(text: string): string[] {
  return fold(text).match(WORD) ?? [];
}

/** Whether a word is one character of a script that puts no spaces between words. */
export const isUnspaced = (word: string): boolean => UNSPACED.test(word);

/** Whether a text holds these words, whole and one after the other. They must not be empty. */
export function phraseMatcher(phrase: readonly string[]): (text: string) => boolean {
  const sought = ` ${phrase.join(' ')} `;
  return (text) => ` ${words(text).join(' ')} `.includes(sought);
}

function fold(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  const plain = text.normalize('NFKD').replace(DIACRITICS, '');
  // Upper case first, which makes ß the same as ss; which of two forms a Greek s has depends on what follows the word.
  return plain.toUpperCase().toLowerCase().replaceAll('ς', 'σ').normalize('NFC');
}
