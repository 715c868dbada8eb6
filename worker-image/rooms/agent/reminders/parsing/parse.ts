/** A reminder in a person's words: when it comes, and what it is about. Nothing is assumed without a note. */
import { plainDates, plainTimes } from './everyday-words.js';
import { DEFAULT_TIME_NOTE, findMoment } from './moment.js';
import type { Language } from './readings.js';
import { ReminderError } from '../reminder-error.js';
import { scheduleOf } from '../repetition.js';
import { TAKEN } from './repetition-clauses.js';
import { refuseMisread, refuseSeveralDays } from './refusals.js';
import { findRepetition } from './repetition-grammar.js';
import type { Schedule } from '../schedule.js';
import { localOf } from '../zoned-time.js';

export interface Parsed {
  text: string;
  when: Schedule;
  /** What the user should check, in whole sentences. */
  notes: string[];
}

const EXAMPLE = 'For example: `/remind tomorrow at 8 to call mum`';

/** @throws ReminderError, with an example, when there is no time, no text, or the time has passed */
export function parse(written: string, { now, timeZone }: { now: number; timeZone: string }): Parsed {
  const words = plainTimes(written.trim().replace(ADDRESS, ''));
  try {
    refuseMisread(words);
    const parsed = repeated(words, now, timeZone) ?? once(words, now, timeZone);
    if (!parsed) throw new ReminderError('I found no time in that.');
    if (parsed.text === '') throw new ReminderError('I found a time, but not what to remind you of.');
    return parsed;
  } catch (error) {
    if (error instanceof ReminderError) throw new ReminderError(`${error.message} ${EXAMPLE}`);
    throw error;
  }
}

function repeated(words: string, now: number, timeZone: string): Parsed | null {
  const found = findRepetition(words, localOf(now, timeZone), timeZone);
  if (!found) return null;
  const { repetition, rest, language } = found;
  const when = scheduleOf(repetition, now, timeZone);
  const isAssumed = when.kind === 'calendar' && repetition.times.length === 0;
  const notes = isAssumed ? [...found.notes, DEFAULT_TIME_NOTE] : found.notes;
  return { text: textOf(rest, language), when, notes };
}

function once(words: string, now: number, timeZone: string): Parsed | null {
  refuseSeveralDays(words);
  const text = plainDates(words, localOf(now, timeZone).toPlainDate());
  const moment = findMoment(text, now, timeZone);
  if (!moment) return null;
  const { when, notes, language, pieces } = moment;
  let rest = text;
  // From the last, so that the places of the others stay what they are.
  for (const { index, length } of [...pieces].reverse())
    rest = rest.slice(0, index) + TAKEN + rest.slice(index + length);
  return { text: textOf(rest, language), when, notes };
}

const ADDRESS = /^(?:please\s+|bitte\s+)?(?:remind\s+me\s+|erinner[en]?\s+mich\s+|me\s+|mich\s+|mir\s+)/iu;
/** What joins a time to the rest, before it. */
const JOINS = /\s*(?<![\p{L}\d])(?:at|on|by|for|um|am|gegen|den|à|le|el|a las?|op|om|às|alle?|il)?\s*$/iu;
const OPENINGS: Record<Language, RegExp> = {
  en: /^(?:(?:to|that|about|of)\s+)+/iu,
  de: /^(?:(?:zu|an|daran|dass|ans)[\s,]+)+/iu,
  fr: /^(?:de\s+|d['’]|que\s+|à\s+)/iu,
  es: /^(?:que|de)\s+/iu,
  nl: /^(?:om te|aan|dat)\s+/iu,
  it: /^(?:di|che)\s+/iu,
  pt: /^(?:de|que)\s+/iu,
};

/** What is left of the text, in one piece. */
function textOf(rest: string, language: Language): string {
  const parts = rest.split(TAKEN);
  const joined = parts
    .map((part, index) => (index < parts.length - 1 ? part.replace(JOINS, '') : part))
    .map((part) => part.replace(/^["”]?[\s,;:.–-]+/u, '').trim())
    .filter((part) => /[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(part))
    .join(' ');
  const stripped = joined.replace(OPENINGS.en, '');
  return (language === 'en' ? stripped : stripped.replace(OPENINGS[language], '')).trim();
}
