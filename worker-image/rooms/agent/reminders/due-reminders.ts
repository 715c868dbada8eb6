/** Which reminders are due, and what becomes of them: nothing is lost and nothing comes twice, wherever a crash falls. */
import type { QuietHours } from '../preferences.js';
import type { Reminders } from './reminders.js';
import { scheduleOf, SELECT, type Chat, type Row } from './row.js';
import { isRepeating, type ReminderKind } from './schedule.js';
import { followTimeZone } from './time-zone-change.js';

const MINUTE = 60_000;
/** One that is told later than this was missed: it says so, and waits for the end of the quiet hours. */
export const LATE = 2 * MINUTE;
const LONGEST_RETRY = 6 * 60 * MINUTE;

/** What is to be told now: so many occurrences of one reminder, the first at `at`, all until `through`. */
export interface Due extends Chat {
  id: number;
  kind: ReminderKind;
  text: string;
  at: number;
  times: number;
  through: number;
}

export class DueReminders {
  constructor(private readonly reminders: Reminders) {}

  /** When `take` will give something; in the past when it would now. Null when nothing is set. */
  async next(): Promise<number | null> {
    const { database, now } = this.reminders;
    if (!database.get('SELECT 1 FROM reminders')) return null;
    await this.followTimeZone();
    const dueAt = await this.planner(now);
    let next: number | null = null;
    for (const row of database.all<Row>(`${SELECT} ORDER BY next_at`)) {
      // Nothing is due before its own time.
      if (next !== null && row.nextAt >= next) break;
      next = Math.min(next ?? Infinity, dueAt(row));
    }
    return next;
  }

  /**
   * Everything that is to be told now. It is noted down how many occurrences are meant before anyone hears of them, so
   * that until `done` the same ones are given again, however much later that is.
   */
  async take(): Promise<Due[]> {
    const { database, now } = this.reminders;
    await this.followTimeZone();
    if (!database.get('SELECT 1 FROM reminders WHERE next_at <= ?', now)) return [];
    const dueAt = await this.planner(now);
    const { occurrences } = await import('./occurrences.js');
    return database.transaction(() =>
      database
        .all<Row>(`${SELECT} WHERE next_at <= ? ORDER BY next_at, id`, now)
        .filter((row) => dueAt(row) <= now)
        .map((row) => this.claim(row, now, occurrences)),
    );
  }

  /** The bridge room has taken it: goes on to the next occurrence, or ends. */
  async done({ id, through, times }: Due): Promise<void> {
    const { firstOccurrence, handledNow } = await import('./occurrences.js');
    const { database, timeZone } = this.reminders;
    const row = database.get<Row>(`${SELECT} WHERE id = ?`, id);
    // Cancelled or set anew in between.
    if (row?.claimedThrough !== through) return;
    const schedule = scheduleOf(row);
    const came = row.came + times;
    const handled = handledNow(through, row.timeZone);
    const goesOn = isRepeating(schedule) && came < (schedule.count ?? Infinity);
    const nextAt = goesOn ? firstOccurrence(schedule, timeZone, handled) : null;
    if (nextAt === null) database.run('DELETE FROM reminders WHERE id = ?', id);
    else
      database.run(
        `UPDATE reminders SET came = ?, handled_local = ?, next_at = ?, time_zone = ?, claimed_times = NULL,
           claimed_through = NULL, failures = 0, retry_at = NULL WHERE id = ?`,
        ...[came, handled.local, nextAt, timeZone, id],
      );
  }

  /** The bridge room did not take it: tried again after 2 minutes, 4, 8 … at most 6 hours. */
  failed({ id, through }: Due): void {
    const { database, now } = this.reminders;
    database.run(
      `UPDATE reminders SET failures = failures + 1, retry_at = ? + min(? << min(failures, 8), ?)
       WHERE id = ? AND claimed_through = ?`,
      ...[now, 2 * MINUTE, LONGEST_RETRY, id, through],
    );
  }

  private claim(row: Row, now: number, occurrences: Occurrences): Due {
    const { id, channel, chat, kind, text, nextAt } = row;
    const about = { id, channel, chat, kind, text, at: nextAt };
    if (row.claimedTimes !== null && row.claimedThrough !== null)
      return { ...about, times: row.claimedTimes, through: row.claimedThrough };
    const times = timesUntil(now, row, occurrences);
    this.reminders.database.run(
      'UPDATE reminders SET claimed_times = ?, claimed_through = ? WHERE id = ?',
      ...[times, now, id],
    );
    return { ...about, times, through: now };
  }

  /** Tells of a row when it is to be told, given that it is `now`. */
  private async planner(now: number): Promise<(row: Row) => number> {
    const { quietHours, timeZone } = this.reminders;
    const quietUntil = quietHours ? await quietUntilBy(quietHours, timeZone) : (at: number) => at;
    return (row) => {
      if (row.claimedThrough !== null) return row.retryAt ?? row.nextAt;
      const moment = Math.max(row.nextAt, now);
      // What the user did not ask for at this very time: Ara would speak first.
      const unasked = moment - row.nextAt > LATE || (row.kind === 'ask' && isRepeating(scheduleOf(row)));
      return unasked ? quietUntil(moment) : row.nextAt;
    };
  }

  private followTimeZone(): Promise<void> {
    const { database, timeZone, now } = this.reminders;
    return followTimeZone(database, timeZone, now);
  }
}

type Occurrences = (typeof import('./occurrences.js'))['occurrences'];

/** How many occurrences of a due reminder there were up to now, and at most as many as it has left. */
function timesUntil(now: number, row: Row, occurrences: Occurrences): number {
  const schedule = scheduleOf(row);
  if (!isRepeating(schedule)) return 1;
  let times = 1;
  for (const at of occurrences(schedule, row.timeZone, { at: row.nextAt, local: row.handledLocal })) {
    if (at > now) break;
    times++;
  }
  return Math.min(times, (schedule.count ?? Infinity) - row.came);
}

async function quietUntilBy(quietHours: QuietHours, timeZone: string): Promise<(at: number) => number> {
  const { quietEnd } = await import('./quiet-hours.js');
  return (at) => quietEnd(quietHours, timeZone, at) ?? at;
}
