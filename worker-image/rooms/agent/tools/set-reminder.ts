/** `set_reminder`: something that is told, or done by the assistant, later and perhaps again and again. */
import * as z from 'zod/mini';
import { ReminderError } from '../reminders/reminder-error.js';
import type { Reminders } from '../reminders/reminders.js';
import type { Schedule } from '../reminders/schedule.js';
import { ToolError, type Tool } from './tool.js';

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const DATE = /^\d{4}-\d\d-\d\d$/;
const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;
const MINUTE = 60_000;

const parameters = z.object({
  text: z.string(),
  kind: z
    ._default(z.enum(['tell', 'ask']), 'tell')
    .check(z.describe('tell: text is sent as it is; ask: you do then what text asks')),
  at: z
    .optional(z.string().check(z.regex(/^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d$/)))
    .check(z.describe("the user's local time, 2027-01-31T08:00; with repeat the first")),
  inMinutes: z.optional(z.number().check(z.positive(), z.maximum(5_256_000))),
  repeat: z.optional(
    z.object({
      every: z._default(z.int().check(z.minimum(1), z.maximum(100_000)), 1),
      unit: z.enum(['minute', 'hour', 'day', 'week', 'month', 'year']),
      weekdays: z.optional(z.array(z.enum(WEEKDAYS))),
      times: z.optional(z.array(z.string().check(z.regex(TIME)))).check(z.describe('HH:MM')),
      dayOfMonth: z.optional(z.int().check(z.minimum(1), z.maximum(31))),
      until: z.optional(z.string().check(z.regex(DATE))).check(z.describe('last date')),
    }),
  ),
  id: z.optional(z.number()).check(z.describe('changes this reminder')),
});
type Call = z.infer<typeof parameters>;

const result = z.object({ id: z.number(), when: z.string(), notes: z.array(z.string()) });

export const setReminderTool = (reminders: Reminders): Tool<Call, z.infer<typeof result>> => ({
  name: 'set_reminder',
  description:
    'Sets a reminder: give one of at, inMinutes, repeat. Tell the user exactly the time that comes back.',
  arguments: parameters,
  result,
  progress: 'Setting a reminder',
  leavesTrace: true,
  async run(call, { turn: { channel, chat } }) {
    const { understood } = await import('../reminders/confirmation.js');
    const { id, kind, text } = call;
    try {
      const when = await scheduleOfCall(call, reminders);
      const reminder =
        id === undefined
          ? await reminders.add({ channel, chat, kind, text, when })
          : await reminders.change(id, { kind, text, when });
      if (!reminder) throw new ToolError(`There is no reminder ${id}.`);
      return { id: reminder.id, ...understood(reminder, reminders) };
    } catch (error) {
      if (error instanceof ReminderError) throw new ToolError(error.message);
      throw error;
    }
  },
});

/** @throws ReminderError */
async function scheduleOfCall({ at, inMinutes, repeat }: Call, reminders: Reminders): Promise<Schedule> {
  if (inMinutes !== undefined) {
    if (at !== undefined || repeat) throw new ReminderError('Give inMinutes alone, without at and repeat.');
    return { kind: 'instant', at: reminders.now + Math.round(inMinutes * MINUTE) };
  }
  if (!isDate(at?.slice(0, 10)) || !isDate(repeat?.until)) throw new ReminderError('There is no such date.');
  if (repeat) return repeating(repeat, at, reminders);
  if (at === undefined) throw new ReminderError('Give one of at, inMinutes, repeat.');
  return { kind: 'local', at };
}

/** @throws ReminderError */
async function repeating(
  { every, unit, weekdays = [], times = [], dayOfMonth, until }: NonNullable<Call['repeat']>,
  at: string | undefined,
  { now, timeZone }: Reminders,
): Promise<Schedule> {
  const [from = null, time] = at?.split('T') ?? [];
  const timesOfDay = time !== undefined && times.length === 0 ? [time] : times;
  if (timesOfDay.length === 0 && !['minute', 'hour'].includes(unit))
    throw new ReminderError('Give the times of day: times, or at for the first.');
  if (unit === 'year' && from === null) throw new ReminderError('Give at: the first of the yearly dates.');
  const { scheduleOf } = await import('../reminders/repetition.js');
  const repetition = {
    ...{ every, unit, from, month: null, count: null, times: timesOfDay },
    weekdays: weekdays.map((weekday) => WEEKDAYS.indexOf(weekday) + 1),
    day: dayOfMonth ?? null,
    until: until ?? null,
  };
  return scheduleOf(repetition, now, timeZone);
}

/** Whether the calendar has this date, of the right form; none at all is fine. */
function isDate(date: string | undefined): boolean {
  if (date === undefined) return true;
  const parsed = new Date(`${date}T00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date);
}
