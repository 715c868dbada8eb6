/** What `/remind` answers: sets a reminder from plain words, lists them, cancels them. */
import { ReminderError } from './reminder-error.js';
import type { Reminders } from './reminders.js';
import type { Chat, Reminder } from './row.js';
import { isRepeating } from './schedule.js';

export interface RemindCall extends Chat {
  reminders: Reminders;
  /** When the user wrote it. */
  now: number;
}

const MOST_SHOWN = 50;
const LONGEST_SHOWN = 120;

const CANCEL =
  /^(?:cancel|delete|remove)(?:\s+(?<all>all)(?<yes>\s+yes)?|(?<ids>(?:[\s,]+[#r]?\d{1,15})+))?$/i;
const HOW =
  'To set one: `/remind tomorrow at 8 to call mum` or `/remind every weekday at 7:30 stand-up`. `/remind` lists them, `/remind cancel 3` takes one back, `/remind cancel all` all of them.';

/** The answer, Markdown. `args` is what stands behind `/remind`. A refusal is part of the answer. */
export async function remindCommand(args: string, call: RemindCall): Promise<string> {
  const words = args.trim();
  if (/^(?:list)?$/i.test(words)) return list(call);
  if (/^help$/i.test(words)) return HOW;
  const cancelled = CANCEL.exec(words);
  if (cancelled) return cancel(cancelled.groups ?? {}, call);
  try {
    return await set(words, call);
  } catch (error) {
    if (error instanceof ReminderError) return error.message;
    throw error;
  }
}

async function set(words: string, { reminders, channel, chat, now }: RemindCall): Promise<string> {
  const [{ parse }, { understood }] = await Promise.all([
    import('./parsing/parse.js'),
    import('./confirmation.js'),
  ]);
  const { text, when, notes } = parse(words, { now, timeZone: reminders.timeZone });
  const reminder = await reminders.add({ channel, chat, kind: 'tell', text, when });
  const told = understood(reminder, reminders);
  return [
    `⏰ Reminder **${reminder.id}** is set: ${reminder.text}`,
    capitalised(told.when),
    `\`/remind cancel ${reminder.id}\` takes it back.`,
    ...[...notes, ...told.notes].map((note) => `- ${note}`),
  ].join('\n');
}

async function list({ reminders, channel, chat }: RemindCall): Promise<string> {
  const all = await reminders.list();
  if (all.length === 0) return `There are no reminders. ${HOW}`;
  const { momentWords, scheduleWords } = await import('./words.js');
  const line = (reminder: Reminder): string => {
    const isHere = reminder.channel === channel && reminder.chat === chat;
    const next = momentWords(reminder.next, reminders.timeZone);
    const when = isRepeating(reminder.when) ? `${scheduleWords(reminder.when)}, next on ${next}` : next;
    const marks = [reminder.kind === 'ask' && 'done by me', !isHere && 'in another chat'].filter(Boolean);
    return `- **${reminder.id}**: ${shortened(reminder.text)} (${[when, ...marks].join('; ')})`;
  };
  const more = all.length > MOST_SHOWN ? [`- and ${all.length - MOST_SHOWN} later ones`] : [];
  return [
    `**Your reminders**, in the time of ${reminders.timeZone}`,
    ...all.slice(0, MOST_SHOWN).map(line),
    ...more,
    '',
    '`/remind cancel ID` takes one back, `/remind cancel all` all of them.',
  ].join('\n');
}

/** Cancelling all cannot be undone, so it is asked for twice. */
async function cancel(
  { all, yes, ids }: Partial<Record<string, string>>,
  { reminders }: RemindCall,
): Promise<string> {
  if (ids) {
    return Array.from(ids.matchAll(/\d+/g), ([digits]) => Number(digits))
      .map((id) =>
        // Also one that an earlier try of this command cancelled.
        reminders.cancel(id) || reminders.wasCancelled(id)
          ? `Reminder **${id}** is cancelled.`
          : `There is no reminder **${id}**. \`/remind\` lists them.`,
      )
      .join('\n');
  }
  if (!all) return HOW;
  const known = await reminders.list();
  if (known.length === 0) return 'There are no reminders.';
  const count = known.length === 1 ? 'one reminder' : `${known.length} reminders`;
  if (!yes) return `This cancels ${count}. To do it: \`/remind cancel all yes\``;
  for (const { id } of known) reminders.cancel(id);
  return `Cancelled ${count}.`;
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > LONGEST_SHOWN ? `${line.slice(0, LONGEST_SHOWN).toWellFormed()}…` : line;
}
