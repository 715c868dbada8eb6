/** Social security numbers of many countries: by form and check digit, or by form and the words around. */
import { europeanNumbers } from './european-numbers.js';
import type { Finding } from './finding.js';
import type { NationalNumber } from './national-number.js';
import { numbersElsewhere } from './numbers-elsewhere.js';

const nationalNumbers = [...numbersElsewhere, ...europeanNumbers].map(({ words, ...rest }) => ({
  ...rest,
  ...(words ? { words: new RegExp(words, `${words.flags}g`) } : {}),
}));

/** In which the words for a number stand, in characters before and after it. */
const BEFORE = 90;
const AFTER = 40;

export function findSocialSecurityNumbers(text: string): Finding[] {
  return /\d\d/.test(text) ? nationalNumbers.flatMap((number) => numbersOf(text, number)) : [];
}

function numbersOf(text: string, { form, valid, words }: NationalNumber): Finding[] {
  const places =
    words && [...text.matchAll(words)].map(({ 0: { length }, index }) => ({ index, end: index + length }));
  if (places?.length === 0) return [];
  let next = 0;
  return [...text.matchAll(form)].flatMap(({ 0: written, index: from }): Finding[] => {
    const to = from + written.length;
    if (!valid(written.replace(/[^\p{L}\d]/gu, '').toUpperCase())) return [];
    // Numbers and words both come in the order of the text: what is too far before one number is so for all that follow.
    while (places?.[next] && (places[next]?.end ?? 0) <= from - BEFORE) next += 1;
    if (places && (places[next]?.index ?? Infinity) >= to + AFTER) return [];
    return [{ kind: 'social security number', from, to }];
  });
}
