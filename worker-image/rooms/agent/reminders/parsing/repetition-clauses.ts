/** What may stand beside "every …": the days, the times, the beginning and the end. */
import { Temporal } from 'temporal-polyfill';
import { CLOCK_TIME, clockTime, SURE_CLOCK_TIME, unsureNote, type ClockTime } from './clock-time.js';
import { plainDates } from './everyday-words.js';
import { leadingDate } from './moment.js';
import { ReminderError } from '../reminder-error.js';
import { DEFAULT_TIME, type Repetition, type Unit } from '../repetition.js';
import { minuteOf, timeOf } from '../schedule.js';
import {
  DAY_OF_MONTH,
  EACH_WEEKDAY,
  MONTH,
  monthOf,
  NUMBER,
  numberOf,
  ORDINAL,
  UNIT,
  unitOf,
  WEEKDAY,
  WEEKDAY_GROUP,
  WEEKDAY_RANGE,
  WEEKDAYS,
  weekdaysOf,
  words,
} from './vocabulary.js';

/** Stands where words were that are understood. */
export const TAKEN = '\u0001';

export type Groups = Partial<Record<string, string>>;

export interface Draft {
  rest: string;
  repetition: Repetition;
  /** When the part of the day begins that was named, such as 19:00 for "every evening". */
  part: string | null;
  notes: string[];
  /** The time on the wall now. */
  here: Temporal.PlainDateTime;
  timeZone: string;
}

const HALF_DAY = 12 * 60;

export const DATE = `(?:(?<day>${DAY_OF_MONTH})(?:st|nd|rd|th|\\.)?(?: of)? (?<month>${MONTH})|(?<month2>${MONTH}) (?<day2>${DAY_OF_MONTH})(?:st|nd|rd|th)?|(?<day3>${DAY_OF_MONTH})\\.\\s?(?<month3>1[0-2]|0?[1-9])\\.)`;

export const dateOf = ({
  day,
  month,
  day2,
  month2,
  day3,
  month3,
}: Groups): Pick<Repetition, 'day' | 'month'> => ({
  day: Number(day ?? day2 ?? day3),
  month: month3 === undefined ? monthOf(month ?? month2 ?? '') : Number(month3),
});

const LIST = '\\s*(?:,\\s*(?:and|und)?|and|und|&)\\s*(?:(?:at|um) )?';
const AT = words(`(?:at|um|@|gegen) (?<times>${CLOCK_TIME}(?:${LIST}${CLOCK_TIME})*)`);
const BARE_TIMES = new RegExp(
  `(?<=${TAKEN},?\\s*)(?<times>${SURE_CLOCK_TIME}(?:${LIST}${SURE_CLOCK_TIME})*)|(?<times2>${SURE_CLOCK_TIME})(?=,?\\s*${TAKEN})`,
  'iu',
);
const BETWEEN = words(
  `(?:between|from|zwischen|von) (?<first>${CLOCK_TIME})\\s*(?:and|to|till|until|und|bis|-|–)\\s*(?<last>${CLOCK_TIME})`,
);
const ON_WEEKDAYS = words(`(?:on|am|an|immer) (?<days>${WEEKDAYS})|(?<each>${EACH_WEEKDAY})`);
/** "every day from Monday to Friday" */
const SOME_OF_EVERY_DAY = words(`(?:(?:on|am|an|from|von) )?(?<days>${WEEKDAY_RANGE}|${WEEKDAY_GROUP})`);
/** "every mon wed" */
const MORE_DAYS = new RegExp(`${TAKEN} (?:${WEEKDAY})(?!\\p{L})`, 'iu');
const ON_DATE = words(`(?:on|am) (?:the )?${DATE}`);
const ON_DAY = words(`(?:on|am) (?:the )?(?<day>${ORDINAL})(?: day)?(?: of(?: the month)?| des Monats)?`);
const ON_LAST_DAY = words('(?:on )?the last day(?: of(?: the month)?)?|am letzten(?: tag)?(?: des monats)?');
const UNTIL = words('(?:until|till|til|through|bis(?: zum| zur)?)');
const UNTIL_TIME = words(`(?:until|till|til|bis) (?<last>${CLOCK_TIME})(?! (?:${MONTH}))`);
const FROM = words('(?:starting(?: from| on)?|beginning(?: on)?|from|ab(?: dem)?)');
const COUNT = new RegExp(`(?<=${TAKEN},?\\s*)(?<count>\\d{1,4}) ?(?:times|mal|x)(?![\\p{L}])`, 'iu');
const FOR = new RegExp(
  `(?<=${TAKEN},?\\s*)(?:for|für) (?:the next )?(?<number>${NUMBER}) (?<unit>${UNIT})(?![\\p{L}])`,
  'iu',
);

/** Puts `TAKEN` for the first match and gives its groups; null when there is none. */
export function take(draft: Draft, form: RegExp): Groups | null {
  const match = form.exec(draft.rest);
  if (!match) return null;
  draft.rest = draft.rest.slice(0, match.index) + TAKEN + draft.rest.slice(match.index + match[0].length);
  return match.groups ?? {};
}

/** @throws ReminderError for a time of day that is none */
export function readClauses(before: Draft): Draft {
  const draft = { ...before, repetition: { ...before.repetition }, notes: [...before.notes] };
  readBetween(draft);
  readDays(draft);
  readTimes(draft);
  readEnds(draft);
  return draft;
}

/** "every 2 hours between 8 and 20" is at 8:00, 10:00 … 20:00 of every day. */
function readBetween(draft: Draft): void {
  const { repetition } = draft;
  if (repetition.unit !== 'hour' && repetition.unit !== 'minute') return;
  const range = take(draft, BETWEEN);
  if (!range) return;
  const step = repetition.every * (repetition.unit === 'hour' ? 60 : 1);
  const first = minuteOf(clockTime(range['first'] ?? '').time);
  const last = minuteOf(clockTime(range['last'] ?? '').time);
  if (first >= last)
    throw new ReminderError('Name an earlier and a later time of the same day, such as between 8 and 20.');
  const times = [];
  for (let minute = first; minute <= last; minute += step) times.push(timeOf(minute));
  Object.assign(repetition, { every: 1, unit: 'day', times });
}

const dayReaders: Partial<Record<Unit, (draft: Draft) => Partial<Repetition>>> = {
  day(draft) {
    const { days } = (draft.repetition.every === 1 && take(draft, SOME_OF_EVERY_DAY)) || {};
    return days === undefined ? {} : { weekdays: weekdaysOf(days) };
  },
  week(draft) {
    const { days, each = '' } = take(draft, ON_WEEKDAYS) ?? {};
    return { weekdays: weekdaysOf(days ?? each) };
  },
  month(draft) {
    const { day } = take(draft, ON_DAY) ?? {};
    if (day !== undefined) return { day: Number.parseInt(day, 10) };
    return take(draft, ON_LAST_DAY) ? { day: 31 } : {};
  },
  year(draft) {
    const on = take(draft, ON_DATE);
    return on ? dateOf(on) : {};
  },
};

function readDays(draft: Draft): void {
  const { unit, weekdays, day } = draft.repetition;
  if (weekdays.length === 0 && day === null) Object.assign(draft.repetition, dayReaders[unit]?.(draft));
  if (MORE_DAYS.test(draft.rest)) throw new ReminderError('Put “and” between the days of the week.');
}

function readTimes(draft: Draft): void {
  const { repetition, part, notes } = draft;
  if (repetition.times.length > 0) return;
  const found = take(draft, AT) ?? take(draft, BARE_TIMES);
  const list = found?.['times'] ?? found?.['times2'] ?? '';
  const times = Array.from(list.matchAll(new RegExp(CLOCK_TIME, 'giu')), ([written]) => clockTime(written));
  if (times.length > 0) {
    repetition.times = times.map((time) => atPart(time, part));
    const unsure = part === null ? times.find(({ unsure }) => unsure !== null) : undefined;
    if (unsure?.unsure) notes.push(unsureNote(unsure.unsure, unsure.time));
  } else if (part !== null) {
    repetition.times = [part];
    notes.push(`You gave no exact time, so I took ${part}.`);
  }
}

/** "every evening at 8" is at 20:00. */
function atPart({ time }: ClockTime, part: string | null): string {
  const minute = minuteOf(time);
  return part !== null && minuteOf(part) > HALF_DAY && minute < HALF_DAY ? timeOf(minute + HALF_DAY) : time;
}

function readEnds(draft: Draft): void {
  const { repetition } = draft;
  if (repetition.unit === 'hour' || repetition.unit === 'minute') readLastTime(draft);
  repetition.until = readDate(draft, UNTIL);
  repetition.from = readDate(draft, FROM);
  const times = take(draft, COUNT);
  if (times) repetition.count = Number(times['count']);
  const span = take(draft, FOR);
  if (!span || repetition.until !== null) return;
  const unit = unitOf(span['unit'] ?? '');
  if (unit === 'minute' || unit === 'hour') return;
  const end = firstDay(draft).add({ [`${unit}s`]: numberOf(span['number'] ?? '') });
  repetition.until = end.subtract({ days: 1 }).toString();
}

/** From which "for 2 weeks" counts: tomorrow, when today's times have passed. */
function firstDay({ repetition, here }: Draft): Temporal.PlainDate {
  if (repetition.from) return Temporal.PlainDate.from(repetition.from);
  const last = Temporal.PlainTime.from([...repetition.times].sort().at(-1) ?? DEFAULT_TIME);
  const isOver = Temporal.PlainTime.compare(last, here) <= 0;
  return here.toPlainDate().add({ days: isOver ? 1 : 0 });
}

/** "every hour until 18:00" is for today. */
function readLastTime(draft: Draft): void {
  const { repetition, here } = draft;
  const { last } = take(draft, UNTIL_TIME) ?? {};
  if (last === undefined) return;
  const step = repetition.every * (repetition.unit === 'hour' ? 60 : 1);
  const left = minuteOf(clockTime(last).time) - (here.hour * 60 + here.minute);
  repetition.count = Math.floor(left / step);
  if (repetition.count < 1) throw new ReminderError(`There is none before ${last} today.`);
}

/** The date behind such a word, with the time that may stand beside it. */
function readDate(draft: Draft, keyword: RegExp): string | null {
  const match = keyword.exec(draft.rest);
  if (!match) return null;
  const behind = draft.rest
    .slice(match.index + match[0].length)
    .replace(/^\s*\S+/, (word) => plainDates(word, draft.here.toPlainDate()));
  const found = leadingDate(behind, draft.here, draft.timeZone);
  if (!found) return null;
  draft.rest = draft.rest.slice(0, match.index) + TAKEN + behind.slice(found.end);
  if (found.time && draft.repetition.times.length === 0)
    draft.repetition.times = [found.time.toString({ smallestUnit: 'minute' })];
  return found.date.toString();
}
