/** "in 20 minutes", "in anderthalb Stunden": a span of minutes and hours from now. Days and longer are dates. */
import { numberOf, words } from './vocabulary.js';

const IN = 'in|within|after|nach|dans|en|em|daqui a|dentro de|over|tra|fra';
const AMOUNT =
  '\\d{1,4}(?:[.,]\\d{1,2})?|half an|a half|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|(?:einer )?halben|ein(?:e[rnm]?)?|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|zwölf|un[ea]?|uma?|een half|een';
const HOURS = 'hours?|hrs?|h|stunden?|std|heures?|uur|uren|horas?|or[ae]';
const MINUTES = 'minutes?|mins?|min|minuten?|minut[oi]s?|m';

const HALF_AN_HOUR = words(`(?:${IN}) (?:une demi-heure|media hora|meia hora|mezz[’']ora)`);
const SPAN = `(?:(?<hours>${AMOUNT})\\s*(?:${HOURS})(?:(?:,|\\s+and|\\s+und|\\s+et|\\s+y|\\s+e|\\s+en)?\\s*(?<more>${AMOUNT})\\s*(?:${MINUTES}))?|(?<minutes>${AMOUNT})\\s*(?:${MINUTES}))`;
const AHEAD = [words(`(?:${IN})\\s+${SPAN}`), words(`${SPAN} (?:from now|later)`)];

export interface Span {
  index: number;
  length: number;
  milliseconds: number;
  language: 'de' | 'en';
}

/** The first one in the text, or null. */
export function findSpan(text: string): Span | null {
  const half = HALF_AN_HOUR.exec(text);
  if (half) return { index: half.index, length: half[0].length, milliseconds: 30 * 60_000, language: 'en' };
  const match = AHEAD.map((form) => form.exec(text)).find((each) => each !== null);
  if (!match) return null;
  const { hours, more, minutes } = match.groups ?? {};
  const total = amountOf(hours) * 60 + amountOf(more) + amountOf(minutes);
  const language = /stunde|minuten/i.test(match[0]) ? 'de' : 'en';
  return { index: match.index, length: match[0].length, milliseconds: Math.round(total * 60_000), language };
}

function amountOf(text: string | undefined): number {
  if (text === undefined) return 0;
  return /half|halben/i.test(text) ? 0.5 : numberOf(text);
}
