/** What a user searches for, as expressions of SQLite's full-text search that no text can break. */
import { isUnspaced, words } from './words.js';

const LONGEST_QUERY = 1_000;
const MOST_TERMS = 12;
/** A shorter beginning would stand for half of all words. */
const SHORTEST_PREFIX = 3;

export interface Term {
  /** An expression by itself: a word, a phrase in quotes, or two neighbours of a script without spaces. */
  exact: string;
  /** Also what the last word is the beginning of. */
  begun?: string;
}

/** None when the query has no word. */
export function termsOf(query: string): Term[] {
  const exact: string[] = [];
  // Every other part lies between quotes.
  const parts = query.slice(0, LONGEST_QUERY).split('"');
  for (const [at, part] of parts.entries())
    exact.push(...(at % 2 === 1 ? [phrase(words(part))] : part.split(/\s+/).flatMap(chunkTerms)));
  const terms = new Map<string, Term>();
  for (const each of exact.filter((term) => term !== '""').slice(0, MOST_TERMS))
    terms.set(each, { exact: each });
  const last = words(parts.at(-1) ?? '').at(-1) ?? '';
  const term = terms.get(phrase([last]));
  if (term && parts.length % 2 === 1 && last.length >= SHORTEST_PREFIX && !isUnspaced(last))
    term.begun = `(${term.exact} OR ${term.exact} *)`;
  return [...terms.values()];
}

export const anyOf = (terms: readonly string[]): string => `(${terms.join(' OR ')})`;
export const allOf = (terms: readonly string[]): string => `(${terms.join(' AND ')})`;

function chunkTerms(chunk: string): string[] {
  const found = words(chunk);
  return found.flatMap((word, at) => {
    if (!isUnspaced(word)) return [phrase([word])];
    const next = found[at + 1];
    if (next && isUnspaced(next)) return [phrase([word, next])];
    // The last of a run is part of a pair already; one that stands alone is not.
    return at > 0 && isUnspaced(found[at - 1] ?? '') ? [] : [phrase([word])];
  });
}

/** Words hold no quote, so nothing needs escaping. */
const phrase = (found: readonly string[]): string => `"${found.join(' ')}"`;
