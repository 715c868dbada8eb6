/** The reminders as a list, written and read: what was asked for and how far it has come, not what is being done about it. */
import * as z from 'zod';
import { AraError } from '../../../../contracts/errors.js';
import { channelKind, chatId } from '../../../../contracts/ids.js';
import type { ReminderDatabase } from '../reminders/database.js';
import type { Schedule } from '../reminders/schedule.js';

const count = z.int().nonnegative();
const day = z.iso.date();
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);
const localTime = z
  .string()
  .max(40)
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/);

const schedule = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('local'), at: localTime }),
  z.strictObject({ kind: z.literal('instant'), at: count }),
  z.strictObject({
    kind: z.literal('elapsed'),
    minutes: z.int().positive(),
    start: count,
    until: day.nullable(),
    count: z.int().positive().nullable(),
  }),
  z.strictObject({
    kind: z.literal('calendar'),
    every: z.int().positive(),
    unit: z.enum(['day', 'week', 'month', 'year']),
    from: day,
    weekdays: z.array(z.int().min(1).max(7)).max(7),
    day: z.int().min(0).max(31),
    month: z.int().min(0).max(12),
    times: z.array(clock).max(48),
    until: day.nullable(),
    count: z.int().positive().nullable(),
  }),
]) satisfies z.ZodType<Schedule>;

const reminder = z.strictObject({
  id: z.int().positive(),
  channel: channelKind,
  chat: chatId,
  kind: z.enum(['tell', 'ask']),
  text: z.string().min(1).max(2_000),
  schedule,
  came: count,
  handledLocal: localTime,
  nextAt: count,
  timeZone: z.string().min(1).max(64),
});
const reminders = z.array(reminder).max(500);

const COLUMNS = `id, channel, chat, kind, text, schedule, came, handled_local AS handledLocal, next_at AS nextAt,
  time_zone AS timeZone`;

/** JSON; empty when there is none. */
export function remindersAsJson(database: ReminderDatabase): string {
  const rows = database.all<{ schedule: string }>(`SELECT ${COLUMNS} FROM reminders ORDER BY id`);
  const list = rows.map((row) => ({ ...row, schedule: JSON.parse(row.schedule) as unknown }));
  return list.length > 0 ? `${JSON.stringify(list, null, 2)}\n` : '';
}

/** Into a database that has none; tells how many. @throws AraError `bad-archive` */
export function readReminders(database: ReminderDatabase, json: string): number {
  const list = parsed(json);
  for (const { id, channel, chat, kind, text, came, handledLocal, nextAt, timeZone, ...rest } of list)
    database.run(
      `INSERT OR REPLACE INTO reminders (id, channel, chat, kind, text, schedule, came, handled_local, next_at, time_zone)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[id, channel, chat, kind, text, JSON.stringify(rest.schedule), came, handledLocal, nextAt, timeZone],
    );
  return list.length;
}

function parsed(json: string): z.infer<typeof reminders> {
  try {
    return reminders.parse(JSON.parse(json));
  } catch (cause) {
    throw new AraError('bad-archive', 'the reminders are not as they should be', { cause });
  }
}
