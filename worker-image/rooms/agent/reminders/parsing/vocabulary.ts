/** The words of times in English and German, as sources of regular expressions, and what they mean. */
import type { Unit } from '../repetition.js';

/** One that begins and ends where a word does, in any script. */
export const words = (source: string, flags = 'iu'): RegExp =>
  new RegExp(`(?<![\\p{L}\\d])(?:${source})(?![\\p{L}\\d])`, flags);

const NUMBERS: Record<string, number> = {
  ...{
    a: 1,
    an: 1,
    one: 1,
    two: 2,
    three: 3,
    four: 4,
    five: 5,
    six: 6,
    seven: 7,
    eight: 8,
    nine: 9,
    ten: 10,
  },
  ...{ eleven: 11, twelve: 12, other: 2, second: 2, third: 3, fourth: 4 },
  ...{ ein: 1, eins: 1, eine: 1, einer: 1, einem: 1, einen: 1, zwei: 2, drei: 3, vier: 4, fünf: 5, sechs: 6 },
  ...{ sieben: 7, acht: 8, neun: 9, zehn: 10, elf: 11, zwölf: 12 },
  ...{ zweite: 2, zweiten: 2, zweiter: 2, zweites: 2, dritte: 3, dritten: 3, drittes: 3 },
  ...{ un: 1, une: 1, uno: 1, una: 1, um: 1, uma: 1, een: 1 },
};

export const NUMBER = `\\d{1,4}|${Object.keys(NUMBERS).join('|')}`;

/** NaN for what is none. `90`, `1,5`, `two`, `2nd` */
export const numberOf = (text: string): number =>
  NUMBERS[text.toLowerCase()] ?? Number(text.replace(',', '.').replace(/(?<=\d)(?:st|nd|rd|th)$/i, ''));

export const UNIT =
  'minutes?|mins?|minuten?|hours?|hrs?|h|stunden?|days?|tage?n?|weeks?|wochen?|months?|monate?[ns]?|monats|years?|jahre?[ns]?';

const UNITS: readonly [RegExp, Unit][] = [
  [/^mi/i, 'minute'],
  [/^[hs]/i, 'hour'],
  [/^[dt]/i, 'day'],
  [/^w/i, 'week'],
  [/^mo/i, 'month'],
];

export const unitOf = (word: string): Unit => UNITS.find(([form]) => form.test(word))?.[1] ?? 'year';

export const WEEKDAY =
  '(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?)?|(?:mon|diens|donners|frei|sams|sonn)tags?|mittwochs?|sonnabends?';
const GROUP = 'weekdays?|workdays?|working days?|werktags?|wochentags?|weekends?|wochenenden?';
const AND = '\\s*(?:,\\s*(?:and|und)?|and|und|&|\\+)\\s*';

const TO = ' ?(?:to|through|-|–|bis) ?';
export const WEEKDAY_RANGE = `(?:${WEEKDAY})${TO}(?:${WEEKDAY})`;
export const WEEKDAY_GROUP = `(?:${GROUP})`;
const SOME_DAYS = `(?:${WEEKDAY_RANGE}|${WEEKDAY}|${GROUP})`;

export const WEEKDAYS = `${SOME_DAYS}(?:${AND}${SOME_DAYS})*`;
/** Forms that mean each of them without an "every" before. */
export const EACH_WEEKDAY = `(?:mon|tues|wednes|thurs|fri|satur|sun)days|(?:mon|diens|donners|frei|sams|sonn)tags|mittwochs|weekdays|workdays|werktags|wochentags|weekends`;

/** 1 is Monday. */
export function weekdaysOf(list: string): number[] {
  const days = Array.from(list.matchAll(words(SOME_DAYS, 'giu')), ([part]) => {
    const [first = '', last] = part.split(new RegExp(TO, 'iu'));
    return last === undefined ? weekdayOf(first) : rangeOf(weekdayOf(first)[0] ?? 1, weekdayOf(last)[0] ?? 1);
  });
  return [...new Set(days.flat())].sort((one, other) => one - other);
}

/** From Friday to Monday goes over the weekend. */
const rangeOf = (first: number, last: number): number[] =>
  Array.from({ length: ((last - first + 7) % 7) + 1 }, (_none, ahead) => ((first + ahead - 1) % 7) + 1);

const FIRST_LETTERS = ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'];
const ERSTE_BUCHSTABEN = ['mo', 'di', 'mi', 'do', 'fr', 'sa', 'so'];

function weekdayOf(word: string): number[] {
  const lower = word.toLowerCase();
  if (/^(?:weekend|wochenende)/.test(lower)) return [6, 7];
  if (/^(?:weekday|work|werktag|wochentag)/.test(lower)) return [1, 2, 3, 4, 5];
  if (lower.startsWith('sonnabend')) return [6];
  const start = lower.slice(0, 2);
  return [Math.max(FIRST_LETTERS.indexOf(start), ERSTE_BUCHSTABEN.indexOf(start)) + 1];
}

export const MONTH =
  'jan(?:uary?)?|feb(?:ruary?)?|mar(?:ch)?|märz|apr(?:il)?|may|mai|june?|juni|july?|juli|aug(?:ust)?|sep(?:t(?:ember)?)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?';
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONATE = ['jan', 'feb', 'mär', 'apr', 'mai', 'jun', 'jul', 'aug', 'sep', 'okt', 'nov', 'dez'];

export function monthOf(word: string): number {
  const start = word.slice(0, 3).toLowerCase();
  return Math.max(MONTHS.indexOf(start), MONATE.indexOf(start)) + 1;
}

export const DAY_OF_MONTH = '(?:3[01]|[12]\\d|0?[1-9])';
export const ORDINAL = `${DAY_OF_MONTH}(?:st|nd|rd|th|\\.)`;
