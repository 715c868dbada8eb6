/** The user is in another time zone: what was set by the time on the wall comes by that of the new one. */
import type { ReminderDatabase } from './database.js';
import { scheduleOf, SELECT, type Row } from './row.js';
import { isRepeating } from './schedule.js';

/** What is due already stays so. */
const TO_CHANGE = 'WHERE time_zone <> ? AND claimed_through IS NULL AND next_at > ?';

/** Loads Temporal only when something is to change. */
export async function followTimeZone(
  database: ReminderDatabase,
  timeZone: string,
  now: number,
): Promise<void> {
  if (!database.get(`SELECT 1 FROM reminders ${TO_CHANGE}`, timeZone, now)) return;
  const { firstOccurrence } = await import('./occurrences.js');
  database.transaction(() => {
    for (const row of database.all<Row>(`${SELECT} ${TO_CHANGE}`, timeZone, now)) {
      const schedule = scheduleOf(row);
      // One that comes once may be in the past by now, and is told as missed; one that repeats just goes on.
      const at = isRepeating(schedule) ? now : -Infinity;
      const nextAt = firstOccurrence(schedule, timeZone, { at, local: row.handledLocal });
      if (nextAt === null) database.run('DELETE FROM reminders WHERE id = ?', row.id);
      else
        database.run(
          'UPDATE reminders SET next_at = ?, time_zone = ? WHERE id = ?',
          ...[nextAt, timeZone, row.id],
        );
    }
  });
}
