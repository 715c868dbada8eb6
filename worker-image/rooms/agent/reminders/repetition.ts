/** What is to be repeated, as a person or the model says it, made into a schedule with everything filled in. */
import { Temporal } from 'temporal-polyfill';
import { firstOccurrence, handledNow } from './occurrences.js';
import { ReminderError } from './reminder-error.js';
import type { CalendarSchedule, RepeatingSchedule } from './schedule.js';
import { instantOf, localOf } from './zoned-time.js';

const MINUTE = 60_000;

/** For what has a date and no time of day. */
export const DEFAULT_TIME = '09:00';

export type Unit = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year';

/** Dates are `YYYY-MM-DD`, times `HH:MM`. */
export interface Repetition {
  /** From 1. */
  every: number;
  unit: Unit;
  /** 1 is Monday. */
  weekdays: number[];
  /** Empty for the default. */
  times: string[];
  day: number | null;
  month: number | null;
  from: string | null;
  until: string | null;
  count: number | null;
}

export const EVERY_DAY: Repetition = {
  every: 1,
  unit: 'day',
  weekdays: [],
  times: [],
  day: null,
  month: null,
  from: null,
  until: null,
  count: null,
};

/** @throws ReminderError for what does not go together */
export function scheduleOf(repetition: Repetition, now: number, timeZone: string): RepeatingSchedule {
  const { every, unit, until, count } = repetition;
  checkRepetition(repetition);
  if (unit === 'minute' || unit === 'hour') {
    const minutes = every * (unit === 'hour' ? 60 : 1);
    return { kind: 'elapsed', minutes, start: startOf(repetition, minutes, now, timeZone), until, count };
  }
  const schedule = calendar(repetition, localOf(now, timeZone).toPlainDate());
  const namesDay = repetition.weekdays.length > 0 || repetition.day !== null;
  if (repetition.from || !namesDay) return schedule;
  // Every second Friday is counted from the first that comes; every second week from today.
  const first = firstOccurrence({ ...schedule, every: 1 }, timeZone, handledNow(now, timeZone));
  return first === null ? schedule : { ...schedule, from: localOf(first, timeZone).toPlainDate().toString() };
}

function checkRepetition({ every, unit, weekdays }: Repetition): void {
  if (weekdays.length === 0 || unit === 'week' || (unit === 'day' && every === 1)) return;
  throw new ReminderError(
    unit === 'minute' || unit === 'hour'
      ? 'Hours and minutes cannot be kept to certain weekdays. Name the times of day instead.'
      : 'Weekdays go with weeks, such as every 2 weeks on Friday.',
  );
}

function calendar(repetition: Repetition, today: Temporal.PlainDate): CalendarSchedule {
  const { every, unit, weekdays, times, day, month, until, count } = repetition;
  const from = repetition.from ? Temporal.PlainDate.from(repetition.from) : today;
  return {
    kind: 'calendar',
    every,
    unit: unit === 'day' && weekdays.length > 0 ? 'week' : (unit as CalendarSchedule['unit']),
    from: from.toString(),
    weekdays: weekdays.length > 0 ? weekdays : [from.dayOfWeek],
    day: day ?? from.day,
    month: month ?? from.month,
    times: times.length > 0 ? [...new Set(times)].sort() : [DEFAULT_TIME],
    until,
    count,
  };
}

/** From the time that was given; otherwise the first comes when the time has passed once. */
function startOf({ from, times }: Repetition, minutes: number, now: number, timeZone: string): number {
  const [time] = times;
  if (!from && !time) return now + minutes * MINUTE;
  const date = from ? Temporal.PlainDate.from(from) : localOf(now, timeZone).toPlainDate();
  return instantOf(date.toPlainDateTime(Temporal.PlainTime.from(time ?? '00:00')), timeZone);
}
