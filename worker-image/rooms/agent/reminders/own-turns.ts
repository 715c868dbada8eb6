/** The turns that nobody wrote: how a reminder or a heartbeat is asked for, and what is said or asked when it comes. */
import type { OwnTurnRequest } from '../../../../contracts/rooms-door.js';
import { LATE, type Due } from './due-reminders.js';
import type { Chat } from './row.js';

/**
 * What an own turn does: `say` is told as it is, and nothing is when it is empty; `ask` goes to the model, and when
 * `quiet` is set an answer that is just NOTHING goes to nobody.
 */
export type OwnTurn = { say: string } | { ask: string; quiet: boolean };

export interface OwnTurnContext {
  now: number;
  timeZone: string;
  wasCancelled(id: number): boolean;
  /** What `HEARTBEAT.md` holds; null when it is missing or blank. */
  heartbeatText(): string | null;
}

/** Of `HEARTBEAT.md`, in characters. */
const LONGEST_HEARTBEAT = 6_000;

const SILENT: OwnTurn = { say: '' };

/** `tell.ID.MS.TIMES` or `ask.ID.MS.TIMES`: so many occurrences, the first at that time. */
const REMINDER = /^(tell|ask)\.(\d+)\.(\d+)\.(\d+)$/;

/** Everything that is known of it is in the key, so that a reminder that came for the last time may be forgotten. */
export const reminderTurn = ({ id, kind, channel, chat, text, at, times }: Due): OwnTurnRequest => ({
  key: `${kind}.${id}.${at}.${times}`,
  channel,
  chat,
  text,
});

/** `since` is the heartbeat before, which it is named by. */
export const heartbeatTurn = ({ channel, chat }: Chat, since: number): OwnTurnRequest => ({
  key: `heartbeat.${since}`,
  channel,
  chat,
  text: 'Heartbeat',
});

/**
 * What to do on an own turn. How late it is counts from now, not from when it was made: the machine may have been off in
 * between. A reminder that was cancelled meanwhile says nothing, since the user has been told that it will not come.
 */
export async function ownTurnOf(key: string, text: string, context: OwnTurnContext): Promise<OwnTurn> {
  const [, kind, id, at, times] = REMINDER.exec(key) ?? [];
  if (kind === undefined) return heartbeat(context.heartbeatText());
  if (context.wasCancelled(Number(id))) return SILENT;
  const since = await lateSince(Number(at), Number(times), context);
  return kind === 'tell' ? tell(text, Number(times), since) : ask(text, Number(times), since);
}

/** Since when it has been due, in words; null when it comes in time. */
async function lateSince(
  at: number,
  times: number,
  { now, timeZone }: OwnTurnContext,
): Promise<string | null> {
  if (times === 1 && now - at <= LATE) return null;
  const { pastWords } = await import('./words.js');
  return pastWords(at, now, timeZone);
}

function tell(text: string, times: number, since: string | null): OwnTurn {
  if (since === null) return { say: `⏰ ${text}` };
  const late = times === 1 ? `Missed at ${since}` : `Missed ${times} times since ${since}`;
  return { say: `⏰ ${late}: ${text}` };
}

function ask(text: string, times: number, since: string | null): OwnTurn {
  const late = times === 1 ? `It was due at ${since}` : `It was due ${times} times since ${since}`;
  const note = since === null ? '' : ` ${late} and is done now, once.`;
  const frame = `(The user asked earlier that this be done now; it is no new message.${note} Do it and tell the result.)`;
  return { ask: `${frame}\n\n${text}`, quiet: false };
}

function heartbeat(text: string | null): OwnTurn {
  if (text === null) return SILENT;
  const frame =
    '(Nobody wrote: this is the regular look at HEARTBEAT.md in the workspace. If something in it needs the user now, tell them in a few words. Otherwise answer just NOTHING.)';
  return { ask: `${frame}\n\n${text.slice(0, LONGEST_HEARTBEAT).toWellFormed()}`, quiet: true };
}
