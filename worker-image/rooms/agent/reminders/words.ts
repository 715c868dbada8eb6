/** Times and schedules as the user reads them. */
import { Temporal } from 'temporal-polyfill';
import type { CalendarSchedule, ElapsedSchedule, RepeatingSchedule } from './schedule.js';
import { localOf } from './zoned-time.js';

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
];
const HOUR = 60;

/** `Tuesday 24 November 2026 at 08:00` */
export function momentWords(at: number, timeZone: string): string {
  const local = localOf(at, timeZone);
  return `${dateWords(local)} ${local.year} at ${timeWords(local)}`;
}

/** `08:00 on Tuesday 24 November`; with the year when it is not that of `now`. */
export function pastWords(at: number, now: number, timeZone: string): string {
  const local = localOf(at, timeZone);
  const year = local.year === localOf(now, timeZone).year ? '' : ` ${local.year}`;
  return `${timeWords(local)} on ${dateWords(local)}${year}`;
}

/** `every Monday and Thursday at 09:00, until 24 December 2026` */
export function scheduleWords(schedule: RepeatingSchedule): string {
  const until = schedule.until === null ? '' : `, until ${longDate(Temporal.PlainDate.from(schedule.until))}`;
  const count =
    schedule.count === null ? '' : `, ${schedule.count === 1 ? 'once' : `${schedule.count} times`}`;
  const when =
    schedule.kind === 'elapsed'
      ? elapsedWords(schedule)
      : `${dayWords(schedule)} at ${listWords([...schedule.times].sort())}`;
  return `${when}${until}${count}`;
}

function elapsedWords({ minutes }: ElapsedSchedule): string {
  return minutes % HOUR === 0 ? everyWords(minutes / HOUR, 'hour') : everyWords(minutes, 'minute');
}

function dayWords(schedule: CalendarSchedule): string {
  const { every, unit, weekdays, day, month } = schedule;
  if (unit === 'day') return everyWords(every, 'day');
  if (unit === 'week') {
    const days = weekdayWords(weekdays);
    return every === 1 ? `every ${days}` : `${everyWords(every, 'week')} on ${days}`;
  }
  if (unit === 'month') {
    const shorter = day > 28 ? ' (the last day of shorter months)' : '';
    return `${everyWords(every, 'month')} on the ${ordinal(day)}${shorter}`;
  }
  const shorter = month === 2 && day === 29 ? ' (28 in other years)' : '';
  return `${everyWords(every, 'year')} on ${day} ${MONTHS[month - 1] ?? ''}${shorter}`;
}

const everyWords = (every: number, unit: string): string =>
  every === 1 ? `every ${unit}` : `every ${every} ${unit}s`;

function weekdayWords(weekdays: number[]): string {
  const sorted = [...weekdays].sort((one, other) => one - other);
  if (sorted.join() === '1,2,3,4,5') return 'weekday (Monday to Friday)';
  return listWords(sorted.map((weekday) => WEEKDAYS[weekday - 1] ?? ''));
}

const listWords = (words: string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;

function ordinal(day: number): string {
  const ending = day % 100 > 10 && day % 100 < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][day % 10] ?? 'th');
  return `${day}${ending}`;
}

const dateWords = (date: Temporal.PlainDateTime | Temporal.PlainDate): string =>
  `${WEEKDAYS[date.dayOfWeek - 1] ?? ''} ${date.day} ${MONTHS[date.month - 1] ?? ''}`;

const longDate = (date: Temporal.PlainDate): string => `${dateWords(date)} ${date.year}`;

const timeWords = (local: Temporal.PlainDateTime): string =>
  local.toPlainTime().toString({ smallestUnit: 'minute' });
