/** One point in time out of a text: which of its dates and times is meant, and what had to be assumed. */
import { Temporal } from 'temporal-polyfill';
import { unsureNote } from './clock-time.js';
import { readings, type Language, type Reading } from './readings.js';
import { ReminderError } from '../reminder-error.js';
import { DEFAULT_TIME } from '../repetition.js';
import type { InstantSchedule, LocalSchedule } from '../schedule.js';
import { findSpan } from './spans.js';
import { momentWords } from '../words.js';
import { instantOf, localOf } from '../zoned-time.js';

export const DEFAULT_TIME_NOTE = `You gave no time of day, so I took ${DEFAULT_TIME}.`;

/** Of the text, what was understood as the time. */
export interface Piece {
  index: number;
  length: number;
}

export interface Moment {
  when: LocalSchedule | InstantSchedule;
  pieces: Piece[];
  language: Language;
  /** What the user should check, in whole sentences. */
  notes: string[];
}

/** The readings that make up one point in time. */
interface Choice {
  language: Language;
  date: Reading | null;
  time: Reading | null;
  pieces: Reading[];
  others: Reading[];
}

/** Null when the text holds no time. @throws ReminderError when it has passed */
export function findMoment(text: string, now: number, timeZone: string): Moment | null {
  const here = localOf(now, timeZone);
  const choice = best(
    readings(text, here, timeZone).map(({ language, found }) => choose(text, language, found)),
  );
  const span = findSpan(text);
  const isWhole = choice?.date && choice.time?.said === 'hour';
  if (span && !(isWhole && (choice.pieces[0]?.index ?? 0) < span.index)) {
    return {
      when: { kind: 'instant', at: now + span.milliseconds },
      pieces: [span],
      language: span.language,
      notes: [],
    };
  }
  if (!choice) return null;
  const { when, notes } = resolve(choice, here);
  const at = when.kind === 'instant' ? when.at : instantOf(Temporal.PlainDateTime.from(when.at), timeZone);
  if (at <= now) throw new ReminderError(`${momentWords(at, timeZone)} has passed.`);
  const left = choice.others
    .filter(({ date }) => date)
    .map(({ index, length }) => `“${text.slice(index, index + length)}” stays part of the text.`);
  return { when, pieces: choice.pieces, language: choice.language, notes: [...notes, ...left] };
}

/** The date with which a text begins, within a few letters; with the hour that was said beside it. */
export function leadingDate(
  text: string,
  here: Temporal.PlainDateTime,
  timeZone: string,
): { date: Temporal.PlainDate; time: Temporal.PlainTime | null; end: number } | null {
  const found = readings(text, here, timeZone)
    .flatMap((language) => language.found.filter(({ index, date }) => date && index <= 4))
    .reduce<Reading | null>((longest, next) => (next.length > (longest?.length ?? 0) ? next : longest), null);
  if (!found?.date) return null;
  const { date, said, time, index, length } = found;
  return { date, time: said === 'hour' ? time : null, end: index + length };
}

/** The one that explains most of the text. */
const best = (choices: (Choice | null)[]): Choice | null =>
  choices.reduce((most, next) => (next && lengthOf(next) > lengthOf(most) ? next : most), null);

const lengthOf = (choice: Choice | null): number =>
  choice?.pieces.reduce((sum, { length }) => sum + length, 0) ?? 0;

function choose(text: string, language: Language, found: Reading[]): Choice | null {
  const pick = (fits: (reading: Reading) => unknown): Reading | null => {
    const fitting = found.filter(fits);
    const atStart = fitting.find(({ index }) => index === 0);
    const atEnd = fitting.find(({ index, length }) => index + length === text.length);
    return atStart ?? atEnd ?? fitting[0] ?? null;
  };
  const whole = pick(({ date, said }) => date && said === 'hour');
  const date = whole ?? pick((reading) => reading.date);
  const time = whole ?? pick(({ said }) => said === 'hour') ?? (date?.time ? date : pick(({ said }) => said));
  const pieces = [...new Set([date, time])]
    .filter((piece) => piece !== null)
    .sort((one, other) => one.index - other.index);
  if (pieces.length === 0) return null;
  return { language, date, time, pieces, others: found.filter((reading) => !pieces.includes(reading)) };
}

function resolve(choice: Choice, now: Temporal.PlainDateTime): Pick<Moment, 'when' | 'notes'> {
  const { date, time } = choice;
  if (time?.instant != null) {
    if (date && date !== time)
      throw new ReminderError('Put the date beside a time with a time zone, such as “tomorrow at 8 EST”.');
    return { when: { kind: 'instant', at: time.instant }, notes: [] };
  }
  const { clock, notes } = clockOf(choice, now);
  const day = date?.date ?? firstDay(clock, now);
  const at = day.toPlainDateTime(clock).toString({ smallestUnit: 'minute' });
  return { when: { kind: 'local', at }, notes };
}

function clockOf(
  { date, time }: Choice,
  now: Temporal.PlainDateTime,
): { clock: Temporal.PlainTime; notes: string[] } {
  const said = time?.time;
  if (!said) {
    if (date?.date?.equals(now.toPlainDate()))
      throw new ReminderError('At what time today? Add it, such as “at 18:00”.');
    return { clock: Temporal.PlainTime.from(DEFAULT_TIME), notes: [DEFAULT_TIME_NOTE] };
  }
  if (time.said === 'part')
    return { clock: said, notes: [`You gave no exact time, so I took ${shortTime(said)}.`] };
  if (time.bare === null) return { clock: said, notes: [] };
  const clock = bareTime(said, date, time, now);
  if (!clock.equals(said)) {
    const note = `I took “${time.bare}” as ${shortTime(clock)}. For the morning write ${shortTime(said)}.`;
    return { clock, notes: [note] };
  }
  return { clock, notes: clock.hour <= 6 ? [unsureNote(time.bare, shortTime(clock))] : [] };
}

/** "at 8" is the next 8:00 or 20:00 that comes; with another day than today it is the morning's. */
function bareTime(
  clock: Temporal.PlainTime,
  date: Reading | null,
  time: Reading,
  now: Temporal.PlainDateTime,
): Temporal.PlainTime {
  const evening = clock.add({ hours: 12 });
  // "tonight … at 8"
  if (date && date !== time && date.time && date.time.hour >= 12) return evening;
  const isToday = !date?.date || date.date.equals(now.toPlainDate());
  const isBetween =
    Temporal.PlainTime.compare(clock, now) <= 0 && Temporal.PlainTime.compare(evening, now) > 0;
  return isToday && isBetween ? evening : clock;
}

function firstDay(clock: Temporal.PlainTime, now: Temporal.PlainDateTime): Temporal.PlainDate {
  const today = now.toPlainDate();
  return Temporal.PlainTime.compare(clock, now) > 0 ? today : today.add({ days: 1 });
}

const shortTime = (time: Temporal.PlainTime): string => time.toString({ smallestUnit: 'minute' });
