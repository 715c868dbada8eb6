/** Tests of when a schedule comes, across daylight saving and the oddities of zones. */
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { firstOccurrence, handledNow, occurrences } from './occurrences.js';
import type { CalendarSchedule, ElapsedSchedule, Schedule } from './schedule.js';

const daily = (from: string, times: string[], other: Partial<CalendarSchedule> = {}): CalendarSchedule => ({
  ...{
    kind: 'calendar',
    every: 1,
    unit: 'day',
    from,
    weekdays: [],
    day: 1,
    month: 1,
    times,
    until: null,
    count: null,
  },
  ...other,
});

const elapsed = (start: string, minutes: number, until: string | null = null): ElapsedSchedule => ({
  ...{ kind: 'elapsed', minutes, start: Date.parse(start), until, count: null },
});

const zoned = (at: number, timeZone: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);

/** The first occurrences after an instant, as local times with their offset. */
function local(schedule: Schedule, timeZone: string, after: string, count: number): string[] {
  const found: string[] = [];
  for (const at of occurrences(schedule, timeZone, handledNow(Date.parse(after), timeZone))) {
    found.push(zoned(at, timeZone).toString({ smallestUnit: 'minute', timeZoneName: 'never' }));
    if (found.length === count) break;
  }
  return found;
}

describe('a time of day', () => {
  it('is the same on the wall the whole year', () => {
    expect(local(daily('2026-03-27', ['08:00']), 'Europe/Berlin', '2026-03-28T00:00Z', 3)).toEqual([
      '2026-03-28T08:00+01:00',
      '2026-03-29T08:00+02:00',
      '2026-03-30T08:00+02:00',
    ]);
    expect(local(daily('2026-10-30', ['08:00']), 'America/New_York', '2026-10-31T00:00Z', 3)).toEqual([
      '2026-10-31T08:00-04:00',
      '2026-11-01T08:00-05:00',
      '2026-11-02T08:00-05:00',
    ]);
    expect(local(daily('2026-11-20', ['05:45']), 'Asia/Kathmandu', '2026-11-24T00:00Z', 1)).toEqual([
      '2026-11-25T05:45+05:45',
    ]);
  });

  it('that the clocks skip comes at the next minute there is', () => {
    expect(local(daily('2026-03-28', ['02:30']), 'Europe/Berlin', '2026-03-28T12:00Z', 2)).toEqual([
      '2026-03-29T03:00+02:00',
      '2026-03-30T02:30+02:00',
    ]);
    expect(local(daily('2026-10-03', ['02:15']), 'Australia/Lord_Howe', '2026-10-03T00:00Z', 2)).toEqual([
      '2026-10-04T02:30+11:00',
      '2026-10-05T02:15+11:00',
    ]);
    expect(local(daily('2026-04-23', ['00:30']), 'Africa/Cairo', '2026-04-23T12:00Z', 2)).toEqual([
      '2026-04-24T01:00+03:00',
      '2026-04-25T00:30+03:00',
    ]);
  });

  it('that comes twice is taken the first time', () => {
    expect(local(daily('2026-10-24', ['02:30']), 'Europe/Berlin', '2026-10-24T12:00Z', 2)).toEqual([
      '2026-10-25T02:30+02:00',
      '2026-10-26T02:30+01:00',
    ]);
    expect(local(daily('2026-04-04', ['01:45']), 'Australia/Lord_Howe', '2026-04-04T00:00Z', 2)).toEqual([
      '2026-04-05T01:45+11:00',
      '2026-04-06T01:45+10:30',
    ]);
    expect(local(daily('2026-10-29', ['23:30']), 'Africa/Cairo', '2026-10-29T00:00Z', 2)).toEqual([
      '2026-10-29T23:30+03:00',
      '2026-10-30T23:30+02:00',
    ]);
  });

  it('is told once when two of them fall into the hour that is skipped', () => {
    expect(
      local(
        daily('2026-03-29', ['02:15', '02:45', '03:00', '04:00']),
        'Europe/Berlin',
        '2026-03-29T00:00Z',
        2,
      ),
    ).toEqual(['2026-03-29T03:00+02:00', '2026-03-29T04:00+02:00']);
  });

  it('has no occurrence on a day that a zone left out', () => {
    expect(local(daily('2011-12-29', ['08:00']), 'Pacific/Apia', '2011-12-29T12:00Z', 2)).toEqual([
      '2011-12-29T08:00-10:00',
      '2011-12-31T08:00+14:00',
    ]);
  });
});

describe('something that comes once', () => {
  it('comes on the next day there is, when its own was left out', () => {
    expect(local({ kind: 'local', at: '2011-12-30T08:00' }, 'Pacific/Apia', '2011-12-29T12:00Z', 2)).toEqual([
      '2011-12-31T00:00+14:00',
    ]);
  });

  it('does not come when it has passed', () => {
    expect(local({ kind: 'local', at: '2026-11-24T08:00' }, 'Europe/Berlin', '2026-11-24T07:00Z', 1)).toEqual(
      [],
    );
    expect(
      local({ kind: 'instant', at: Date.parse('2026-11-24T07:01Z') }, 'UTC', '2026-11-24T07:00Z', 1),
    ).toEqual(['2026-11-24T07:01+00:00']);
  });
});

describe('elapsed time', () => {
  it('goes on by itself while the clocks are changed', () => {
    expect(local(elapsed('2026-10-24T23:00Z', 60), 'Europe/Berlin', '2026-10-24T23:30Z', 4)).toEqual([
      '2026-10-25T02:00+02:00',
      '2026-10-25T02:00+01:00',
      '2026-10-25T03:00+01:00',
      '2026-10-25T04:00+01:00',
    ]);
  });

  it('begins with its start, and ends with its last date', () => {
    expect(
      local(elapsed('2026-11-24T10:00Z', 600, '2026-11-24'), 'Europe/Berlin', '2026-11-01T00:00Z', 9),
    ).toEqual(['2026-11-24T11:00+01:00', '2026-11-24T21:00+01:00']);
  });
});

describe('dates', () => {
  it('are counted from the first week, month or year', () => {
    const weeks = daily('2026-11-27', ['09:00'], { every: 2, unit: 'week', weekdays: [5, 1] });
    expect(local(weeks, 'UTC', '2026-11-24T00:00Z', 4)).toEqual([
      '2026-11-27T09:00+00:00',
      '2026-12-07T09:00+00:00',
      '2026-12-11T09:00+00:00',
      '2026-12-21T09:00+00:00',
    ]);
    const quarters = daily('2026-11-24', ['09:00'], { every: 3, unit: 'month', day: 15 });
    expect(local(quarters, 'UTC', '2026-11-24T00:00Z', 2)).toEqual([
      '2027-02-15T09:00+00:00',
      '2027-05-15T09:00+00:00',
    ]);
    const days = daily('2026-11-24', ['09:00'], { every: 3 });
    expect(local(days, 'UTC', '2026-12-24T12:00Z', 1)).toEqual(['2026-12-27T09:00+00:00']);
  });

  it('are the last day of months that are shorter', () => {
    const monthly = daily('2027-01-01', ['10:00'], { unit: 'month', day: 31 });
    expect(local(monthly, 'UTC', '2027-01-01T00:00Z', 4).map((at) => at.slice(0, 10))).toEqual([
      '2027-01-31',
      '2027-02-28',
      '2027-03-31',
      '2027-04-30',
    ]);
    const leapDays = daily('2026-11-24', ['10:00'], { unit: 'year', month: 2, day: 29 });
    expect(local(leapDays, 'UTC', '2026-11-24T00:00Z', 3).map((at) => at.slice(0, 10))).toEqual([
      '2027-02-28',
      '2028-02-29',
      '2029-02-28',
    ]);
  });

  it('begin and end with the dates that were given', () => {
    const some = daily('2026-12-01', ['08:00', '20:00'], { until: '2026-12-02' });
    expect(local(some, 'UTC', '2026-11-24T00:00Z', 9)).toHaveLength(4);
    expect(local(some, 'UTC', '2026-12-02T20:00Z', 9)).toEqual([]);
  });

  it('do not come again for one who has flown west', () => {
    // Told at 8:00 in Berlin; in New York it is 2:00 of the same day.
    const told = handledNow(Date.parse('2026-11-24T07:00Z'), 'Europe/Berlin');
    const next = firstOccurrence(daily('2026-11-20', ['08:00']), 'America/New_York', told);
    expect(
      zoned(next ?? 0, 'America/New_York')
        .toPlainDateTime()
        .toString(),
    ).toBe('2026-11-25T08:00:00');
  });
});

/** Zones with days around which clocks are changed. */
const CHANGES = [
  ['Europe/Berlin', '2026-03-29'],
  ['Europe/Berlin', '2026-10-25'],
  ['America/New_York', '2026-03-08'],
  ['America/New_York', '2026-11-01'],
  ['Australia/Lord_Howe', '2026-10-04'],
  ['Australia/Lord_Howe', '2026-04-05'],
  ['Africa/Cairo', '2026-04-24'],
  ['Africa/Cairo', '2026-10-30'],
  ['Pacific/Apia', '2011-12-30'],
  ['Africa/Casablanca', '2026-02-15'],
  ['America/St_Johns', '2011-03-13'],
  ['Asia/Kathmandu', '2026-06-01'],
] as const;

const timeOfDay = fc.integer({ min: 0, max: 24 * 60 - 1 }).map((minute) => {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
});

describe('whatever the schedule', () => {
  it('each day has its time, or the next minute there is', () => {
    fc.assert(
      fc.property(fc.constantFrom(...CHANGES), timeOfDay, ([timeZone, change], time) => {
        const from = Temporal.PlainDate.from(change).subtract({ days: 2 });
        const start = from.toZonedDateTime(timeZone).epochMilliseconds - 1;
        const found: number[] = [];
        for (const at of occurrences(daily(from.toString(), [time]), timeZone, handledNow(start, timeZone))) {
          if (found.push(at) === 5) break;
        }
        expect(found).toEqual(minutesByHand(from, time, timeZone, 5));
      }),
      { numRuns: 40 },
    );
  });

  it('occurrences ascend, are all later, and go on from any of them', () => {
    const schedule: fc.Arbitrary<Schedule> = fc.oneof(
      fc.record({
        kind: fc.constant('elapsed' as const),
        minutes: fc.integer({ min: 10, max: 5_000 }),
        start: fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2027-01-01') }),
        until: fc.constant(null),
        count: fc.constant(null),
      }),
      fc.record({
        kind: fc.constant('calendar' as const),
        every: fc.integer({ min: 1, max: 7 }),
        unit: fc.constantFrom('day' as const, 'week' as const, 'month' as const, 'year' as const),
        from: fc.constantFrom('2025-12-31', '2026-02-28', '2026-03-29', '2026-10-25'),
        weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
        day: fc.integer({ min: 1, max: 31 }),
        month: fc.integer({ min: 1, max: 12 }),
        times: fc.uniqueArray(timeOfDay, { minLength: 1, maxLength: 4 }),
        until: fc.constant(null),
        count: fc.constant(null),
      }),
    );
    const start = fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2026-12-31') });
    fc.assert(
      fc.property(schedule, start, fc.constantFrom(...CHANGES), (when, after, [timeZone]) => {
        const found: number[] = [];
        for (const at of occurrences(when, timeZone, handledNow(after, timeZone))) {
          if (found.push(at) === 12) break;
        }
        expect([after, ...found]).toEqual([...new Set([after, ...found])].sort((one, other) => one - other));
        found.slice(0, -1).forEach((at, index) => {
          expect(firstOccurrence(when, timeZone, handledNow(at, timeZone))).toBe(found[index + 1]);
        });
      }),
      { numRuns: 150 },
    );
  });
});

/** The same found by looking at a clock every minute. */
function minutesByHand(from: Temporal.PlainDate, time: string, timeZone: string, count: number): number[] {
  const clock = new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  const found: number[] = [];
  for (let day = from; found.length < count; day = day.add({ days: 1 })) {
    const noonUtc = day.toZonedDateTime({ timeZone: 'UTC', plainTime: '12:00' }).epochMilliseconds;
    const minutes = Array.from({ length: 54 * 60 }, (_none, index) => noonUtc + (index - 27 * 60) * 60_000);
    const ofDay = minutes.filter((at) => clock.format(at).startsWith(day.toString()));
    const exact = ofDay.find((at) => clock.format(at).endsWith(time));
    const chosen = exact ?? ofDay.find((at) => clock.format(at).slice(-5) > time);
    if (chosen !== undefined) found.push(chosen);
  }
  return found;
}
