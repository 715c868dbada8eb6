/** Tests of days in the user's time zone. */
import { describe, expect, it } from 'vitest';
import { dayBefore, dayOf } from './days.js';

describe('dayOf', () => {
  it.each([
    ['2026-03-01T22:59:59Z', 'Europe/Berlin', '2026-03-01'],
    ['2026-03-01T23:00:00Z', 'Europe/Berlin', '2026-03-02'],
    ['2026-03-01T07:59:59Z', 'America/Los_Angeles', '2026-02-28'],
    ['2026-03-01T10:00:00Z', 'Pacific/Kiritimati', '2026-03-02'],
    ['2026-12-31T18:30:00Z', 'Asia/Kolkata', '2027-01-01'],
  ])('%s in %s is %s', (time, timeZone, day) => {
    expect(dayOf(Date.parse(time), timeZone)).toBe(day);
  });

  it('takes a time zone that nobody knows for UTC', () => {
    expect(dayOf(Date.parse('2026-03-01T23:30:00Z'), 'Mars/Olympus')).toBe('2026-03-01');
  });
});

describe('dayBefore', () => {
  it('goes by the calendar, also over the end of a year and a leap day', () => {
    expect(dayBefore('2026-01-01')).toBe('2025-12-31');
    expect(dayBefore('2028-03-01')).toBe('2028-02-29');
  });
});
