/** Social security and personal numbers of Europe, each by the rule of its country. */
import { ean13, isDay, luhn, rest, weighted } from './check-digits.js';
import { alone, digits, type NationalNumber } from './national-number.js';

/** Places in the alphabet of an Italian code that stand on odd places, from 0 on. */
const ITALIAN_ODD = [
  1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
];
const SPANISH_LETTERS = 'TRWAGMYFPDXBNJZSQVHLCKE';
const FINNISH_SIGNS = '0123456789ABCDEFHJKLMNPRSTUVWXY';

const mod11Digit = (number: string, weights: readonly number[]): number =>
  (11 - (weighted(number, weights) % 11)) % 11;

export const europeanNumbers: readonly NationalNumber[] = [
  // United Kingdom: two letters that are given out, six digits, A to D.
  {
    form: alone('[a-ceghj-prstw-z][a-ceghj-nprstw-z][ .-]?\\d{2}[ .-]?\\d{2}[ .-]?\\d{2}[ .-]?[a-d]', 'i'),
    valid: (number) => !/^(?:BG|GB|KN|NK|NT|TN|ZZ)/.test(number),
  },
  {
    form: digits('3 3 4', '10'),
    valid: (number) => mod11Digit(number, [10, 9, 8, 7, 6, 5, 4, 3, 2]) === Number(number[9]),
    words: /\bnhs\b/i,
  },
  // Ireland: seven digits, a check letter, and since 2013 a second one.
  {
    form: alone('\\d{7} ?[a-w][abhitwx]?', 'i'),
    valid(number) {
      const second = number[8] ? number.charCodeAt(8) - 64 : 0;
      const sum = weighted(number, [8, 7, 6, 5, 4, 3, 2]) + 9 * (second === 23 ? 0 : second);
      return (number.charCodeAt(7) - 64) % 23 === sum % 23;
    },
    words: /\bpps/i,
  },
  // France: sex, year, month, place, order, and 97 less the rest.
  {
    form: alone(
      '[12][ .-]?\\d{2}[ .-]?(?:0[1-9]|1[0-2]|[2-9]\\d)[ .-]?(?:\\d{2}|2[ab])[ .-]?\\d{3}[ .-]?\\d{3}[ ./-]{0,3}\\d{2}',
      'i',
    ),
    valid(number) {
      const counted = number.slice(0, 13).replace('2A', '19').replace('2B', '18');
      return 97 - rest(counted, 97) === Number(number.slice(13));
    },
  },
  // Germany: area, date of birth, first letter of the name at birth, serial, check digit.
  {
    form: alone('\\d{2}[ .-]?[0-3]\\d[ .-]?[01]\\d[ .-]?\\d{2}[ .-]?[a-z][ .-]?\\d{2}[ .-]?\\d', 'i'),
    valid: isGerman,
  },
  // Austria: serial, check digit, date of birth.
  {
    form: digits('4 6', '10', '4 2 2 2', '3 1 6'),
    valid: (number) =>
      isDay(number.slice(4, 6), number.slice(6, 8)) &&
      weighted(number, [3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11 === Number(number[3]),
    words: /sv-?n|svnr|sozialvers|versicherungsn|social (?:security|insurance)|e-card/i,
  },
  // Switzerland.
  {
    form: digits('13', '3 4 4 2', '3 3 3 2 2'),
    valid: (number) => number.startsWith('756') && ean13(number),
  },
  // The Netherlands: the weighted sum divides by eleven.
  {
    form: digits('9', '3 3 3', '4 2 3', '2 3 4', '4 3 2', '8'),
    valid: (number) => weighted(number.padStart(9, '0'), [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0,
    words: /\bbsn|burger ?service|sofi-?n|citizen service|persoonsnummer/i,
  },
  // Belgium: date of birth, order, 97 less the rest; born from 2000 on with a 2 before.
  {
    form: digits('2 2 2 3 2', '6 3 2', '6 5', '11'),
    valid(number) {
      const [body, key] = [number.slice(0, 9), Number(number.slice(9))];
      return (
        Number(number.slice(2, 4)) % 20 <= 12 &&
        (97 - rest(body, 97) === key || 97 - rest(`2${body}`, 97) === key)
      );
    },
    words:
      /rijksregister|registre national|nationalregister|national (?:register|number)|niss\b|insz\b|belg/i,
  },
  {
    form: alone('\\d{2}\\.[0-5]\\d\\.\\d{2}-\\d{3}\\.\\d{2}'),
    valid: (number) =>
      [rest(number.slice(0, 9), 97), rest(`2${number.slice(0, 9)}`, 97)].includes(
        97 - Number(number.slice(9)),
      ),
  },
  // Spain: province, number, and the rest of both by 97.
  {
    form: digits('12', '2 8 2', '2 10', '2 7 2', '4 4 4', '2 4 4 2'),
    valid: (number) =>
      rest(number.slice(0, -2).replace(/^(\d\d)0/, '$1'), 97) === Number(number.slice(-2)) ||
      rest(number.slice(0, -2), 97) === Number(number.slice(-2)),
    words:
      /seguridad|seg\.? ?social|\bn\.?u?\.?s\.?s\b|\bnaf\b|afiliaci|\bde la ss\b|social security|seguretat social/i,
  },
  {
    form: alone('(?:[xyz][ -]?\\d{7}|\\d{2}\\.?\\d{3}\\.?\\d{3})[ -]?[a-z]', 'i'),
    valid: (number) =>
      SPANISH_LETTERS[
        Number(number.slice(0, -1).replace(/^[XYZ]/, (letter) => String('XYZ'.indexOf(letter)))) % 23
      ] === number.at(-1),
    words: /\bd\.?n\.?i\b|\bn\.?i\.?[ef]\b|documento|identidad|identity|identif/i,
  },
  // Portugal: tax and social security.
  {
    form: digits('9', '3 3 3'),
    valid: (number) => mod11Digit(number, [9, 8, 7, 6, 5, 4, 3, 2]) % 10 === Number(number[8]),
    words: /\bnif\b|contribuinte|portug/i,
  },
  {
    form: digits('11', '3 3 3 2', '4 4 3'),
    valid: (number) =>
      9 - (weighted(number, [29, 23, 19, 17, 13, 11, 7, 5, 3, 2]) % 10) === Number(number[10]),
    words: /\bniss\b|segurança social|portug/i,
  },
  // Italy: name, date and place of birth in sixteen signs; where two people share them, digits become letters.
  {
    form: alone(
      '[a-z]{3} ?[a-z]{3} ?[\\dl-np-v]{2}[abcdehlmprst][\\dl-np-v]{2} ?[a-z][\\dl-np-v]{3}[a-z]',
      'i',
    ),
    valid: isItalian,
  },
  // Poland: date of birth with the century in the month.
  {
    form: digits('11', '6 5'),
    valid: (number) =>
      weighted(number, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0 &&
      isDay(number.slice(4, 6), String(Number(number.slice(2, 4)) % 20)),
    words: /pesel|polish|poland/i,
  },
  // Sweden: date of birth and a Luhn digit; a century before it makes it plain enough.
  {
    form: alone('\\d{6} ?[-+]? ?\\d{4}'),
    valid: isSwedish,
    words: /person-? ?(?:nummer|nr|number)|personal (?:identity )?number|samordnings|swed|svensk/i,
  },
  { form: alone('(?:19|20)\\d{6} ?[-+]? ?\\d{4}'), valid: (number) => isSwedish(number.slice(2)) },
  // Norway: two check digits.
  {
    form: digits('11', '6 5', '2 2 2 5', '2 2 2 3 2'),
    valid: (number) =>
      isDay(String(Number(number.slice(0, 2)) % 40), String(Number(number.slice(2, 4)) % 40)) &&
      mod11Digit(number, [3, 7, 6, 1, 8, 9, 4, 5, 2]) === Number(number[9]) &&
      mod11Digit(number, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) === Number(number[10]),
  },
  // Denmark, whose numbers need no check digit any more.
  {
    form: alone('\\d{6} ?-? ?\\d{4}'),
    valid: (number) => isDay(number.slice(0, 2), number.slice(2, 4)),
    words: /\bcpr|person-? ?n|danish|dansk/i,
  },
  // Finland: a sign for the century, and a check sign.
  {
    form: alone('[0-3]\\d[01]\\d{3}[-+a-fu-y]\\d{3}[\\da-fhj-np-y]', 'i'),
    valid: (number) =>
      isDay(number.slice(0, 2), number.slice(2, 4)) &&
      FINNISH_SIGNS[Number(number.slice(0, 6) + number.slice(-4, -1)) % 31] === number.at(-1),
  },
  // Czechia and Slovakia: date of birth, the whole divides by eleven.
  {
    form: alone('\\d{2}[0-35-8]\\d[0-3]\\d ?/? ?\\d{4}'),
    valid: (number) =>
      rest(number, 11) === 0 && isDay(number.slice(4, 6), String((Number(number.slice(2, 4)) % 50) % 20)),
    words: /rodn|birth number|\brč\b/i,
  },
  // Romania, Estonia and Lithuania, Bulgaria, Hungary, Greece, Croatia, Turkey, Latvia.
  {
    form: digits('13', '1 6 6'),
    valid: (number) =>
      (weighted(number, [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11) % 10 === Number(number[12]) ||
      weighted(number, [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11 === 10,
    words: /\bcnp\b|cod(?:ul)? numeric|roman/i,
  },
  {
    form: digits('11'),
    valid: (number) => isBaltic(number),
    words: /isikukood|asmens kod|personal code|eston|lithuan/i,
  },
  {
    form: digits('10'),
    valid: (number) => (weighted(number, [2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11) % 10 === Number(number[9]),
    words: /\begn\b|егн/i,
  },
  {
    form: digits('9', '3 3 3'),
    valid: (number) => weighted(number, [3, 7, 3, 7, 3, 7, 3, 7]) % 10 === Number(number[8]),
    words: /\btaj\b/i,
  },
  {
    form: digits('11'),
    valid: (number) => luhn(number) && isDay(number.slice(0, 2), number.slice(2, 4)),
    words: /amka|αμκα/i,
  },
  { form: digits('11'), valid: isCroatian, words: /\boib\b/i },
  { form: digits('11'), valid: isTurkish, words: /kimlik|tckn|\bt\.?c\.? ?(?:no|num)|turk/i },
  {
    form: alone('\\d{6} ?-? ?\\d{5}'),
    valid: (number) => isDay(number.slice(0, 2), number.slice(2, 4)) || number.startsWith('32'),
    words: /personas kods|latvi/i,
  },
];

/** The letter counts as its place in the alphabet; weights and sums of digits after the law (VKVV § 4). */
function isGerman(number: string): boolean {
  const letter = number.charCodeAt(8) - 64;
  const counted = number.slice(0, 8) + String(letter).padStart(2, '0') + number.slice(9, 11);
  const sum = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1].reduce((total, weight, at) => {
    const product = weight * Number(counted[at]);
    return total + Math.floor(product / 10) + (product % 10);
  }, 0);
  return sum % 10 === Number(number[11]);
}

function isItalian(code: string): boolean {
  const value = (sign: string): number => (/\d/.test(sign) ? Number(sign) : sign.charCodeAt(0) - 65);
  const sum = Array.from(code.slice(0, 15)).reduce(
    (total, sign, at) => total + (at % 2 === 0 ? (ITALIAN_ODD[value(sign)] ?? 0) : value(sign)),
    0,
  );
  return sum % 26 === code.charCodeAt(15) - 65;
}

/** A day from 61 on belongs to someone who does not live there for good. */
function isSwedish(number: string): boolean {
  return luhn(number) && isDay(String(Number(number.slice(4, 6)) % 60), number.slice(2, 4));
}

function isBaltic(number: string): boolean {
  const first = weighted(number, [1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
  const check = first < 10 ? first : (weighted(number, [3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11) % 10;
  return check === Number(number[10]) && isDay(number.slice(5, 7), number.slice(3, 5));
}

/** ISO 7064, MOD 11,10. */
function isCroatian(number: string): boolean {
  let left = 10;
  for (const digit of number.slice(0, 10)) {
    left = (left + Number(digit)) % 10 || 10;
    left = (left * 2) % 11;
  }
  return (11 - left) % 10 === Number(number[10]);
}

function isTurkish(number: string): boolean {
  const odd = weighted(number, [1, 0, 1, 0, 1, 0, 1, 0, 1]);
  const even = weighted(number, [0, 1, 0, 1, 0, 1, 0, 1]);
  const sum = weighted(number, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
  return (
    !number.startsWith('0') &&
    (((odd * 7 - even) % 10) + 10) % 10 === Number(number[9]) &&
    sum % 10 === Number(number[10])
  );
}
