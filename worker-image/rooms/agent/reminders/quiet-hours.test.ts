/** Tests of the quiet hours, over midnight and where clocks are changed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quietEnd } from './quiet-hours.js';
import { at, HOUR, MINUTE } from './testing/reminder-world.js';

const NIGHT = { from: '22:00', to: '07:00' };
const endOf = (time: string, hours = NIGHT): string | null => {
  const end = quietEnd(hours, 'Europe/Berlin', at(time));
  return end === null ? null : new Date(end).toISOString();
};

describe('quiet hours', () => {
  it('go over midnight', () => {
    expect(endOf('2026-11-24T21:59+01:00')).toBeNull();
    expect(endOf('2026-11-24T22:00+01:00')).toBe('2026-11-25T06:00:00.000Z');
    expect(endOf('2026-11-25T06:59+01:00')).toBe('2026-11-25T06:00:00.000Z');
    expect(endOf('2026-11-25T07:00+01:00')).toBeNull();
  });

  it('lie within a day', () => {
    const noon = { from: '12:00', to: '14:00' };
    expect(endOf('2026-11-24T12:30+01:00', noon)).toBe('2026-11-24T13:00:00.000Z');
    expect(endOf('2026-11-24T14:30+01:00', noon)).toBeNull();
  });

  it('end by the clock on the wall when it is changed in the night', () => {
    expect(endOf('2026-03-28T23:00+01:00')).toBe('2026-03-29T05:00:00.000Z');
    expect(endOf('2026-10-24T23:00+02:00')).toBe('2026-10-25T06:00:00.000Z');
  });

  it('end once when their end comes twice, or is skipped', () => {
    const untilHalfPast = { from: '22:00', to: '02:30' };
    expect(endOf('2026-10-25T02:00+02:00', untilHalfPast)).toBe('2026-10-25T00:30:00.000Z');
    expect(endOf('2026-10-25T02:00+01:00', untilHalfPast)).toBeNull();
    expect(endOf('2026-03-29T01:30+01:00', untilHalfPast)).toBe('2026-03-29T01:00:00.000Z');
  });

  it('are none when they begin as they end', () => {
    expect(endOf('2026-11-24T08:00+01:00', { from: '08:00', to: '08:00' })).toBeNull();
  });

  it('always end later than now, at a time that is not quiet', () => {
    const time = fc.integer({ min: 0, max: 23 }).map((hour) => `${String(hour).padStart(2, '0')}:00`);
    const moment = fc.integer({ min: at('2026-03-27'), max: at('2026-11-05') });
    fc.assert(
      fc.property(time, time, moment, (from, to, now) => {
        const end = quietEnd({ from, to }, 'Europe/Berlin', now);
        if (end === null) return;
        expect(end).toBeGreaterThan(now);
        expect(end - now).toBeLessThanOrEqual(25 * HOUR);
        expect(quietEnd({ from, to }, 'Europe/Berlin', end)).toBeNull();
        expect(quietEnd({ from, to }, 'Europe/Berlin', end - MINUTE)).toBe(end);
      }),
    );
  });
});
