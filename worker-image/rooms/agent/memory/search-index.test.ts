/** Tests of the search index: what is found, in which order, and that neither a query nor a broken file breaks it. */
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SearchIndex } from './search-index.js';

const DAY = 86_400_000;
const TODAY = 20_000 * DAY;

describe('SearchIndex', () => {
  let folder: string;
  let path: string;
  let index: SearchIndex;

  const note = (text: string, daysAgo = 0): void =>
    index.add('note', `day-${daysAgo}`, TODAY - daysAgo * DAY, text);
  const found = (query: string): string[] => index.search(query).map(({ text }) => text);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ara-index-'));
    path = join(folder, 'index.sqlite');
    index = new SearchIndex(path);
  });
  afterEach(() => {
    index.close();
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['creme BRULEE', 'Crème brûlée on Sunday'],
    ['brül', 'Crème brûlée on Sunday'],
    ['妹妹', '我妹妹的生日是五月三日'],
    ['妹妹的生日', '我妹妹的生日是五月三日'],
    ['ชอบชา', 'ฉันชอบชาเขียว'],
    ['हिन्दी', 'मैं हिन्दी बोलता हूँ'],
    ['sister-in-law', 'My sister-in-law is Eva'],
    ['🎂', 'Cake 🎂 at four'],
  ])('finds %s', (query, text) => {
    note('something else entirely');
    note(text);
    expect(found(query)).toEqual([text]);
  });

  it('takes what stands in quotes as a phrase, also when the last quote is missing', () => {
    note('green tea in the morning');
    note('tea is green');
    expect(found('"green tea"')).toEqual(['green tea in the morning']);
    expect(found('"green tea')).toEqual(['green tea in the morning']);
  });

  it('puts first what has more of the words, and the rarer ones', () => {
    for (let count = 0; count < 20; count += 1) note(`the weather of the day ${count}`);
    note('the dentist');
    note('the birthday of Anna');
    note('Anna called');
    expect(found('when is the birthday of Anna')[0]).toBe('the birthday of Anna');
    expect(found('when is the dentist')[0]).toBe('the dentist');
  });

  it('puts the newer one of equals first', () => {
    note('tea with Anna', 300);
    note('tea with Carla', 1);
    note('tea with Berta', 40);
    expect(found('tea')).toEqual(['tea with Carla', 'tea with Berta', 'tea with Anna']);
  });

  it('finds an old fact by a word that thousands of newer rows have', () => {
    index.put('memory', 'MEMORY.md', TODAY - 900 * DAY, 'Anna is my sister');
    index.transaction(() => {
      for (let count = 0; count < 2_500; count += 1) note(`Anna and I, ${count}`, count % 30);
    });
    expect(index.search('Anna', { limit: 2_000, source: 'note' })).toHaveLength(2_000);
    expect(index.search('Anna', { limit: 5_000 }).map(({ source }) => source)).toContain('memory');
    expect(found('my sister Anna')[0]).toBe('Anna is my sister');
  });

  it('finds the one old row of a rare word among many of common ones', () => {
    note('zanzibar', 2_000);
    index.transaction(() => {
      for (let count = 0; count < 2_500; count += 1) note(`plan the trip ${count}`, count % 30);
    });
    expect(found('plan the trip zanzibar')).toEqual(['zanzibar']);
  });

  it('searches in one source when asked to, and never takes its name for a word of the text', () => {
    note('tea');
    index.put('conversation', '7', TODAY, 'tea?');
    expect(index.search('tea', { source: 'conversation' })).toEqual([
      { source: 'conversation', ref: '7', when: TODAY, text: 'tea?', snippet: 'tea?' },
    ]);
    expect(found('conversation')).toEqual([]);
  });

  it('shows of a long text the part with the word', () => {
    index.put(
      'conversation',
      '1',
      TODAY,
      `${'lorem '.repeat(200)}the dentist says no ${'ipsum '.repeat(200)}`,
    );
    const [hit] = index.search('the dentist');
    expect(hit?.snippet).toMatch(/^….*lorem the dentist says no ipsum.*…$/);
    expect(hit?.snippet.length).toBeLessThan(250);
  });

  it('keeps one text under a reference that is put again, and none that is removed', () => {
    index.put('conversation', '1', TODAY, 'first tea');
    index.put('conversation', '1', TODAY, 'second tea');
    expect(found('tea')).toEqual(['second tea']);
    index.remove('conversation', '1');
    expect(found('tea')).toEqual([]);
    expect(index.newest('conversation')).toBeNull();
  });

  it('knows the newest row of a source', () => {
    index.put('conversation', '8', TODAY, 'b');
    index.put('conversation', '3', TODAY - 5 * DAY, 'a');
    note('c');
    expect(index.newest('conversation')).toEqual({ ref: '8', when: TODAY });
  });

  it('takes any text and any query', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.string({
        unit: fc.constantFrom(
          '"',
          '*',
          '(',
          ')',
          'a',
          ' ',
          ':',
          '^',
          '-',
          'AND ',
          'NEAR(',
          '\0',
          '\ud800',
          '漢',
        ),
      }),
    );
    note('a AND b NEAR text');
    fc.assert(
      fc.property(anything, anything, (text, query) => {
        index.put('conversation', 'x', TODAY, text);
        expect(Array.isArray(index.search(query))).toBe(true);
        expect(Array.isArray(index.search(text, { source: 'note' }))).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('removes what it wrote, whatever it was, so that nothing of it is found or left', () => {
    const texts = fc.array(fc.string({ unit: 'binary', maxLength: 40 }), { maxLength: 10 });
    fc.assert(
      fc.property(texts, (all) => {
        for (const text of all) note(text);
        index.erase(() => true);
        expect(all.flatMap((text) => index.search(text))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it('leaves no byte of what is erased, also where SQLite has moved rows from page to page before', () => {
    let state = 7;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const letters = (): string =>
      Array.from({ length: 12 }, () => String.fromCharCode(97 + random(26))).join('');
    const secrets = Array.from({ length: 400 }, () => `zq${letters()}`);
    index.transaction(() => {
      for (let at = 0; at < 6_000; at += 1) {
        const filler = 'filler '.repeat(random(8) === 0 ? random(200) : random(20));
        const secret = at % 15 === 0 ? secrets[at / 15] : '';
        index.put(
          'conversation',
          String(random(2_000)),
          TODAY - random(20) * DAY,
          `${filler}${secret} ${filler}`,
        );
      }
    });
    index.erase((text) => text.includes('zq'));
    const bytes = Buffer.concat([readFileSync(path), readFileSync(`${path}-wal`)]);
    expect(secrets.filter((secret) => bytes.includes(secret) || bytes.includes(secret.slice(2)))).toEqual([]);
    expect(found('filler')).not.toEqual([]);
  });

  it.each([
    ['is no database', 'not a database at all, but quite long '.repeat(200)],
    ['is empty', ''],
  ])('starts anew on a file that %s', (_what, content) => {
    note('tea');
    index.close();
    writeFileSync(path, content);
    index = new SearchIndex(path);
    note('coffee');
    expect(found('tea coffee')).toEqual(['coffee']);
  });

  it('writes through no link', () => {
    const elsewhere = join(folder, 'elsewhere.sqlite');
    writeFileSync(elsewhere, '');
    symlinkSync(elsewhere, path);
    note('tea');
    expect(found('tea')).toEqual(['tea']);
    expect(readFileSync(elsewhere)).toHaveLength(0);
  });

  it('starts anew when it is damaged inside', () => {
    note('tea');
    index.close();
    const firstPage = readFileSync(path).subarray(0, 4_096);
    writeFileSync(path, Buffer.concat([firstPage, Buffer.alloc(40 * 4_096, 0xff)]));
    expect(found('tea')).toEqual([]);
    note('coffee');
    expect(found('tea coffee')).toEqual(['coffee']);
  });

  it('starts anew when its file is deleted while it is open', () => {
    note('tea');
    rmSync(path);
    expect(found('tea')).toEqual([]);
    note('coffee');
    expect(found('coffee')).toEqual(['coffee']);
    expect(existsSync(path)).toBe(true);
  });

  it('throws the whole file away when what is erased cannot be cleaned out of it', () => {
    note('secret');
    const other = new DatabaseSync(path);
    // One who reads holds the log.
    other.exec('BEGIN');
    other.prepare('SELECT count(*) FROM rows').get();
    index.erase((text) => text === 'secret');
    expect(readdirSync(folder)).toEqual([]);
    expect(found('secret')).toEqual([]);
    other.close();
  });

  it('counts generations that no other index has had', () => {
    const before = index.generation;
    index.erase(() => false);
    expect(index.generation).toBe(before + 1);
    index.close();
    rmSync(path);
    expect(index.generation).not.toBe(before);
    expect(index.generation).not.toBe(before + 1);
  });

  it('takes nothing of a write that fails, and says no to one that comes too late', () => {
    const { generation } = index;
    const failing = (): boolean =>
      index.commitIf(generation, () => {
        note('half');
        throw new Error('broken');
      });
    expect(failing).toThrow('broken');
    index.erase(() => false);
    expect(index.commitIf(generation, () => note('late'))).toBe(false);
    expect(found('half late')).toEqual([]);
  });
});
