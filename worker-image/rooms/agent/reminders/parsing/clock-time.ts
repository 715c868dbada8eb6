/** Times of day as people write them: `8`, `8:30`, `5pm`, `20 Uhr`, `noon`. */
import { ReminderError } from '../reminder-error.js';
import { timeOf } from '../schedule.js';

/** The source of a regular expression. */
export const CLOCK_TIME =
  "(?:\\d{1,2}(?:[:.]\\d{2})?(?:\\s*(?:am|pm|a\\.m\\.|p\\.m\\.|uhr|o'clock|h))?|noon|midday|midnight|mittags?|mitternacht)(?![\\p{L}\\d])";
/** One that cannot be another number. */
export const SURE_CLOCK_TIME =
  "(?:\\d{1,2}:\\d{2}(?:\\s*(?:am|pm|a\\.m\\.|p\\.m\\.|uhr))?|\\d{1,2}\\s*(?:am|pm|a\\.m\\.|p\\.m\\.|uhr|o'clock)|noon|midday|midnight|mittags?|mitternacht)(?![\\p{L}\\d])";

const FORM = /^(\d{1,2})(?:[:.](\d{2}))?\s*(.*)$/su;

export interface ClockTime {
  /** `HH:MM` */
  time: string;
  /** As it was written, when it may be meant for the afternoon and is taken for the morning. */
  unsure: string | null;
}

/** @throws ReminderError for `25:00` */
export function clockTime(written: string): ClockTime {
  const [, hours, minutes = '00', suffix = ''] = FORM.exec(written.trim()) ?? [];
  if (hours === undefined)
    return { time: /^mi(?:dnight|tternacht)/i.test(written) ? '00:00' : '12:00', unsure: null };
  const minute = minuteOfDay(Number(hours), Number(minutes), /^[ap]\.?m/i.exec(suffix)?.[0].charAt(0) ?? '');
  if (minute === null) throw new ReminderError(`“${written.trim()}” is no time of day.`);
  return { time: timeOf(minute), unsure: suffix === '' && /^[1-6]$/.test(hours) ? written.trim() : null };
}

/** `half` is `a`, `p` or nothing. Null for what no clock shows. */
function minuteOfDay(hour: number, minute: number, half: string): number | null {
  if (minute > 59) return null;
  if (half === '') return hour > 23 ? null : hour * 60 + minute;
  if (hour < 1 || hour > 12) return null;
  return ((hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0)) * 60 + minute;
}

export const unsureNote = (written: string, time: string): string =>
  `I took “${written}” as ${time}. For the afternoon write ${timeOf((Number(time.slice(0, 2)) + 12) * 60 + Number(time.slice(3)))}.`;
