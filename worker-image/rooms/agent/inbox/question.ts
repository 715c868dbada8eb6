/** What a model is told of a message: its words, what it replies to, and what it brought, each so that it is no other. Pure. */
import { sizeOf } from '../workspace/text.js';
import type { Arrival } from './arrival.js';
import { kinds } from './file-name.js';

const QUOTE_HEAD = '[The message that this one replies to. It is quoted, not said now:]';
/** Of one voice note. */
const LONGEST_WORDS = 20_000;

export interface Said {
  text: string;
  quoted: string | null;
}

/** Empty when there is nothing that could be answered. */
export function questionOf({ text, quoted }: Said, arrivals: readonly Arrival[]): string {
  const said = [text, ...arrivals.flatMap(({ words }) => (words ? spoken(words) : []))].filter(Boolean);
  const files = arrivals.filter(({ words, path, fault }) => !words && (path !== null || !fault)).map(kept);
  const missing = arrivals.flatMap((arrival) => (arrival.fault === null ? [] : [notTaken(arrival)]));
  if (said.length + files.length === 0) return '';
  const quote = quoted?.trim() ? [quotation(quoted)] : [];
  const lines = [...files, ...missing];
  return [...quote, ...said, ...(lines.length > 0 ? [lines.join('\n')] : [])].join('\n\n');
}

/** Every line of it is marked, so that no word of it can pass for the user's own. */
function quotation(quoted: string): string {
  const lines = quoted.trim().split(/\r\n|[\n\r\v\f\x85\u2028\u2029]/);
  return [QUOTE_HEAD, ...lines.map((line) => `> ${line}`)].join('\n');
}

const spoken = (words: string): string => `(said in a voice note) ${words.slice(0, LONGEST_WORDS)}`;

/** The path in quotes as JSON has them: a name cannot end them. */
function kept({ kind, path, type, bytes }: Arrival): string {
  const where = path === null ? `a ${kinds[kind]}, not kept` : JSON.stringify(path);
  return `[attached: ${where}, ${type ?? 'unknown'}, ${sizeOf(bytes)}]`;
}

const notTaken = ({ kind, name }: Arrival): string =>
  `[attached, but not taken: a ${kinds[kind]}${name === null ? '' : ` called ${JSON.stringify(name)}`}; the user is told why]`;
