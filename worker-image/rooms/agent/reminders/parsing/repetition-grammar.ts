/** Repetition in English and German words: "every 2 weeks on Friday at 9", "jeden Werktag um 7:30". */
import type { Temporal } from 'temporal-polyfill';
import { readings } from './readings.js';
import { ReminderError } from '../reminder-error.js';
import { EVERY_DAY, type Repetition } from '../repetition.js';
import { DATE, dateOf, readClauses, take, type Groups } from './repetition-clauses.js';
import {
  EACH_WEEKDAY,
  NUMBER,
  numberOf,
  ORDINAL,
  UNIT,
  unitOf,
  WEEKDAYS,
  weekdaysOf,
  words,
} from './vocabulary.js';

export interface FoundRepetition {
  repetition: Repetition;
  /** The text, with `TAKEN` for each part that was understood. */
  rest: string;
  language: 'en' | 'de';
  notes: string[];
}

const EVERY = '(?:every|each|once (?:an?|per)|jede[nrsm]?|alle|einmal (?:pro|die))';

const ADVERBS: Record<string, Partial<Repetition>> = {
  hourly: { unit: 'hour' },
  stündlich: { unit: 'hour' },
  daily: { unit: 'day' },
  täglich: { unit: 'day' },
  weekly: { unit: 'week' },
  wöchentlich: { unit: 'week' },
  fortnightly: { unit: 'week', every: 2 },
  monthly: { unit: 'month' },
  monatlich: { unit: 'month' },
  quarterly: { unit: 'month', every: 3 },
  yearly: { unit: 'year' },
  annually: { unit: 'year' },
  jährlich: { unit: 'year' },
};
const ADVERB = `(?<adverb>${Object.keys(ADVERBS).join('|')})`;
const ARTICLE = 'the|an?|my|our|your|his|her|der|die|das|den|dem';
/** It may belong to the text ("the weekly report"), so it counts only where a time or nothing follows. */
const BEFORE_TIME = `(?=\\s*$|,? (?:at|on|um|am|from|until|starting|ab|bis|to|zu)(?![\\p{L}])|,? \\d)`;

const PARTS: Record<string, string> = {
  morning: '08:00',
  morgen: '08:00',
  noon: '12:00',
  mittag: '12:00',
  afternoon: '15:00',
  nachmittag: '15:00',
  evening: '19:00',
  abend: '19:00',
  night: '22:00',
  nacht: '22:00',
};

interface Head {
  form: RegExp;
  meaning(groups: Groups): Partial<Repetition>;
}

const adverbMeaning = ({ adverb = '' }: Groups): Partial<Repetition> => ADVERBS[adverb.toLowerCase()] ?? {};

const HEADS: readonly Head[] = [
  {
    form: words(`${EVERY} (?:(?<number>${NUMBER}) ?)?(?<unit>${UNIT})`),
    meaning: ({ number = '1', unit = '' }) => ({ every: numberOf(number), unit: unitOf(unit) }),
  },
  {
    form: words(`${EVERY} (?:(?<number>2nd|${NUMBER}) )?(?<days>${WEEKDAYS})`),
    meaning: ({ number = '1', days = '' }) => ({
      every: numberOf(number),
      unit: 'week',
      weekdays: weekdaysOf(days),
    }),
  },
  { form: words(`${EVERY} ${DATE}`), meaning: (groups) => ({ unit: 'year', ...dateOf(groups) }) },
  {
    form: words(
      `${EVERY} (?<day>${ORDINAL})(?: (?:day )?of (?:the|each|every) month| des Monats| im Monat)?`,
    ),
    meaning: ({ day = '' }) => ({ unit: 'month', day: Number.parseInt(day, 10) }),
  },
  {
    form: words(`${EVERY} (?<part>${Object.keys(PARTS).join('|')})`),
    meaning: ({ part = '' }) => ({ unit: 'day', times: [PARTS[part.toLowerCase()] ?? ''] }),
  },
  {
    form: words(`(?:on )?(?<days>(?:${EACH_WEEKDAY})(?:\\s*(?:,|and|und|&)\\s*(?:${EACH_WEEKDAY}))*)`),
    meaning: ({ days = '' }) => ({ unit: 'week', weekdays: weekdaysOf(days) }),
  },
  { form: words(`(?<!(?:${ARTICLE}) )${ADVERB}${BEFORE_TIME}`), meaning: adverbMeaning },
  { form: words(`(?<=\\d ?(?:uhr|am|pm)? )${ADVERB}`), meaning: adverbMeaning },
];
const ADVERB_FIRST: Head = { form: new RegExp(`^${ADVERB}(?= )`, 'iu'), meaning: adverbMeaning };

const GERMAN = /^(?:jede|alle|einmal|stünd|täg|wöch|mona|jähr|(?:am |an )?\p{L}+tags|mittwochs)/iu;
/**
 * Null when nothing is to be repeated.
 * @throws ReminderError for what cannot be done
 */
export function findRepetition(
  text: string,
  here: Temporal.PlainDateTime,
  timeZone: string,
): FoundRepetition | null {
  const head = firstHead(text, HEADS) ?? firstHead(text, [ADVERB_FIRST]);
  if (!head) return null;
  // "weekly report tomorrow at 8" comes once.
  if (head.form === ADVERB_FIRST.form && hasDate(text, here, timeZone)) return null;
  const draft = { rest: text, repetition: EVERY_DAY, part: null, notes: [], here, timeZone };
  const groups = take(draft, head.form) ?? {};
  const { times: [part = null] = [], ...meaning } = head.meaning(groups);
  if (meaning.every !== undefined && !(meaning.every >= 1))
    throw new ReminderError('Repeat every 1, 2, 3 … of a unit of time.');
  const found = readClauses({ ...draft, repetition: { ...EVERY_DAY, ...meaning }, part });
  return { ...found, language: GERMAN.test(head.written) ? 'de' : 'en' };
}

/** The one that begins first. */
function firstHead(text: string, heads: readonly Head[]): (Head & { written: string }) | null {
  let first: (Head & { written: string; index: number }) | null = null;
  for (const head of heads) {
    const match = head.form.exec(text);
    if (match && match.index < (first?.index ?? Infinity))
      first = { ...head, written: match[0], index: match.index };
  }
  return first;
}

const hasDate = (text: string, here: Temporal.PlainDateTime, timeZone: string): boolean =>
  readings(text, here, timeZone).some(({ found }) => found.some(({ date }) => date));
