/** The instants at which a schedule comes, by the rules of a time zone. Pure. */
import { Temporal } from 'temporal-polyfill';
import type { CalendarSchedule, ElapsedSchedule, Schedule } from './schedule.js';
import { instantOf, instantOnItsDay, localOf } from './zoned-time.js';

const MINUTE = 60_000;

/** What has been seen to already: nothing at or before it comes again. */
export interface Handled {
  at: number;
  /** The time on the wall then, where the user was: a day's reminder does not come twice because they flew west. */
  local: string;
}

/** Where one that is set now begins. */
export const handledNow = (now: number, timeZone: string): Handled => ({
  at: now,
  local: localOf(now, timeZone).toString(),
});

/** Strictly ascending, all after `handled`; endless for one that repeats without end. */
export function occurrences(schedule: Schedule, timeZone: string, handled: Handled): Iterable<number> {
  if (schedule.kind === 'elapsed') return elapsed(schedule, timeZone, handled.at);
  if (schedule.kind === 'calendar') return calendar(schedule, timeZone, handled);
  const at = schedule.kind === 'instant' ? schedule.at : instantOf(local(schedule.at), timeZone);
  return at > handled.at ? [at] : [];
}

export function firstOccurrence(schedule: Schedule, timeZone: string, handled: Handled): number | null {
  for (const at of occurrences(schedule, timeZone, handled)) return at;
  return null;
}

function* elapsed(schedule: ElapsedSchedule, timeZone: string, after: number): Generator<number> {
  const step = schedule.minutes * MINUTE;
  const passed = Math.max(0, Math.floor((after - schedule.start) / step) + 1);
  const end = schedule.until === null ? Infinity : endOf(date(schedule.until), timeZone);
  for (let at = schedule.start + passed * step; at < end; at += step) yield at;
}

function* calendar(schedule: CalendarSchedule, timeZone: string, handled: Handled): Generator<number> {
  const handledLocal = local(handled.local);
  const times = [...schedule.times].sort().map((time) => Temporal.PlainTime.from(time));
  const from = later(date(schedule.from), handledLocal.toPlainDate());
  const until = schedule.until === null ? null : date(schedule.until);
  let last = handled.at;
  for (const day of dates(schedule, from)) {
    if (until && Temporal.PlainDate.compare(day, until) > 0) return;
    for (const time of times) {
      const wanted = day.toPlainDateTime(time);
      if (Temporal.PlainDateTime.compare(wanted, handledLocal) <= 0) continue;
      const at = instantOnItsDay(wanted, timeZone);
      // Two times within the hour that daylight saving skips are one.
      if (at === null || at <= last) continue;
      yield (last = at);
    }
  }
}

/** Every date of the schedule from this one on, ascending. */
function* dates(schedule: CalendarSchedule, from: Temporal.PlainDate): Generator<Temporal.PlainDate> {
  const { every } = schedule;
  const anchor = firstDayOf(schedule, date(schedule.from));
  const unit = `${schedule.unit}s` as const;
  const passed = anchor.until(from, { largestUnit: unit })[unit];
  for (let period = Math.floor(passed / every) * every; ; period += every) {
    const start = anchor.add({ [unit]: period });
    for (const day of datesWithin(schedule, start)) {
      if (Temporal.PlainDate.compare(day, from) >= 0) yield day;
    }
  }
}

/** The day from which days, weeks, months or years are counted. */
function firstDayOf({ unit }: CalendarSchedule, from: Temporal.PlainDate): Temporal.PlainDate {
  if (unit === 'day') return from;
  if (unit === 'week') return from.subtract({ days: from.dayOfWeek - 1 });
  return from.with(unit === 'month' ? { day: 1 } : { day: 1, month: 1 });
}

function datesWithin(schedule: CalendarSchedule, start: Temporal.PlainDate): Temporal.PlainDate[] {
  const { unit, day, month, weekdays } = schedule;
  if (unit === 'day') return [start];
  if (unit === 'week')
    return [...weekdays].sort((one, other) => one - other).map((each) => start.add({ days: each - 1 }));
  // Temporal takes the last day of a month that is shorter.
  return [start.with(unit === 'month' ? { day } : { day, month })];
}

const endOf = (day: Temporal.PlainDate, timeZone: string): number =>
  instantOf(day.add({ days: 1 }).toPlainDateTime(), timeZone);

const later = (one: Temporal.PlainDate, other: Temporal.PlainDate): Temporal.PlainDate =>
  Temporal.PlainDate.compare(one, other) > 0 ? one : other;

const date = (text: string): Temporal.PlainDate => Temporal.PlainDate.from(text);
const local = (text: string): Temporal.PlainDateTime => Temporal.PlainDateTime.from(text);
