/** The part of a long text that a search is about. */
import { words } from './words.js';

const LONGEST = 240;
/** What stands before the word found. */
const LEAD = 60;
/** How far is looked, in characters. */
const FARTHEST = 20_000;

/** `sought` as `words` gives them. Texts of up to 240 characters come whole. */
export function snippetOf(text: string, sought: readonly string[]): string {
  if (text.length <= LONGEST) return text;
  const telling = new Set(sought);
  // The longest word found tells most.
  let best = { length: 0, at: 0 };
  for (const { 0: chunk, index } of text.slice(0, FARTHEST).matchAll(/\S{1,40}/g))
    for (const word of words(chunk))
      if (word.length > best.length && telling.has(word)) best = { length: word.length, at: index };
  const start = Math.max(0, Math.min(best.at - LEAD, text.length - LONGEST));
  const end = start + LONGEST;
  const part = text.slice(start, end).toWellFormed().trim();
  return `${start > 0 ? '…' : ''}${part}${end < text.length ? '…' : ''}`;
}
