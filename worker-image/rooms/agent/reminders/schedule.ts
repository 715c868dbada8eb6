/** When a reminder comes: the forms, and which of them are allowed. Dates are `YYYY-MM-DD`, times of day `HH:MM`. */
import { ReminderError } from './reminder-error.js';

/** `tell`: the text is told as it is. `ask`: the assistant does at that time what the text asks for. */
export type ReminderKind = 'tell' | 'ask';

/** Once, at this time on the wall: follows the user into another time zone. `at` is `YYYY-MM-DDTHH:MM`. */
export interface LocalSchedule {
  kind: 'local';
  at: string;
}

/** Once, at this instant: what was asked for as "in 20 minutes". Milliseconds since 1970. */
export interface InstantSchedule {
  kind: 'instant';
  at: number;
}

/** At `start` and again and again after so much time has passed, whatever the clocks on the wall do. */
export interface ElapsedSchedule {
  kind: 'elapsed';
  minutes: number;
  start: number;
  /** The last date on which it may come. */
  until: string | null;
  count: number | null;
}

/** On certain dates at times on the wall: follows daylight saving, and the user into another time zone. */
export interface CalendarSchedule {
  kind: 'calendar';
  every: number;
  unit: 'day' | 'week' | 'month' | 'year';
  /** No occurrence is before this date; every so many days, weeks … are counted from it. */
  from: string;
  /** For weeks: 1 is Monday, 7 Sunday. */
  weekdays: number[];
  /** For months and years; the last day of a month that is shorter. */
  day: number;
  /** For years. */
  month: number;
  times: string[];
  until: string | null;
  count: number | null;
}

export type RepeatingSchedule = ElapsedSchedule | CalendarSchedule;
export type Schedule = LocalSchedule | InstantSchedule | RepeatingSchedule;

export const isRepeating = (schedule: Schedule): schedule is RepeatingSchedule =>
  schedule.kind === 'elapsed' || schedule.kind === 'calendar';

const SHORTEST_MINUTES: Record<ReminderKind, number> = { tell: 10, ask: 30 };
const MOST_EVERY = 1_000;
const MOST_TIMES = 48;
const DAY_MINUTES = 24 * 60;

/** @throws ReminderError when it repeats too often or too seldom */
export function checkSchedule(schedule: Schedule, kind: ReminderKind): void {
  if (!isRepeating(schedule)) return;
  const every = schedule.kind === 'elapsed' ? Math.ceil(schedule.minutes / DAY_MINUTES) : schedule.every;
  if (!(every >= 1 && every <= MOST_EVERY)) throw new ReminderError(`I can repeat every 1 to ${MOST_EVERY}.`);
  if (schedule.kind === 'calendar' && schedule.times.length > MOST_TIMES)
    throw new ReminderError(`I can remind at ${MOST_TIMES} times of a day at the most.`);
  if (schedule.count !== null && !(schedule.count >= 1))
    throw new ReminderError('A reminder must come at least once.');
  const shortest = schedule.kind === 'elapsed' ? schedule.minutes : shortestGap(schedule.times);
  if (shortest < SHORTEST_MINUTES[kind])
    throw new ReminderError(
      kind === 'tell'
        ? 'A reminder can repeat every 10 minutes at the most often.'
        : 'A request to the assistant can repeat every 30 minutes at the most often.',
    );
}

/** Minutes between two of these times of day, round the clock. */
function shortestGap(times: string[]): number {
  const minutes = times.map(minuteOf).sort((one, other) => one - other);
  return Math.min(
    ...minutes.map((minute, index) => (minutes[index + 1] ?? (minutes[0] ?? 0) + DAY_MINUTES) - minute),
  );
}

export const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

export const timeOf = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

/**
 * Whether two schedules were asked for in the same words. What counts from the moment of asking, such as "in 20 minutes",
 * may differ in that moment.
 */
export const sameSchedule = (one: Schedule, other: Schedule): boolean => shapeOf(one) === shapeOf(other);

function shapeOf(schedule: Schedule): string {
  if (schedule.kind === 'instant') return schedule.kind;
  return JSON.stringify(schedule.kind === 'elapsed' ? { ...schedule, start: 0 } : schedule);
}
