/** The reminders of one user, as the user and the model see them: set, changed, listed, cancelled. */
import type { Preferences, QuietHours } from '../preferences.js';
import type { ReminderDatabase } from './database.js';
import { ReminderError } from './reminder-error.js';
import {
  reminderOf,
  SELECT,
  scheduleOf,
  type Chat,
  type NewReminder,
  type Reminder,
  type Row,
} from './row.js';
import { checkSchedule, isRepeating, sameSchedule, type Schedule } from './schedule.js';
import { quietHoursOf, timeZoneOf } from './settings.js';
import { followTimeZone } from './time-zone-change.js';

const MOST_REMINDERS = 500;
/** Characters. */
const LONGEST_TEXT = 2_000;
/** Within this time the same reminder set again is the one that is there. */
const SAME = 2 * 60_000;
const CANCELLED_KEPT = 30 * 24 * 60 * 60_000;

/** Methods that work with local time load Temporal first, and then do all they do in one go. */
export class Reminders {
  constructor(
    readonly database: ReminderDatabase,
    private readonly preferences: () => Preferences,
    private readonly clock: () => number,
    /** The time at which the next one is due may have changed. */
    private readonly onChange: () => void,
  ) {}

  get timeZone(): string {
    return timeZoneOf(this.preferences());
  }

  get quietHours(): QuietHours | null {
    return quietHoursOf(this.preferences());
  }

  get now(): number {
    return this.clock();
  }

  /** A turn is done again after a crash, so a reminder that is there already is not set twice. @throws ReminderError */
  async add(reminder: NewReminder): Promise<Reminder> {
    const { channel, chat, kind, when } = reminder;
    const text = checkedText(reminder.text);
    checkSchedule(when, kind);
    const { handledLocal, nextAt, timeZone } = await this.plan(when);
    const twin = this.database
      .all<Row>(
        `${SELECT} WHERE channel = ? AND chat = ? AND kind = ? AND text = ? AND abs(next_at - ?) <= ?`,
        ...[channel, chat, kind, text, nextAt, SAME],
      )
      .find((row) => sameSchedule(scheduleOf(row), when));
    if (twin) return reminderOf(twin);
    if (this.count() >= MOST_REMINDERS)
      throw new ReminderError(`There are ${MOST_REMINDERS} reminders, and no more fit. Cancel some first.`);
    this.database.run(
      `INSERT INTO reminders (channel, chat, kind, text, schedule, handled_local, next_at, time_zone)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[channel, chat, kind, text, JSON.stringify(when), handledLocal, nextAt, timeZone],
    );
    const row = this.database.get<Row>(`${SELECT} WHERE id = last_insert_rowid()`);
    if (!row) throw new Error('the reminder was not written');
    this.onChange();
    return reminderOf(row);
  }

  /** Null when there is no such reminder. @throws ReminderError, and then nothing has changed */
  async change(id: number, change: Partial<Omit<NewReminder, keyof Chat>>): Promise<Reminder | null> {
    const plan = change.when ? await this.plan(change.when) : null;
    const row = this.row(id);
    if (!row) return null;
    const { kind, text, when } = { ...reminderOf(row), ...change };
    const checked = checkedText(text);
    checkSchedule(when, kind);
    this.database.transaction(() => {
      this.database.run('UPDATE reminders SET kind = ?, text = ? WHERE id = ?', kind, checked, id);
      if (!plan) return;
      this.database.run(
        `UPDATE reminders SET schedule = ?, came = 0, handled_local = ?, next_at = ?, time_zone = ?,
           claimed_times = NULL, claimed_through = NULL, failures = 0, retry_at = NULL WHERE id = ?`,
        ...[JSON.stringify(when), plan.handledLocal, plan.nextAt, plan.timeZone, id],
      );
    });
    this.onChange();
    return { ...reminderOf(row), kind, text: checked, when, next: plan?.nextAt ?? row.nextAt };
  }

  /** The soonest first. */
  async list(): Promise<Reminder[]> {
    await followTimeZone(this.database, this.timeZone, this.now);
    return this.database.all<Row>(`${SELECT} ORDER BY next_at, id`).map(reminderOf);
  }

  /** Whether there was one. An own turn of it that is already on its way will say nothing. */
  cancel(id: number): boolean {
    const known = this.database.transaction(() => {
      if (this.database.run('DELETE FROM reminders WHERE id = ?', id) === 0) return false;
      this.database.run('DELETE FROM cancelled WHERE at < ?', this.now - CANCELLED_KEPT);
      this.database.run('INSERT INTO cancelled VALUES (?, ?)', id, this.now);
      return true;
    });
    if (known) this.onChange();
    return known;
  }

  /** Whether it was cancelled in the last 30 days. */
  wasCancelled(id: number): boolean {
    return this.database.get('SELECT 1 FROM cancelled WHERE id = ?', id) !== undefined;
  }

  private count(): number {
    return this.database.get<{ count: number }>('SELECT count(*) AS count FROM reminders')?.count ?? 0;
  }

  private row(id: number): Row | undefined {
    return this.database.get<Row>(`${SELECT} WHERE id = ?`, id);
  }

  private async plan(when: Schedule): Promise<Pick<Row, 'handledLocal' | 'nextAt' | 'timeZone'>> {
    const { firstOccurrence, handledNow } = await import('./occurrences.js');
    const { timeZone } = this;
    const handled = handledNow(this.now, timeZone);
    const nextAt = firstOccurrence(when, timeZone, handled);
    if (nextAt === null)
      throw new ReminderError(
        isRepeating(when) ? 'This would never come: it ends before it begins.' : 'That time has passed.',
      );
    return { handledLocal: handled.local, nextAt, timeZone };
  }
}

function checkedText(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') throw new ReminderError('The reminder has no text.');
  if (trimmed.length > LONGEST_TEXT)
    throw new ReminderError('The text is longer than 2,000 characters. Make it shorter.');
  return trimmed;
}
