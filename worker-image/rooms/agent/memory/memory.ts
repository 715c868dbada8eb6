/** What Ara knows of its user for good: MEMORY.md, a note a day, and the search over them and over conversations. */
import { setTimeout as sleep } from 'node:timers/promises';
import { dayBefore, dayOf } from './days.js';
import { excerpt, type Part } from './excerpt.js';
import { FileIndexer, type IndexerOptions } from './file-indexer.js';
import { forget, type ForgetReport, type Holder } from './forgetting.js';
import { linesOf, oneLine, replacingLine, said, sameWords, withLine } from './lines.js';
import { MemoryError, type PlacedLine } from './memory-error.js';
import { MEMORY_FILE, MemoryFiles, type Listed, type Place } from './memory-files.js';
import type { SearchIndex, Source } from './search-index.js';
import { phraseMatcher, words } from './words.js';

export interface MemoryOptions extends IndexerOptions {
  /** The user's, by IANA name. */
  timeZone: () => string;
  holders?: readonly Holder[];
}

/** `always`: a lasting fact, in MEMORY.md; `today`: in the note of the day. */
export type Where = 'always' | 'today';

export interface Found {
  source: Source;
  /** `YYYY-MM-DD` in the user's time zone; null for a lasting fact. */
  date: string | null;
  text: string;
}

/** How long a search waits for files that are new to the index, in milliseconds. */
const PATIENCE = 1_000;
const MOST_CANDIDATES = 10;
/** What `/memory` shows, in bytes: one message on every channel. */
const SHOWN = { memory: 2_400, notes: 1_000 };

export class Memory {
  private readonly files: MemoryFiles;
  private readonly indexer: FileIndexer;

  constructor(
    folder: string,
    readonly index: SearchIndex,
    private readonly options: MemoryOptions,
  ) {
    this.files = new MemoryFiles(folder);
    this.indexer = new FileIndexer(this.files, index, options);
  }

  /** For the system prompt: MEMORY.md, and the notes of yesterday and today, each at most so many bytes. */
  prompt(limits: { memory: number; notes: number }): { memory: string; notes: string } {
    const today = this.today();
    const yesterday = dayBefore(today);
    const notes = (day: Place, name: string, room: number): string =>
      excerpt(this.files, { place: day, title: `${day} (${name}):`, keep: 'last' }, room, 'recall');
    const ofToday = notes(today, 'today', limits.notes);
    const room = limits.notes - Buffer.byteLength(ofToday) - 1;
    return {
      memory: excerpt(this.files, { place: MEMORY_FILE, keep: 'first' }, limits.memory, 'recall'),
      notes: joined([notes(yesterday, 'yesterday', room), ofToday], '\n'),
    };
  }

  /** For the user, Markdown: MEMORY.md and today's note. Empty when there is neither. */
  show(): string {
    const facts: Part = { place: MEMORY_FILE, title: '**What I remember** (MEMORY.md)', keep: 'first' };
    const note: Part = { place: this.today(), title: '**Notes of today**', keep: 'last' };
    const finder = '`/memory search`';
    return joined(
      [excerpt(this.files, facts, SHOWN.memory, finder), excerpt(this.files, note, SHOWN.notes, finder)],
      '\n\n',
    );
  }

  /** False when the same is there already. @throws MemoryError `empty`, `too-long`, `full`, `unusable`, `busy` */
  remember(text: string, where: Where): boolean {
    const line = oneLine(text);
    let added = false;
    this.files.edit(where === 'always' ? MEMORY_FILE : this.today(), (before) => {
      added = !linesOf(before).some((known) => sameWords(known, line));
      return added ? withLine(before, line) : before;
    });
    return added;
  }

  /** Best first. `complete` is false as long as the index has not seen all files; a later search finds more. */
  async recall(
    query: string,
    options: { limit?: number; source?: Source } = {},
  ): Promise<{ found: Found[]; complete: boolean }> {
    const caughtUp = this.indexer.catchUp().then(() => true);
    const complete = await Promise.race([caughtUp, sleep(PATIENCE, false, { ref: false })]);
    const hits = this.index.search(query, options);
    const found = hits.map(({ source, ref, when, snippet }) => ({
      source,
      date: source === 'memory' ? null : source === 'note' ? ref : dayOf(when, this.options.timeZone()),
      text: snippet,
    }));
    return { found, complete };
  }

  /**
   * Puts `now` in the place of the one line that holds the words of `old`; a line that is written in several files changes
   * in each. Gives the places.
   * @throws MemoryError `ambiguous` with the candidates, `not-found`, or as `remember`
   */
  correct(old: string, now: string): Place[] {
    const line = oneLine(now);
    const { places, text } = this.theOneLine(old);
    for (const place of places)
      this.files.edit(place, (before) => replacingLine(before, (each) => sameWords(said(each), text), line));
    return places;
  }

  /** Where that would be much, removes it only when `confirmed`. @throws MemoryError as `forget` in forgetting.ts */
  forget(what: string, { confirmed = false } = {}): ForgetReport {
    const { files, index } = this;
    return forget({ files, index, holders: this.options.holders ?? [] }, what, confirmed);
  }

  /** MEMORY.md and then the notes, newest first. */
  list(): Listed[] {
    return this.files.list();
  }

  /** Null when there is no such file. @throws MemoryError `unusable` */
  read(place: Place): string | null {
    return this.files.read(place)?.text ?? null;
  }

  /**
   * The user's own hand: this is the text from here on, and what is no longer in it is found no more. An empty one removes
   * the file. @throws MemoryError `full`, `unusable`, `busy`
   */
  async write(place: Place, text: string): Promise<void> {
    if (text === '') this.files.remove(place);
    else this.files.edit(place, () => text);
    await this.indexer.catchUp();
    this.index.scrub();
  }

  /** Changes with each forgetting. */
  get generation(): number {
    return this.index.generation;
  }

  /** For one who writes what they made of earlier words: runs `write` unless something was forgotten since `generation`. */
  commitIf(generation: number, write: () => void): boolean {
    return this.index.commitIf(generation, write);
  }

  /** Ends the indexing; the index itself is closed by who opened it. */
  close(): Promise<void> {
    return this.indexer.stop();
  }

  private today(): Place {
    return dayOf(this.options.clock(), this.options.timeZone());
  }

  private theOneLine(old: string): { places: Place[]; text: string } {
    const sought = words(old);
    if (sought.length === 0) throw new MemoryError('empty', 'Say some words of the line to correct.');
    const matches = phraseMatcher(sought);
    const holding = this.files
      .list()
      .flatMap(({ place }) =>
        linesOf(this.files.readIfUsable(place)?.text ?? '').map((text) => ({ place, text })),
      )
      .filter(({ text }) => matches(text));
    const exact = holding.filter(({ text }) => sameWords(text, old));
    return oneOf(exact.length > 0 ? exact : holding);
  }
}

const joined = (parts: readonly string[], gap: string): string =>
  parts.filter((part) => part !== '').join(gap);

/** @throws MemoryError when these are not all the same line */
function oneOf(candidates: readonly PlacedLine[]): { places: Place[]; text: string } {
  const [first] = candidates;
  if (!first) throw new MemoryError('not-found', 'No remembered line has these words. Recall it first.');
  const { text } = first;
  if (candidates.every((each) => sameWords(each.text, text)))
    return { places: [...new Set(candidates.map(({ place }) => place))], text };
  const shown = candidates.slice(0, MOST_CANDIDATES);
  const list = shown.map((each) => `- ${each.place}: ${each.text}`).join('\n');
  const more = candidates.length > shown.length ? `\nand ${candidates.length - shown.length} more` : '';
  throw new MemoryError(
    'ambiguous',
    `Several lines have these words; use more words of the one that is meant:\n${list}${more}`,
    candidates,
  );
}
