/** Puts what people say into forms that the grammars know: "half past 7" into "7:30". */
import type { Temporal } from 'temporal-polyfill';
import { DAY_OF_MONTH, MONTH, numberOf, WEEKDAY, words } from './vocabulary.js';
import { timeOf } from '../schedule.js';

type Replacement = (match: string, ...groups: string[]) => string;
const HOUR_WORD = 'one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve';
const STUNDE_WORT = 'eins|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf';
const HOUR = `\\d{1,2}|${HOUR_WORD}`;
const STUNDE = `\\d{1,2}|${STUNDE_WORT}`;
const HALF_DAY = 12 * 60;

/** So many minutes after or before the full hour; stays without am or pm where it had none. */
function beside(hour: string, minutes: number): string {
  const minute = numberOf(hour) * 60 + minutes;
  return timeOf(minute < 60 ? minute + HALF_DAY : minute % (2 * HALF_DAY)).replace(/^0/, '');
}

const after =
  (minutes: number): Replacement =>
  (_match, hour = '') =>
    beside(hour, minutes);

const inHalf =
  (half: 'am' | 'pm'): Replacement =>
  (match, hour = '', minutes = '') =>
    Number(hour) > 12 || Number(hour) === 0 ? match : `${hour}${minutes}${half}`;

const TIMES: readonly [RegExp, Replacement][] = [
  [words(`half past (${HOUR})`, 'giu'), after(30)],
  [words(`(?:a )?quarter past (${HOUR})`, 'giu'), after(15)],
  [words(`(?:a )?quarter to (${HOUR})`, 'giu'), after(-15)],
  [words(`halb (${STUNDE})`, 'giu'), after(-30)],
  [words(`viertel nach (${STUNDE})`, 'giu'), after(15)],
  [words(`viertel vor (${STUNDE})`, 'giu'), after(-15)],
  [
    words(`(?<=at )(\\d{1,2}) past (${HOUR})`, 'giu'),
    (_match, minutes = '', hour = '') => beside(hour, Number(minutes)),
  ],
  [
    words(`(?<=at )(\\d{1,2}) to (${HOUR})`, 'giu'),
    (_match, minutes = '', hour = '') => beside(hour, -Number(minutes)),
  ],
  [
    words(`(?<=um )(\\d{1,2}) nach (${STUNDE})`, 'giu'),
    (_match, minutes = '', hour = '') => beside(hour, Number(minutes)),
  ],
  [
    words(`(?<=um )(\\d{1,2}) vor (${STUNDE})`, 'giu'),
    (_match, minutes = '', hour = '') => beside(hour, -Number(minutes)),
  ],
  [words(`(?<=(?:at|um) )(?:${HOUR_WORD}|${STUNDE_WORT})`, 'giu'), (word) => String(numberOf(word))],
  [words("(\\d{1,2})(:\\d{2})?(?: o'clock)? in the morning", 'giu'), inHalf('am')],
  [words("(\\d{1,2})(:\\d{2})?(?: o'clock)? (?:in the (?:afternoon|evening)|at night)", 'giu'), inHalf('pm')],
  [words('(\\d{1,2})(:\\d{2})?(?: Uhr)? (?:morgens|früh|vormittags)', 'giu'), inHalf('am')],
  [words('(\\d{1,2})(:\\d{2})?(?: Uhr)? (?:nachmittags|abends)', 'giu'), inHalf('pm')],
  [words('(\\d{1,2})h(\\d{2})', 'giu'), (_match, hour = '', minutes = '') => `${hour}:${minutes}`],
  [words('früh(?= (?:um|gegen) )', 'giu'), () => ''],
  [words('(?<=(?:morgen|heute) )früh', 'giu'), () => 'vormittag'],
  // chrono takes "at 8 a" for 8 am.
  [/(?<=(?:at|um) \d{1,2}(?::\d{2})?)(?= [ap](?: |$))/giu, () => ','],
  [words('(?:an|one) hour and a half', 'giu'), () => '1.5 hours'],
  [words('(\\d+)(?: hours)? and a half(?: hours)?', 'giu'), (_match, hours = '') => `${hours}.5 hours`],
  [words('(?:andert|einein)halb', 'giu'), () => '1.5'],
  [words('(?:a )?quarter of an hour|(?:einer )?viertelstunde', 'giu'), () => '15 minutes'],
  [words('every half(?: an)?[ -]hour', 'giu'), () => 'every 30 minutes'],
  [words('jede halbe stunde', 'giu'), () => 'alle 30 Minuten'],
  [words('every quarter(?! hour)', 'giu'), () => 'every 3 months'],
  [words('first(?= of (?:the|each|every) )', 'giu'), () => '1st'],
  [words('(?<=am )ersten(?= (?:jede[ns]|des) )', 'giu'), () => '1.'],
  [words('(?<=à )midi|(?<=(?:a|al) )mediodía|(?<=a )mezzogiorno', 'giu'), () => '12:00'],
  [words('(?<=morgen |heute )mittag', 'giu'), () => 'um 12:00'],
];

export const plainTimes = (text: string): string =>
  TIMES.reduce((plain, [form, replacement]) => plain.replace(form, replacement), text);

const IN_TWO_DAYS =
  '(?:the )?day after tomorrow|übermorgen|overmorgen|après-demain|pasado mañana|dopodomani|depois de amanhã';
const DOTTED_DATE = `(${DAY_OF_MONTH})\\.\\s?(1[0-2]|0?[1-9])\\.(\\d{4})?`;
const DAY = `(?:on the (${DAY_OF_MONTH})(?:st|nd|rd|th)|am (${DAY_OF_MONTH})\\.)(?=$|[,:]| (?:at|to|um|gegen|zu) )`;
const NAMED_DAY = `(?:${WEEKDAY}),? (?:the )?(${DAY_OF_MONTH})(?:st|nd|rd|th)(?! (?:of )?(?:${MONTH})(?!\\p{L}))`;

/** Dates that chrono does not know, as `YYYY-MM-DD`; the next such date where month or year are left out. */
export function plainDates(text: string, today: Temporal.PlainDate): string {
  return text
    .replace(words(IN_TWO_DAYS, 'giu'), () => today.add({ days: 2 }).toString())
    .replace(
      words(DOTTED_DATE, 'giu'),
      (match, day: string, month: string, year?: string) =>
        isoDate(today, Number(day), Number(month), year ? Number(year) : null) ?? match,
    )
    .replace(
      words(`${DAY}|${NAMED_DAY}`, 'giu'),
      (match, ...days: (string | undefined)[]) =>
        nextDay(today, Number(days.slice(0, 3).find((day) => day !== undefined))) ?? match,
    );
}

function isoDate(today: Temporal.PlainDate, day: number, month: number, year: number | null): string | null {
  for (let ahead = 0; ahead <= 8; ahead++) {
    const date = today.with({ day: 1 }).with({ year: year ?? today.year + ahead, month });
    if (day > date.daysInMonth) continue;
    const found = date.with({ day });
    if (year !== null || found.since(today).days >= 0) return found.toString();
  }
  return null;
}

function nextDay(today: Temporal.PlainDate, day: number): string | null {
  for (let ahead = 0; ahead <= 2; ahead++) {
    const month = today.with({ day: 1 }).add({ months: ahead });
    const found = month.with({ day });
    if (day <= month.daysInMonth && found.since(today).days >= 0) return found.toString();
  }
  return null;
}
