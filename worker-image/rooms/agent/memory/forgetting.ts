/**
 * Forgetting: every line that holds the words goes from MEMORY.md, the notes and the search index, and others remove what
 * they hold. It is one synchronous step, so nothing runs between its parts; what was read before it carries an older
 * generation and is not written any more.
 */
import { linesOf, withoutLines } from './lines.js';
import { MemoryError, type PlacedLine } from './memory-error.js';
import { nameOf, type MemoryFiles, type Place } from './memory-files.js';
import type { SearchIndex } from './search-index.js';
import { phraseMatcher, words } from './words.js';

/** One who also keeps what the user said, such as the conversations. */
export interface Holder {
  /** To the user, such as `conversations`. */
  name: string;
  /** Removes what matches, and gives how many of its texts did. */
  forget(matches: (text: string) => boolean): number;
}

export interface Count {
  /** `MEMORY.md`, the day of a note, or a holder. */
  name: string;
  count: number;
}

export interface ForgetReport {
  /** `not-yet`: nothing was removed, the counts say what would be. */
  outcome: 'forgotten' | 'nothing-found' | 'not-yet';
  lines: Count[];
  /** Of the holders; before they are asked, what the search index has of conversations. */
  elsewhere: Count[];
  /** Some of the lines that would go. */
  examples: PlacedLine[];
  /** Where was looked. */
  searched: string[];
  /** Why a file was left out, if one was. */
  skipped: string[];
}

interface Parts {
  files: MemoryFiles;
  index: SearchIndex;
  holders: readonly Holder[];
}

/** More hits than this are hardly what was meant. */
const MANY = 200;
/** As is a third of everything, once it is more than a few lines. */
const FEW = 10;
/** And a word as short as `a` or `the`. */
const SHORT_WORD = 3;
const MOST_EXAMPLES = 10;

/**
 * What is hardly meant, because it is too much, is only removed when it is `confirmed`.
 * @throws MemoryError `empty`; `busy` or `unusable` when a file could not be written: saying it again ends the work
 */
export function forget({ files, index, holders }: Parts, what: string, confirmed: boolean): ForgetReport {
  const sought = words(what);
  if (sought.length === 0) throw new MemoryError('empty', 'Say which words to forget, such as a name.');
  const matches = phraseMatcher(sought);
  const survey = lookThrough(files, matches);
  const report = { searched: searched(survey.places, holders), skipped: survey.skipped };

  if (!confirmed) {
    const messages = index.count('conversation', matches);
    if (isBroad(sought, survey.found.length + messages, survey.total))
      return {
        ...report,
        outcome: 'not-yet',
        lines: countsOf(survey.found),
        elsewhere: [{ name: 'conversations', count: messages }],
        examples: survey.found.slice(0, MOST_EXAMPLES),
      };
  }

  try {
    files.removeDrafts();
    const lines = countsOf(survey.found).map(({ name }) => ({
      name,
      count: removeFrom(files, name, matches),
    }));
    const elsewhere = holders.map((holder) => ({ name: holder.name, count: holder.forget(matches) }));
    const found = [...lines, ...elsewhere].some(({ count }) => count > 0);
    return { ...report, outcome: found ? 'forgotten' : 'nothing-found', lines, elsewhere, examples: [] };
  } finally {
    // Also when nothing was found: a crash may have ended an earlier try after its files were done.
    index.erase(matches);
  }
}

function lookThrough(
  files: MemoryFiles,
  matches: (text: string) => boolean,
): { found: PlacedLine[]; places: Place[]; skipped: string[]; total: number } {
  const survey = { found: [] as PlacedLine[], places: [] as Place[], skipped: [] as string[], total: 0 };
  for (const { place } of files.list()) {
    try {
      const text = files.read(place)?.text ?? '';
      const lines = linesOf(text);
      survey.places.push(place);
      survey.total += lines.length;
      // Most files do not hold it, and one look at the whole is quicker than one at each line.
      if (!matches(text)) continue;
      for (const line of lines) if (matches(line)) survey.found.push({ place, text: line });
    } catch (error) {
      if (!(error instanceof MemoryError)) throw error;
      survey.skipped.push(error.message);
    }
  }
  return survey;
}

function removeFrom(files: MemoryFiles, place: Place, matches: (text: string) => boolean): number {
  let count = 0;
  files.edit(place, (text) => {
    count = 0;
    return withoutLines(text, (line) => {
      const goes = matches(line);
      if (goes) count += 1;
      return goes;
    });
  });
  return count;
}

function isBroad(sought: readonly string[], hits: number, total: number): boolean {
  const short = sought.length === 1 && sought.join('').length <= SHORT_WORD;
  return short || hits > MANY || (hits >= FEW && hits > total / 3);
}

/** By place, in the order of the lines. */
function countsOf(found: readonly PlacedLine[]): Count[] {
  const counts = new Map<Place, number>();
  for (const { place } of found) counts.set(place, (counts.get(place) ?? 0) + 1);
  return [...counts].map(([name, count]) => ({ name, count }));
}

function searched(places: readonly Place[], holders: readonly Holder[]): string[] {
  const notes = places.filter((place) => nameOf(place) !== place).length;
  return [
    ...places.filter((place) => nameOf(place) === place),
    ...(notes > 0 ? [`${notes} ${notes === 1 ? 'note' : 'notes'}`] : []),
    ...holders.map(({ name }) => name),
  ];
}
