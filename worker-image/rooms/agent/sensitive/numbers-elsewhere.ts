/** Social security and personal numbers of the Americas, Asia, Africa and Oceania, each by the rule of its country. */
import { isDay, luhn, rest, verhoeff, weighted } from './check-digits.js';
import { alone, digits, type NationalNumber } from './national-number.js';

const AMERICAN_WORDS =
  /\bssns?\b|\bss ?(?:#|n[or]\b|num)|\bsocials?\b(?! (?:media|net|work|distanc|event|account|club|life|skill|science))|seguro social|seguridad social|soc\.? ?sec|\bitin\b|\btin\b|tax(?:payer)?(?:'s)? ?id|sozialvers|sécu/i;

/** Area, group and serial that are given out; from 900 on only to taxpayers without one. */
const isUnitedStates = (number: string): boolean =>
  !/^(?:000|666|9)/.test(number) && number.slice(3, 5) !== '00' && number.slice(5) !== '0000';

const isTaxpayer = (number: string): boolean => /^9\d\d(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])/.test(number);

export const numbersElsewhere: readonly NationalNumber[] = [
  // United States, as it is written on the card, and as it is typed.
  { form: alone('\\d{3}-\\d{2}-\\d{4}'), valid: isUnitedStates },
  {
    form: digits('3 2 4', '9', '3 3 3'),
    valid: (number) => isUnitedStates(number) || isTaxpayer(number),
    words: AMERICAN_WORDS,
  },
  // Canada.
  {
    form: digits('3 3 3', '9'),
    valid: luhn,
    words:
      /\bS\.?I\.?N\b|\bsin(?= ?[:#=(]| (?:number|no|nr|is|card))|social insurance|assurance sociale|\bn\.?a\.?s\b/,
  },
  // Brazil: two check digits; its own way of writing is plain enough.
  { form: alone('\\d{3}\\.\\d{3}\\.\\d{3}-\\d{2}'), valid: isBrazilian },
  { form: digits('11', '3 3 3 2'), valid: isBrazilian, words: /\bcpf\b|brazil|brasil/i },
  // Mexico.
  {
    form: alone('[a-z]{4}\\d{6}[hmx][a-z]{5}[a-z\\d]\\d', 'i'),
    valid: (code) => isDay(code.slice(8, 10), code.slice(6, 8)),
  },
  { form: digits('11', '2 2 2 4 1'), valid: luhn, words: /\bnss\b|\bimss\b/i },
  // Chile.
  {
    form: alone('\\d{1,2}\\.?\\d{3}\\.?\\d{3} ?- ?[\\dk]', 'i'),
    valid: (number) =>
      '0K987654321'[weighted(number.slice(0, -1).padStart(8, '0'), [3, 2, 7, 6, 5, 4, 3, 2]) % 11] ===
      number.at(-1),
    words: /\brut\b|\brun\b|chile/i,
  },
  // Argentina.
  {
    form: digits('2 8 1', '11'),
    valid: (number) =>
      (11 - (weighted(number, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11 === Number(number[10]),
    words: /\bcui[lt]\b/i,
  },
  // India: Aadhaar, and the permanent account number.
  {
    form: digits('4 4 4', '12'),
    valid: (number) => /^[2-9]/.test(number) && verhoeff(number),
    words: /aadh?a+r|uidai|आधार/i,
  },
  {
    form: alone('[a-z]{3}[abcfghljpt][a-z]\\d{4}[a-z]', 'i'),
    valid: () => true,
    words: /\bPAN\b|\bpan(?= (?:card|number|no)|:)|permanent account/,
  },
  // China: place, date of birth, order, check sign.
  {
    form: alone('[1-9]\\d{5}(?:19|20)\\d{2}[01]\\d[0-3]\\d{4}[\\dx]', 'i'),
    valid: (number) =>
      isDay(number.slice(12, 14), number.slice(10, 12)) &&
      '10X98765432'[weighted(number, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11] ===
        number.at(-1),
  },
  // South Korea, Japan.
  {
    form: alone('\\d{2}[01]\\d[0-3]\\d-[1-8]\\d{6}'),
    valid: (number) => isDay(number.slice(4, 6), number.slice(2, 4)),
  },
  {
    form: digits('4 4 4', '12'),
    valid(number) {
      const left = weighted(number, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
      return (left <= 1 ? 0 : 11 - left) === Number(number[11]);
    },
    words: /my ?number|マイナンバー|個人番号/i,
  },
  // Singapore, South Africa, Israel.
  { form: alone('[stfgm]\\d{7}[a-z]', 'i'), valid: () => true, words: /nric|\bfin\b|singapore/i },
  {
    form: digits('13', '6 4 3', '6 4 2 1'),
    valid: (number) => luhn(number) && isDay(number.slice(4, 6), number.slice(2, 4)),
    words: /\bid\b|identity|south africa/i,
  },
  { form: digits('9'), valid: luhn, words: /teudat|zehut|תעודת|ת\.ז|israel/i },
  // Australia, New Zealand.
  {
    form: digits('3 3 3', '9'),
    valid: (number) => weighted(number, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0,
    words: /\btfn\b|tax file/i,
  },
  {
    form: digits('4 5 1', '10'),
    valid: (number) => weighted(number, [1, 3, 7, 9, 1, 3, 7, 9]) % 10 === Number(number[8]),
    words: /medicare/i,
  },
  {
    form: digits('3 3 3', '2 3 3', '9', '8'),
    valid: (number) => rest(number, 10) >= 0 && isNewZealand(number.padStart(9, '0')),
    words: /\bird\b/i,
  },
];

function isBrazilian(number: string): boolean {
  const check = (length: number): number =>
    ((weighted(
      number,
      Array.from({ length }, (_none, at) => length + 1 - at),
    ) *
      10) %
      11) %
    10;
  return new Set(number).size > 1 && check(9) === Number(number[9]) && check(10) === Number(number[10]);
}

function isNewZealand(number: string): boolean {
  const first = (11 - (weighted(number, [3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11;
  const check = first < 10 ? first : (11 - (weighted(number, [7, 4, 3, 2, 5, 2, 7, 6]) % 11)) % 11;
  return check === Number(number[8]);
}
