/** Social security numbers of several countries: by form and check digit, or by form and the words around. */
import { ean13, luhn } from './check-digits.js';
import type { Finding } from './finding.js';

interface Form {
  pattern: RegExp;
  /** `digits` has no blanks, dots and dashes, in capitals. */
  valid: (digits: string) => boolean;
  /** Where the form alone says too little: words that must stand shortly before it. */
  context?: RegExp;
}

const isUnitedStates = (digits: string): boolean =>
  !/^(000|666|9)/.test(digits) && digits.slice(3, 5) !== '00' && digits.slice(5) !== '0000';

const forms: readonly Form[] = [
  // United States, as it is written on the card.
  { pattern: /(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])/g, valid: isUnitedStates },
  {
    pattern: /(?<![\w.-])\d{3}[ .]?\d{2}[ .]?\d{4}(?![\w-]|\.\d)/g,
    valid: isUnitedStates,
    context: /\b(ssn|social security|soc\.? ?sec|sozialversicherung|tax id|itin)\b/i,
  },
  // United Kingdom: two letters that are given out, six digits, A to D.
  {
    pattern: /(?<!\w)[a-ceghj-prstw-z][a-ceghj-nprstw-z] ?\d{2} ?\d{2} ?\d{2} ?[a-d](?!\w)/gi,
    valid: (digits) => !/^(BG|GB|KN|NK|NT|TN|ZZ)/.test(digits),
  },
  // France: sex, year, month, place, order, and 97 less the rest.
  {
    pattern: /(?<!\w)[12] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d{2}|2[ab]) ?\d{3} ?\d{3} ?\d{2}(?!\w)/gi,
    valid(digits) {
      const number = digits.slice(0, 13).replace('2A', '19').replace('2B', '18');
      return 97 - Number(BigInt(number) % 97n) === Number(digits.slice(13));
    },
  },
  // Germany: area, date of birth, first letter of the name at birth, serial, check digit.
  {
    pattern: /(?<!\w)\d{2} ?[0-3]\d[01]\d{3} ?[a-z] ?\d{2} ?\d(?!\w)/gi,
    valid: isGerman,
  },
  // Switzerland.
  { pattern: /(?<!\w)756[. ]?\d{4}[. ]?\d{4}[. ]?\d{2}(?!\w)/g, valid: ean13 },
  // Canada, whose form is anyone's.
  {
    pattern: /(?<![\w-])\d{3}[ -]?\d{3}[ -]?\d{3}(?![\w-])/g,
    valid: luhn,
    context: /\b(sin|social insurance|nas)\b/i,
  },
];

/** Characters before a number in which its context is looked for. */
const CONTEXT = 48;

export function findSocialSecurityNumbers(text: string): Finding[] {
  return forms.flatMap(({ pattern, valid, context }) =>
    [...text.matchAll(pattern)].flatMap(({ 0: written, index }): Finding[] => {
      if (context && !context.test(text.slice(Math.max(0, index - CONTEXT), index))) return [];
      if (!valid(written.replace(/[ .-]/g, '').toUpperCase())) return [];
      return [{ kind: 'social security number', from: index, to: index + written.length }];
    }),
  );
}

/** The letter counts as its place in the alphabet; weights and sums of digits after the law (VKVV § 4). */
function isGerman(digits: string): boolean {
  const letter = digits.charCodeAt(8) - 64;
  const number = digits.slice(0, 8) + String(letter).padStart(2, '0') + digits.slice(9, 11);
  const weights = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1];
  const sum = weights.reduce((total, weight, at) => {
    const product = weight * Number(number[at]);
    return total + Math.floor(product / 10) + (product % 10);
  }, 0);
  return sum % 10 === Number(digits[11]);
}
