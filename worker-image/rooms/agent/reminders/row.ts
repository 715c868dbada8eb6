/** A reminder as its table holds it, and as the rest of Ara sees it. */
import type { Turn } from '../../../../contracts/rooms-door.js';
import type { ReminderKind, Schedule } from './schedule.js';

export type Chat = Pick<Turn, 'channel' | 'chat'>;

export interface NewReminder extends Chat {
  kind: ReminderKind;
  text: string;
  when: Schedule;
}

export interface Reminder extends NewReminder {
  /** Never given twice. */
  id: number;
  /** Milliseconds since 1970. */
  next: number;
}

export interface Row extends Chat {
  id: number;
  kind: ReminderKind;
  text: string;
  schedule: string;
  came: number;
  handledLocal: string;
  nextAt: number;
  timeZone: string;
  claimedTimes: number | null;
  claimedThrough: number | null;
  failures: number;
  retryAt: number | null;
}

export const SELECT = `SELECT id, channel, chat, kind, text, schedule, came,
  handled_local AS handledLocal, next_at AS nextAt, time_zone AS timeZone, claimed_times AS claimedTimes,
  claimed_through AS claimedThrough, failures, retry_at AS retryAt FROM reminders`;

export const scheduleOf = (row: Pick<Row, 'schedule'>): Schedule => JSON.parse(row.schedule) as Schedule;

export const reminderOf = (row: Row): Reminder => ({
  id: row.id,
  channel: row.channel,
  chat: row.chat,
  kind: row.kind,
  text: row.text,
  when: scheduleOf(row),
  next: row.nextAt,
});
