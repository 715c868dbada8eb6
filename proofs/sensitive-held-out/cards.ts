/** Payment card numbers in the issuers' own ranges, with a right last digit, written as people write them. */
import type { Random } from '../sensitive/random.js';

export interface Card {
  number: string;
  brand: string;
  code: string;
}

interface Issuer {
  brand: readonly string[];
  weight: number;
  groups: readonly number[];
  prefix: (random: Random) => string;
}

const FOURS = [4, 4, 4, 4];

const ISSUERS: readonly Issuer[] = [
  { brand: ['Visa', 'VISA', 'visa'], weight: 40, groups: FOURS, prefix: () => '4' },
  {
    brand: ['Mastercard', 'MasterCard', 'MC'],
    weight: 30,
    groups: FOURS,
    prefix: (random) => String(random.chance(0.7) ? random.between(51, 55) : random.between(2221, 2720)),
  },
  {
    brand: ['Amex', 'American Express', 'amex'],
    weight: 14,
    groups: [4, 6, 5],
    prefix: (random) => random.pick(['34', '37']),
  },
  {
    brand: ['Discover'],
    weight: 8,
    groups: FOURS,
    prefix: (random) => random.pick(['6011', '65', String(random.between(644, 649))]),
  },
  { brand: ['JCB'], weight: 4, groups: FOURS, prefix: (random) => String(random.between(3528, 3589)) },
  {
    brand: ['Diners', 'Diners Club'],
    weight: 4,
    groups: [4, 6, 4],
    prefix: (random) => random.pick([String(random.between(300, 305)), '36', '38', '39']),
  },
];

const TICKETS = ISSUERS.flatMap((issuer) => Array.from({ length: issuer.weight }, () => issuer));

/** The digit that makes a number right by Luhn when it follows. */
export function luhnDigit(digits: string): string {
  const sum = [...digits].toReversed().reduce((total, character, place) => {
    const doubled = Number(character) * (place % 2 === 0 ? 2 : 1);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return String((10 - (sum % 10)) % 10);
}

export function grouped(digits: string, groups: readonly number[], separator: string): string {
  let place = 0;
  return groups.map((size) => digits.slice(place, (place += size))).join(separator);
}

/** `compact` is how files and requests have it: digits alone. */
export function drawCard(random: Random, compact: boolean): Card {
  const issuer = random.pick(TICKETS);
  const length = issuer.groups.reduce((total, size) => total + size, 0);
  const prefix = issuer.prefix(random);
  const body = prefix + random.digits(length - 1 - prefix.length);
  const digits = body + luhnDigit(body);
  const separator = compact
    ? ''
    : random.pick([' ', ' ', ' ', ' ', ' ', '', '', '', '-', '-', '.', '\u00a0']);
  return {
    number: grouped(digits, issuer.groups, separator),
    brand: random.pick(issuer.brand),
    code: random.digits(issuer.brand[0] === 'Amex' ? 4 : 3),
  };
}
