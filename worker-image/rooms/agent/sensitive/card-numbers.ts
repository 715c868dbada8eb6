/** Payment card numbers: the right length for their issuer, and a Luhn digit that fits. */
import { luhn } from './check-digits.js';
import type { Finding } from './finding.js';

interface Issuer {
  /** The first digits, as inclusive ranges of numbers of the same length. */
  prefixes: readonly (readonly [number, number])[];
  lengths: readonly number[];
}

const one = (prefix: number): [number, number] => [prefix, prefix];

/** After ISO/IEC 7812 and the issuers' published ranges. */
const issuers: readonly Issuer[] = [
  { prefixes: [one(4)], lengths: [13, 16, 19] }, // Visa
  {
    prefixes: [
      [51, 55],
      [2221, 2720],
    ],
    lengths: [16],
  }, // Mastercard
  { prefixes: [one(34), one(37)], lengths: [15] }, // American Express
  { prefixes: [one(6011), [644, 649], one(65)], lengths: [16, 19] }, // Discover
  { prefixes: [one(62), one(81)], lengths: [16, 17, 18, 19] }, // UnionPay
  { prefixes: [[3528, 3589]], lengths: [16, 17, 18, 19] }, // JCB
  { prefixes: [[300, 305], one(36), one(38), one(39)], lengths: [14, 16, 19] }, // Diners Club
  {
    prefixes: [one(5018), one(5020), one(5038), one(5893), one(6304), [6759, 6763]],
    lengths: [12, 13, 16, 18, 19],
  }, // Maestro
  { prefixes: [[2200, 2204]], lengths: [16, 17, 18, 19] }, // Mir
  { prefixes: [one(60), one(508), one(353), one(356)], lengths: [16] }, // RuPay
];

/** Digits with single blanks, dashes, dots or slashes between them, and no digit or letter around. */
const NUMBER = /(?<![\w.,€$£#-])\d(?:[ \u00a0\u2009\u202f./-]?\d){11,18}(?![\w]|[.,]\d|-\d)/g;

export function findCardNumbers(text: string): Finding[] {
  return [...text.matchAll(NUMBER)].flatMap(({ 0: written, index }) =>
    isCard(written.replace(/\D/g, ''))
      ? { kind: 'card number', from: index, to: index + written.length }
      : [],
  );
}

function isCard(digits: string): boolean {
  const fits = ({ prefixes, lengths }: Issuer): boolean =>
    lengths.includes(digits.length) &&
    prefixes.some(([low, high]) => {
      const prefix = Number(digits.slice(0, String(low).length));
      return prefix >= low && prefix <= high;
    });
  return issuers.some(fits) && luhn(digits) && new Set(digits).size > 1;
}
