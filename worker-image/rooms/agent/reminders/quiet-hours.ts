/** Until when Ara does not speak first. */
import type { QuietHours } from '../preferences.js';
import { instantOf, localOf } from './zoned-time.js';
import { Temporal } from 'temporal-polyfill';

/** When the quiet hours end that this instant lies in, or null when it lies in none. The end itself is not quiet. */
export function quietEnd(quietHours: QuietHours, timeZone: string, at: number): number | null {
  const from = Temporal.PlainTime.from(quietHours.from);
  const to = Temporal.PlainTime.from(quietHours.to);
  const order = Temporal.PlainTime.compare(from, to);
  if (order === 0) return null;
  const today = localOf(at, timeZone).toPlainDate();
  // As instants, not by the time on the wall: that is there twice when clocks are set back.
  for (const day of [today.subtract({ days: 1 }), today]) {
    const lastDay = order < 0 ? day : day.add({ days: 1 });
    const end = instantOf(lastDay.toPlainDateTime(to), timeZone);
    if (instantOf(day.toPlainDateTime(from), timeZone) <= at && at < end) return end;
  }
  return null;
}
