/** What chrono makes of a text: every date and time in it, as times on the wall, read in each language. */
import type { Chrono, ParsedResult } from 'chrono-node/de';
import { casual as german } from 'chrono-node/de';
import { casual as english, GB as british } from 'chrono-node/en';
import { casual as spanish } from 'chrono-node/es';
import { casual as french } from 'chrono-node/fr';
import { casual as italian } from 'chrono-node/it';
import { casual as dutch } from 'chrono-node/nl';
import { casual as portuguese } from 'chrono-node/pt';
import { Temporal } from 'temporal-polyfill';
import { NUMBER } from './vocabulary.js';

export type Language = 'en' | 'de' | 'fr' | 'es' | 'nl' | 'it' | 'pt';

/** A date, a time of day, or both. At least one is there. */
export interface Reading {
  index: number;
  length: number;
  date: Temporal.PlainDate | null;
  time: Temporal.PlainTime | null;
  /** `the hour` was said, `a part of the day` such as the evening, or neither. */
  said: 'hour' | 'part' | null;
  /** As it was written, an hour from 1 to 11 without am or pm: may be meant for the afternoon. */
  bare: string | null;
  /** When a time zone was named. */
  instant: number | null;
}

/** Where 3/4 is the 4th of March. */
const MONTH_FIRST =
  /^(?:US\/|Pacific\/Honolulu$|America\/(?:New_York|Detroit|Chicago|Denver|Boise|Phoenix|Los_Angeles|Anchorage|Juneau|Indiana|Kentucky|North_Dakota))/;

/** In the order in which they are preferred when they read as much. */
const OTHERS = { de: german, fr: french, es: spanish, nl: dutch, it: italian, pt: portuguese };

const HOURS_OF_PARTS: readonly [tag: string, hour: number, ours: number][] = [
  ['casualReference/tonight', 22, 20],
  ['casualReference/morning', 6, 8],
];

/** By language, each in the order of the text. `now` is the time on the wall. */
export function readings(
  text: string,
  now: Temporal.PlainDateTime,
  timeZone: string,
): { language: Language; found: Reading[] }[] {
  const en = MONTH_FIRST.test(timeZone) ? english : british;
  // chrono reckons in the time zone of the process; only the figures on the clock count here.
  const reference = new Date(now.year, now.month - 1, now.day, now.hour, now.minute, now.second);
  return Object.entries({ en, ...OTHERS }).map(([language, chrono]) => ({
    language: language as Language,
    found: results(chrono, text, reference).flatMap((result) => reading(result, reference)),
  }));
}

type Result = Pick<ParsedResult, 'index' | 'text' | 'start'>;
type Components = Result['start'];

/** As chrono gives them, but that "at 12 eat lunch" is not in the time zone EAT: those are written in capitals. */
function results(chrono: Chrono, text: string, reference: Date): Result[] {
  const found = chrono.parse(text, reference, { forwardDate: true });
  return found.map((result) =>
    namesZone(result) ? (withoutZone(chrono, result, reference) ?? result) : result,
  );
}

/** The same without the word in small letters that was taken for a time zone; null when there is none. */
function withoutZone(chrono: Chrono, { index, text }: Result, reference: Date): Result | null {
  for (const { 0: word, index: place } of text.matchAll(/(?<![\p{L}\d])[a-z]{2,4}(?!\p{L})/gu)) {
    const masked = text.slice(0, place) + '_'.repeat(word.length) + text.slice(place + word.length);
    const [same] = chrono.parse(masked, reference, { forwardDate: true });
    if (!same?.start.isCertain('hour') || same.index !== 0 || namesZone(same)) continue;
    return { index, text: same.text, start: same.start };
  }
  return null;
}

const namesZone = ({ start }: Result): boolean =>
  start.isCertain('timezoneOffset') && !start.tags().has('result/relativeDateAndTime');

function reading({ text, index, start }: Result, reference: Date): Reading[] {
  const date = isOurs(text, start.tags()) ? dateOf(start) : null;
  const said = isOurs(text, start.tags()) ? saidOf(start, reference) : null;
  if (!date && !said) return [];
  const instant = said === 'hour' && start.isCertain('timezoneOffset') ? start.date().getTime() : null;
  const bare = said === 'hour' && !start.isCertain('meridiem') ? bareHour(text, part(start, 'hour')) : null;
  return [{ index, length: text.length, date, time: said && timeOf(start, said), said, bare, instant }];
}

/** "a week", which may last as long, and not "in a week" or "a week from now". */
const SPAN_ALONE = new RegExp(`^(?:${NUMBER})(?!\\p{L})(?!.*(?:later|now|hence|später))`, 'iu');

/** Spans of minutes and hours are read by our own grammar; "now" is no time for a reminder; "so" and "sat" are words. */
const isOurs = (text: string, tags: Set<string>): boolean =>
  !tags.has('result/relativeDateAndTime') &&
  !tags.has('casualReference/now') &&
  !/^\p{L}{1,3}$/u.test(text) &&
  !(tags.has('result/relativeDate') && SPAN_ALONE.test(text));

/** A month alone is no date. */
function dateOf(start: Components): Temporal.PlainDate | null {
  const isRelative = start.tags().has('result/relativeDate') && !start.isCertain('hour');
  if (!start.isCertain('day') && !start.isCertain('weekday') && !isRelative) return null;
  return new Temporal.PlainDate(part(start, 'year'), part(start, 'month'), part(start, 'day'));
}

function timeOf(start: Components, said: 'hour' | 'part'): Temporal.PlainTime {
  const hour = part(start, 'hour');
  const ours = HOURS_OF_PARTS.find(([tag, theirs]) => start.tags().has(tag) && hour === theirs)?.[2];
  return new Temporal.PlainTime(said === 'part' ? (ours ?? hour) : hour, part(start, 'minute'));
}

function saidOf(start: Components, reference: Date): Reading['said'] {
  if (start.isCertain('hour')) return 'hour';
  const tags = Array.from(start.tags());
  if (tags.some((tag) => /\/(?:morning|afternoon|evening|tonight)$/.test(tag))) return 'part';
  // chrono puts noon, or the present time, where none was said.
  const [hour, minute] = [part(start, 'hour'), part(start, 'minute')];
  const isNow = hour === reference.getHours() && minute === reference.getMinutes();
  return hour === 12 || isNow ? null : 'part';
}

/** `08`, `8:00` and `8h` mean the morning; what is no number, such as noon, is not bare either. */
function bareHour(text: string, hour: number): string | null {
  if (hour < 1 || hour > 11) return null;
  const written = Array.from(text.matchAll(/(?<!\d)(\d{1,2})(?:[:.]\d{2})?(?!\d|\s*h)/gi))
    .filter(([, digits]) => Number(digits) === hour)
    .map(([all]) => all);
  // The day of a date may be the same number.
  const found = written.find((each) => each.includes(':')) ?? written.at(-1);
  return found === undefined || /^0|:00$/.test(found) ? null : found;
}

const part = (start: Components, component: 'year' | 'month' | 'day' | 'hour' | 'minute'): number =>
  start.get(component) ?? 0;
