/** What was understood of a reminder, exactly: for the user to check, and for the model to tell. */
import { occurrences, handledNow } from './occurrences.js';
import { quietEnd } from './quiet-hours.js';
import type { Reminders } from './reminders.js';
import type { Reminder } from './row.js';
import { isRepeating } from './schedule.js';
import { momentWords, scheduleWords } from './words.js';

/** Occurrences that are looked at for quiet hours: a day of hourly ones. */
const LOOKED_AT = 24;
const ZONE_HINT = 'time-zone-hint';

export interface Understood {
  /** The whole schedule, with the time zone. */
  when: string;
  /** What else the user should know, in whole sentences. */
  notes: string[];
}

export function understood(reminder: Reminder, reminders: Reminders): Understood {
  const { when, next } = reminder;
  const { timeZone } = reminders;
  const first = momentWords(next, timeZone);
  const notes = [quietNote(reminder, reminders), zoneHint(reminder, reminders)];
  return {
    when: isRepeating(when)
      ? `${scheduleWords(when)} (${timeZone}), first on ${first}`
      : `${first} (${timeZone})`,
    notes: notes.filter((note) => note !== null),
  };
}

function quietNote({ kind, when, next }: Reminder, reminders: Reminders): string | null {
  const { quietHours, timeZone } = reminders;
  if (!quietHours) return null;
  const coming = [next];
  for (const at of occurrences(when, timeZone, handledNow(next, timeZone))) {
    if (coming.push(at) >= LOOKED_AT) break;
  }
  if (!coming.some((at) => quietEnd(quietHours, timeZone, at) !== null)) return null;
  const hours = `your quiet hours (${quietHours.from} to ${quietHours.to})`;
  return kind === 'ask' && isRepeating(when)
    ? `What falls into ${hours} waits until they end.`
    : `What falls into ${hours} comes all the same, because you asked for that time.`;
}

/** Said once ever: UTC is what a new user has. */
function zoneHint({ when }: Reminder, { timeZone, database }: Reminders): string | null {
  if (timeZone !== 'UTC' || when.kind === 'instant' || database.fact(ZONE_HINT) !== null) return null;
  database.setFact(ZONE_HINT, 'said');
  return 'These are times of UTC. To set your own time zone: `/settings timezone Europe/Berlin`';
}
