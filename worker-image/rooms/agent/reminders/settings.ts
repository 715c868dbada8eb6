/** What of the user's preferences counts for reminders. They may have been edited by hand, so nonsense counts as none. */
import type { Preferences, QuietHours } from '../preferences.js';

const TIME_OF_DAY = /^([01]\d|2[0-3]):[0-5]\d$/;
const SHORTEST_HEARTBEAT = 30;
const zones = new Map<string, boolean>();

export const timeZoneOf = ({ timeZone }: Preferences): string => (isZone(timeZone) ? timeZone : 'UTC');

export const quietHoursOf = ({ quietHours }: Preferences): QuietHours | null =>
  quietHours && TIME_OF_DAY.test(quietHours.from) && TIME_OF_DAY.test(quietHours.to) ? quietHours : null;

/** Null for never. */
export const heartbeatMinutesOf = ({ heartbeatMinutes }: Preferences): number | null =>
  Number.isFinite(heartbeatMinutes)
    ? Math.max(Math.round(Number(heartbeatMinutes)), SHORTEST_HEARTBEAT)
    : null;

function isZone(name: string): boolean {
  let known = zones.get(name);
  if (known === undefined) zones.set(name, (known = isAccepted(name)));
  return known;
}

function isAccepted(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return true;
  } catch {
    return false;
  }
}
