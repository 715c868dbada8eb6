/** Memory search: a search over 100,000 lines of notes, the index in a file; then with a look at all note files before it. */
import { mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Memory } from '../worker-image/rooms/agent/memory/memory.js';
import { SearchIndex } from '../worker-image/rooms/agent/memory/search-index.js';
import { atMost, figure, type Figure } from './figures.js';

const NOTES = 4_000;
const LINES_PER_NOTE = 25;
const LINE_LENGTH = 100;
const VOCABULARY = 40_000;
const WARM_UP = 50;
const RUNS = 1_000;
const RECALLS = 100;
const DAY = 86_400_000;
const MEGABYTE = 1_000_000;

export async function measureSearch(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'ara-search-'));
  const path = join(folder, 'index.sqlite');
  const index = new SearchIndex(path);
  const memory = new Memory(folder, index, { timeZone: () => 'UTC', clock: Date.now });
  try {
    const language = new Language();
    writeNotes(folder, language);
    const began = performance.now();
    while (!(await memory.recall('warm up')).complete);
    const indexed = (performance.now() - began) / 1_000;

    const queries = Array.from({ length: WARM_UP + RUNS }, (_, at) => language.query(at));
    const times = queries.map((query) => timed(() => index.search(query, { limit: 20 }))).slice(WARM_UP);
    const recalls: number[] = [];
    for (const query of queries.slice(0, RECALLS)) {
      const asked = performance.now();
      await memory.recall(query);
      recalls.push(performance.now() - asked);
    }
    const size = statSync(path).size / MEGABYTE;
    const forgotten = timed(() => memory.forget(language.rareWord(), { confirmed: true }));
    return [
      ...figure('search in 100,000 lines of notes', 'ms', times, atMost('p95', 20)),
      ...figure('  slowest', 'ms', [Math.max(...times)]),
      ...figure('  recall: with a look at 4,000 files', 'ms', recalls),
      ...figure('  forget a word, down to the bytes', 'ms', [forgotten]),
      ...figure('  first reading of all notes', 's', [indexed]),
      ...figure('  index on disk', 'MB', [size]),
    ];
  } finally {
    await memory.close();
    index.close();
    rmSync(folder, { recursive: true });
  }
}

function timed(work: () => unknown): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

/** One note a day up to yesterday, as a user has them after eleven years. */
function writeNotes(folder: string, language: Language): void {
  mkdirSync(join(folder, 'notes'));
  const yesterday = Date.now() - DAY;
  for (let at = 0; at < NOTES; at++) {
    const time = new Date(yesterday - at * DAY);
    const note = join(folder, 'notes', `${time.toISOString().slice(0, 10)}.md`);
    writeFileSync(note, Array.from({ length: LINES_PER_NOTE }, () => `- ${language.line()}\n`).join(''));
    utimesSync(note, time, time);
  }
}

/** Words as languages have them: the n-th is used 1/n as often as the first, and the common ones are short. */
class Language {
  private state = 20_260_301;
  private readonly vocabulary: string[] = [];
  /** Of each word, how often it and all before it are used. */
  private readonly sums: number[] = [];

  constructor() {
    const known = new Set<string>();
    while (known.size < VOCABULARY) known.add(this.newWord(1 + Math.log2(known.size + 2) / 4));
    let sum = 0;
    for (const word of known) {
      this.vocabulary.push(word);
      sum += 1 / (this.vocabulary.length + 1);
      this.sums.push(sum);
    }
  }

  line(): string {
    let line = '';
    while (line.length < LINE_LENGTH) line += `${line ? ' ' : ''}${this.word()}`;
    return line;
  }

  /** In turns: a rare word, a few words as they are used, a question of many, beginnings, a phrase, the commonest words. */
  query(turn: number): string {
    const words = (count: number): string => Array.from({ length: count }, () => this.word()).join(' ');
    const common = (count: number): string => this.vocabulary.slice(turn % 5, (turn % 5) + count).join(' ');
    const forms = [
      () => this.rareWord(),
      () => words(2),
      () => words(4),
      () => words(9),
      () => `${words(1)} ${this.rareWord().slice(0, 3)}`,
      () => `"${words(2)}" ${words(1)}`,
      () => `${common(3)} ${this.rareWord()}`,
      () => common(1 + (turn % 6)),
    ];
    return forms[turn % forms.length]!();
  }

  rareWord(): string {
    return this.vocabulary[500 + Math.floor(this.random() * (VOCABULARY - 500))]!;
  }

  private word(): string {
    const sought = this.random() * this.sums.at(-1)!;
    let low = 0;
    let high = this.sums.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.sums[middle]! < sought) low = middle + 1;
      else high = middle;
    }
    return this.vocabulary[low]!;
  }

  private newWord(syllables: number): string {
    const letter = (of: string): string => of[Math.floor(this.random() * of.length)]!;
    return Array.from(
      { length: Math.round(syllables + this.random()) },
      () => letter('bcdfghklmnprstvwz') + letter('aeiou') + letter('  nrst').trim(),
    ).join('');
  }

  /** The same words with each run. */
  private random(): number {
    this.state = (Math.imul(this.state, 1_664_525) + 1_013_904_223) >>> 0;
    return this.state / 2 ** 32;
  }
}
