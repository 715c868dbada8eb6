/** Full-text search over the lines of MEMORY.md and the notes, and over conversations. Plain SQLite, one process, no waiting. */
import { IndexDatabase } from './index-database.js';
import { allOf, anyOf, termsOf, type Term } from './search-query.js';
import { snippetOf } from './snippet.js';
import { words } from './words.js';

export type Source = 'memory' | 'note' | 'conversation';

export interface Hit {
  source: Source;
  ref: string;
  /** Milliseconds since 1970. */
  when: number;
  text: string;
  /** The text, or of a long one the part around the first word found. */
  snippet: string;
}

/** Rows that are ranked at most, and of a word that tells something: what keeps a search over 100,000 lines fast. */
const MOST_RANKED = 1_000;
/** A word with as many rows is a whole one: what merely begins like it is not looked for. */
const WHOLE_WORD = 20;
const DAY = 86_400_000;
const ROWS_PER_DAY = 2 ** 20;
/** What the newest row gains over an equal old one, and in how many days half of that is gone. */
const RECENCY_GAIN = 0.1;
const RECENCY_HALF_LIFE = 30;

export class SearchIndex {
  private readonly database: IndexDatabase;

  constructor(path: string) {
    this.database = new IndexDatabase(path);
  }

  /** Makes this the one text under `ref`. `when` in milliseconds since 1970. */
  put(source: Source, ref: string, when: number, text: string): void {
    this.transaction(() => {
      const [row, ...others] = this.rowsOf(source, ref);
      if (row?.text === text && others.length === 0) return;
      this.remove(source, ref);
      this.add(source, ref, when, text);
    });
  }

  /** Removes all that is under `ref`. */
  remove(source: Source, ref: string): void {
    this.transaction(() => {
      for (const { id } of this.rowsOf(source, ref)) this.removeRow(id);
    });
  }

  /** Adds a text beside those that are under `ref`. */
  add(source: Source, ref: string, when: number, text: string): void {
    this.transaction(() => {
      const id = this.freeId(when);
      this.database
        .prepared('INSERT INTO rows (id, source, ref, at, text) VALUES (?, ?, ?, ?, ?)')
        .run(id, source, ref, Math.trunc(when), text);
      this.database
        .prepared('INSERT INTO words (rowid, text, source) VALUES (?, ?, ?)')
        .run(id, words(text).join(' '), source);
    });
  }

  rowsOf(source: Source, ref: string): { id: number; text: string }[] {
    return this.database.all('SELECT id, text FROM rows WHERE source = ? AND ref = ?', source, ref);
  }

  removeRow(id: number): void {
    this.transaction(() => {
      const row = this.database.one<{ source: Source; text: string }>(
        'DELETE FROM rows WHERE id = ? RETURNING source, text',
        id,
      );
      if (!row) return;
      this.database
        .prepared("INSERT INTO words (words, rowid, text, source) VALUES ('delete', ?, ?, ?)")
        .run(id, words(row.text).join(' '), row.source);
    });
  }

  /** The newest row of a source: where one who feeds the index goes on. Null also when the index had to start anew. */
  newest(source: Source): { ref: string; when: number } | null {
    const sql = `SELECT ref, at AS "when" FROM rows WHERE id =
      (SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT 1)`;
    return this.database.one<{ ref: string; when: number }>(sql, `source : ${source}`) ?? null;
  }

  /** Best first. Takes any text; one without a word finds nothing. */
  search(query: string, { limit = 20, source }: { limit?: number; source?: Source } = {}): Hit[] {
    const terms = termsOf(query);
    if (terms.length === 0) return [];
    const sought = words(query);
    return this.ranked(terms, limit, source).flatMap((id) => {
      const sql = 'SELECT source, ref, at AS "when", text FROM rows WHERE id = ?';
      const row = this.database.one<Omit<Hit, 'snippet'>>(sql, id);
      return row ? [{ ...row, snippet: snippetOf(row.text, sought) }] : [];
    });
  }

  /** Counts what is forgotten. Work that was begun under another generation may hold what must not come back. */
  get generation(): number {
    const row = this.database.one<{ value: number }>("SELECT value FROM counters WHERE name = 'generation'");
    return row?.value ?? 0;
  }

  /** Runs `write` and says true, unless something was forgotten since `generation`. All or nothing where it writes here. */
  commitIf(generation: number, write: () => void): boolean {
    return this.transaction(() => {
      if (this.generation !== generation) return false;
      write();
      return true;
    });
  }

  /** How many rows of a source match. */
  count(source: Source, matches: (text: string) => boolean): number {
    const sql = 'SELECT id, text FROM rows WHERE source = ?';
    return this.transaction(() => idsOf(this.database.prepared(sql).iterate(source), matches).length);
  }

  /** Starts a new generation and removes every row that matches, down to the bytes on the disk. */
  erase(matches: (text: string) => boolean): void {
    try {
      this.transaction(() => {
        this.database.prepared("UPDATE counters SET value = value + 1 WHERE name = 'generation'").run();
        const rows = this.database.prepared('SELECT id, text FROM rows').iterate();
        for (const id of idsOf(rows, matches)) this.removeRow(id);
      });
    } catch {
      return this.database.discard();
    }
    this.scrub();
  }

  /** What was removed is gone from the disk. */
  scrub(): void {
    try {
      this.database.scrub();
    } catch {
      // It can be made anew; what it holds must not stay.
      this.database.discard();
    }
  }

  transaction<Result>(work: () => Result): Result {
    return this.database.transaction(work);
  }

  /** The version of each file that is in the index. */
  stamps(): Map<string, string> {
    const rows = this.database.all<{ place: string; stamp: string }>('SELECT place, stamp FROM files');
    return new Map(rows.map(({ place, stamp }) => [place, stamp]));
  }

  setStamp(place: string, stamp: string): void {
    this.database.prepared('INSERT OR REPLACE INTO files (place, stamp) VALUES (?, ?)').run(place, stamp);
  }

  removeStamp(place: string): void {
    this.database.prepared('DELETE FROM files WHERE place = ?').run(place);
  }

  close(): void {
    this.database.close();
  }

  /** Ids, best first. */
  private ranked(terms: Term[], limit: number, source: Source | undefined): number[] {
    const known = this.counted(terms);
    const all = known.map(({ term }) => term);
    const telling = rarest(known);
    // A row needs one telling word to be looked at; the common ones only help to rank it.
    if (telling.length > 0) return this.best(allOf([anyOf(telling), anyOf(all)]), limit, source);
    const [first] = all;
    if (first === undefined) return [];
    // Common words tell rows apart by nothing but being there.
    const found = new Set(this.newestWith(allOf(all), limit, source));
    if (found.size < limit) for (const id of this.newestWith(first, limit, source)) found.add(id);
    return [...found].slice(0, limit);
  }

  private best(expression: string, limit: number, source: Source | undefined): number[] {
    const sql = `SELECT rowid AS id, -bm25(words, 1, 0) AS score FROM words WHERE words MATCH ?
      ORDER BY rowid DESC LIMIT ${MOST_RANKED}`;
    const rows = this.database.all<{ id: number; score: number }>(sql, inText(expression, source));
    const newest = dayOfId(rows[0]?.id ?? 0);
    const ranked = rows.map(({ id, score }) => {
      const age = newest - dayOfId(id);
      return { id, score: score * (1 + RECENCY_GAIN * 2 ** (-age / RECENCY_HALF_LIFE)) };
    });
    ranked.sort((one, other) => other.score - one.score || other.id - one.id);
    return ranked.slice(0, limit).map(({ id }) => id);
  }

  /** Lasting facts first: they may be old, and they were worth keeping. */
  private newestWith(expression: string, limit: number, source: Source | undefined): number[] {
    const sql = 'SELECT rowid AS id FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?';
    const sources = source ? [source] : (['memory', undefined] as const);
    return sources.flatMap((each) =>
      this.database.all<{ id: number }>(sql, inText(expression, each), limit).map(({ id }) => id),
    );
  }

  /** The terms that are anywhere, rarest first. */
  private counted(terms: Term[]): Counted[] {
    const counted = terms.map(({ exact, begun }) => {
      const rows = this.rowsWith(exact);
      return begun && rows < WHOLE_WORD ? { term: begun, rows: this.rowsWith(begun) } : { term: exact, rows };
    });
    return counted.filter(({ rows }) => rows > 0).sort((one, other) => one.rows - other.rows);
  }

  /** Counts no further than it matters. */
  private rowsWith(term: string): number {
    const sql = `SELECT count(*) AS rows FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT ${MOST_RANKED + 1})`;
    return this.database.one<{ rows: number }>(sql, inText(term))?.rows ?? 0;
  }

  private freeId(when: number): number {
    const first = Math.max(0, Math.floor(when / DAY)) * ROWS_PER_DAY;
    const sql = 'SELECT max(id) AS last FROM rows WHERE id >= ? AND id < ?';
    const last = this.database.one<{ last: number | null }>(sql, first, first + ROWS_PER_DAY)?.last;
    return last === null || last === undefined ? first + 1 : last + 1;
  }
}

interface Counted {
  term: string;
  rows: number;
}

/** As many of the rarest terms as bring no more rows than are ranked. None when each is too common by itself. */
function rarest(known: readonly Counted[]): string[] {
  let sum = 0;
  return known.filter(({ rows }) => (sum += rows) <= MOST_RANKED).map(({ term }) => term);
}

const inText = (expression: string, source?: Source): string =>
  `(text : ${expression})${source ? ` AND (source : ${source})` : ''}`;

function idsOf(rows: Iterable<unknown>, matches: (text: string) => boolean): number[] {
  const ids: number[] = [];
  for (const { id, text } of rows as Iterable<{ id: number; text: string }>) if (matches(text)) ids.push(id);
  return ids;
}

const dayOfId = (id: number): number => Math.floor(id / ROWS_PER_DAY);
