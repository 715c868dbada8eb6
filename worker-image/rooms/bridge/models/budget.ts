/** The user's budget in words: what a `/budget` message asks for, and what the user is told when much of it is used. */
import type { Caps } from '../../../../contracts/rooms-door.js';

export type Period = keyof Caps;
export const PERIODS: readonly Period[] = ['day', 'month'];

/** Parts of a cap, in percent, that the user is told about once they are used. */
const THRESHOLDS = [100, 80, 50];
const MAX_DOLLARS = 1_000_000;
const MICROS = 1_000_000;

/** One digit or two behind the point or the comma: `1,000` could be read in two ways, so it is not read at all. */
const CLAUSE =
  /^(day|daily|month|monthly)\s+(?:(off|none)|(?:us)?\$?\s*(\d{1,7})(?:[.,](\d{1,2}))?\s*(?:\$|usd|dollars?)?)(?:\s+(?:and\s+)?|$)/;

/** The caps that hold after this message, for example `/budget day 2.50`; null when it names nothing readable. */
export function readBudget(text: string, caps: Caps): Caps | null {
  let rest = /^\/budget(?:@\w+)?\s+(\S.*)$/is.exec(text.trim())?.[1]?.toLowerCase();
  if (rest === undefined) return null;
  if (/^(?:off|none)$/.test(rest)) return { day: null, month: null };
  const next = { ...caps };
  while (rest) {
    const clause = CLAUSE.exec(rest);
    if (!clause) return null;
    const [whole, period = '', off, dollars, cents = ''] = clause;
    const micros = Number(dollars) * MICROS + Number(cents.padEnd(2, '0')) * 10_000;
    if (!off && micros > MAX_DOLLARS * MICROS) return null;
    next[period.startsWith('day') || period === 'daily' ? 'day' : 'month'] = off ? null : micros;
    rest = rest.slice(whole.length);
  }
  return next;
}

/** The highest threshold that the spending has passed, 0 for none. */
export function thresholdPassed(spent: number, cap: number | null): number {
  if (cap === null || spent === 0) return 0;
  return THRESHOLDS.find((percent) => spent * 100 >= cap * percent) ?? 0;
}

export function warningOf(period: Period, threshold: number, spent: number, cap: number): string {
  const whose = period === 'day' ? "today's" : "this month's";
  const sums = `${dollarsOf(spent)} of ${dollarsOf(cap)}`;
  if (threshold < 100)
    return `You have used ${Math.floor((spent * 100) / cap)} % of ${whose} budget: ${sums}.`;
  const until = period === 'day' ? 'midnight UTC' : 'the first of the month, UTC';
  return `You have used up ${whose} budget: ${sums}. Raise it with /budget ${period} AMOUNT, or wait until ${until}.`;
}

const dollarsOf = (micros: number): string => `$${(micros / MICROS).toFixed(2)}`;
