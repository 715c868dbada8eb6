/** Between instants and the time on the wall of a time zone. Loads Temporal, so it is imported only when it is needed. */
import { Temporal } from 'temporal-polyfill';

export const localOf = (at: number, timeZone: string): Temporal.PlainDateTime =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDateTime();

/** The first of two where clocks are set back; the next minute there is where they are set forward. */
export const instantOf = (local: Temporal.PlainDateTime, timeZone: string): number =>
  placed(local, timeZone).at;

/** Like `instantOf`, but null on a day that the zone left out whole, as Samoa did in 2011. */
export function instantOnItsDay(local: Temporal.PlainDateTime, timeZone: string): number | null {
  const { at, dayExists } = placed(local, timeZone);
  return dayExists ? at : null;
}

function placed(local: Temporal.PlainDateTime, timeZone: string): { at: number; dayExists: boolean } {
  const found = local.toZonedDateTime(timeZone, { disambiguation: 'earlier' });
  if (found.toPlainDateTime().equals(local)) return { at: found.epochMilliseconds, dayExists: true };
  // The time falls into a gap, and Temporal gave the one as long before it.
  const after = found.getTimeZoneTransition('next') ?? found;
  const before = after.subtract({ milliseconds: 1 });
  const date = local.toPlainDate();
  return {
    at: after.epochMilliseconds,
    dayExists: [before, after].some((side) => side.toPlainDate().equals(date)),
  };
}
