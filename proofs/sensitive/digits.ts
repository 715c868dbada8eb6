/** Makes the numbers of payment cards, and numbers that can be none. */
import type { Random } from './random.js';

interface Scheme {
  starts: readonly (readonly [lowest: number, highest: number])[];
  length: number;
  groups: readonly number[];
}

const FOURS = [4, 4, 4, 4];

const common: readonly Scheme[] = [
  { starts: [[4, 4]], length: 16, groups: FOURS },
  { starts: [[51, 55]], length: 16, groups: FOURS },
  { starts: [[2221, 2720]], length: 16, groups: FOURS },
  {
    starts: [
      [34, 34],
      [37, 37],
    ],
    length: 15,
    groups: [4, 6, 5],
  },
];

const discover: Scheme = {
  starts: [
    [6011, 6011],
    [644, 649],
    [65, 65],
  ],
  length: 16,
  groups: FOURS,
};
const diners: Scheme = {
  starts: [
    [300, 305],
    [36, 36],
    [38, 38],
  ],
  length: 14,
  groups: [4, 6, 4],
};
const jcb: Scheme = { starts: [[3528, 3589]], length: 16, groups: FOURS };
const maestro: Scheme = {
  starts: [
    [5018, 5018],
    [5020, 5020],
    [5038, 5038],
    [6304, 6304],
    [6759, 6759],
    [6761, 6763],
  ],
  length: 16,
  groups: FOURS,
};
const unionPay: Scheme = { starts: [[62, 62]], length: 16, groups: FOURS };
const unionPayLong: Scheme = { ...unionPay, length: 19, groups: [...FOURS, 3] };

const rarer = [discover, discover, diners, jcb, jcb, maestro, maestro, unionPay, unionPay, unionPayLong];

export interface Card {
  digits: string;
  groups: readonly string[];
}

/** `known`: of the schemes that anybody knows by sight. */
export function card(random: Random, known = false): Card {
  const scheme = random.pick(known || random.chance(0.55) ? common : rarer);
  const start = String(random.between(...random.pick(scheme.starts)));
  const body = start + random.digits(scheme.length - start.length - 1);
  const digits = body + luhnDigit(body);
  return { digits, groups: grouped(digits, scheme.groups) };
}

export function grouped(text: string, sizes: readonly number[]): string[] {
  let from = 0;
  return sizes.map((size) => text.slice(from, (from += size)));
}

/** As people write card numbers: mostly run together or in groups, now and then oddly. */
export function written(random: Random, { digits, groups }: Card): string {
  const style = random.fraction();
  if (style < 0.38) return digits;
  if (style < 0.78) return groups.join(' ');
  if (style < 0.9) return groups.join('-');
  if (style < 0.93) return groups.join('\u00a0');
  if (style < 0.95) return groups.join('.');
  if (style < 0.97) return groups.join('  ');
  return `${digits.slice(0, 8)} ${digits.slice(8)}`;
}

export function luhnDigit(body: string): string {
  const sum = [...body].toReversed().reduce((total, digit, place) => {
    const value = Number(digit) * (place % 2 === 0 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return String((10 - (sum % 10)) % 10);
}

export function passesLuhn(digits: string): boolean {
  return luhnDigit(digits.slice(0, -1)) === digits.at(-1);
}

/** An order may have any number, but one that passes cannot be told from a card: these never do. */
export function failingLuhn(random: Random, start: string, length: number): string {
  const body = start + random.digits(length - start.length - 1);
  return body + String((Number(luhnDigit(body)) + random.between(1, 9)) % 10);
}
