/** Makes social security numbers of seven countries, valid by each country's own rule. */
import { grouped } from './digits.js';
import { UPPER, type Random } from './random.js';

/** United States: areas 000, 666 and from 900 on are never given out. */
export function american(random: Random): [area: string, group: string, serial: string] {
  const area = random.between(1, 899);
  return [
    String(area === 666 ? 667 : area).padStart(3, '0'),
    random.padded(1, 99, 2),
    random.padded(1, 9_999, 4),
  ];
}

const NEVER_BRITISH = ['BG', 'GB', 'KN', 'NK', 'NT', 'TN', 'ZZ'];

export function british(random: Random): string {
  let prefix = 'BG';
  while (NEVER_BRITISH.includes(prefix)) {
    prefix = random.text('ABCEGHJKLMNOPRSTWXYZ', 1) + random.text('ABCEGHJKLMNPRSTWXYZ', 1);
  }
  const parts = [prefix, ...grouped(random.digits(6), [2, 2, 2]), random.text('ABCD', 1)];
  const compact = parts.join('');
  return random.pick([
    compact,
    parts.join(' '),
    parts.join(' '),
    `${prefix} ${compact.slice(2, 8)} ${compact.slice(8)}`,
  ]);
}

/** France: sex, year, month, place and order of birth, then a key of 97. */
export function french(random: Random): string {
  // Corsica's departments hold a letter, which counts as 19 or 18 in the key.
  const [department, counted] = random.chance(0.08)
    ? random.pick([
        ['2A', '19'],
        ['2B', '18'],
      ] as const)
    : both(random.pick([random.padded(1, 19, 2), random.padded(21, 95, 2)]));
  const start = random.pick(['1', '2']) + random.padded(0, 99, 2) + random.padded(1, 12, 2);
  const end = random.padded(1, 590, 3) + random.padded(1, 480, 3);
  const key = 97n - (BigInt(start + counted + end) % 97n);
  const number = start + department + end + String(key).padStart(2, '0');
  return random.pick([
    number,
    `${number.slice(0, 13)} ${number.slice(13)}`,
    grouped(number, [1, 2, 2, 2, 3, 3, 2]).join(' '),
    grouped(number, [1, 2, 2, 2, 3, 3, 2]).join(' '),
  ]);
}

function both(text: string): readonly [string, string] {
  return [text, text];
}

const GERMAN_AREAS = '02 04 08 09 10 11 12 13 14 15 16 17 18 19 20 21 23 24 25 26 28 29 53 65'.split(' ');
const GERMAN_WEIGHTS = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1];

/** Germany: area, birthday, first letter of the birth name, serial number, check digit. */
export function german(random: Random): string {
  const area = random.pick(GERMAN_AREAS);
  const birthday = random.padded(1, 28, 2) + random.padded(1, 12, 2) + random.padded(40, 99, 2);
  const letter = random.text('ABCDEFGHJKLMNOPRSTVWZ', 1);
  const serial = random.padded(0, 99, 2);
  const counted = area + birthday + String(UPPER.indexOf(letter) + 1).padStart(2, '0') + serial;
  const sum = GERMAN_WEIGHTS.reduce((total, weight, place) => {
    const product = weight * Number(counted[place]);
    return total + Math.floor(product / 10) + (product % 10);
  }, 0);
  const end = serial + String(sum % 10);
  return random.pick([
    `${area} ${birthday} ${letter} ${end}`,
    `${area} ${birthday} ${letter} ${end}`,
    `${area}${birthday}${letter}${end}`,
    `${area} ${birthday}${letter}${end}`,
  ]);
}

/** Switzerland: 756, nine digits, and the check digit of a bar code. */
export function swiss(random: Random): string {
  const body = `756${random.digits(9)}`;
  const sum = [...body].reduce((total, digit, place) => total + Number(digit) * (place % 2 === 0 ? 1 : 3), 0);
  const digits = body + String((10 - (sum % 10)) % 10);
  return random.chance(0.75) ? grouped(digits, [3, 4, 4, 2]).join('.') : digits;
}

/** Spain: province, number, and the rest of both by 97. */
export function spanish(random: Random): string {
  const province = random.padded(1, 52, 2);
  const number = random.padded(10_000_000, 99_999_999, 8);
  const parts = [province, number, String(Number(province + number) % 97).padStart(2, '0')];
  return parts.join(random.pick(['', ' ', '/', '/', '-']));
}

/** The Netherlands: nine digits whose weighted sum divides by eleven. */
export function dutch(random: Random): string {
  for (;;) {
    const digits = random.pick(['1', '2', '3', '4']) + random.digits(8);
    const sum = [...digits].reduce(
      (total, digit, place) => total + Number(digit) * (place === 8 ? -1 : 9 - place),
      0,
    );
    if (sum % 11 === 0) {
      return random.chance(0.8) ? digits : grouped(digits, [4, 2, 3]).join(random.pick(['.', ' ']));
    }
  }
}
