/** Tests of finding files by name and lines by what they say. */
import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesPattern } from './pattern.js';
import { search, type Found, type SearchLimits } from './search.js';
import { makeRig, write, type Rig } from './test-rig.js';
import { MAX_TEXT_BYTES } from './workspace.js';

function library(): Rig {
  const rig = makeRig();
  write(rig.workspace, 'notes/trip.md', '# Trip\nTo ROME by train.\nThen home.');
  write(rig.workspace, 'notes/work/plan.md', 'no journey');
  write(rig.workspace, 'rome.txt', 'All roads lead here.');
  rig.workspace.write('photo.bin', Buffer.from('rome\0'));
  return rig;
}

const find = (
  rig: Rig,
  query: { folder?: string; name?: string; text?: string },
  limits?: Partial<SearchLimits>,
): Promise<Found> =>
  search(rig.workspace, { folder: '', name: '', text: '', ...query }, { results: 50, ...limits });

describe('search', () => {
  it('finds lines by their text, small letters or capitals, with their number', async () => {
    expect(await find(library(), { text: 'rome' })).toEqual({
      matches: [{ path: 'notes/trip.md', line: 2, text: 'To ROME by train.' }],
      cut: null,
    });
  });

  it('finds files by name, in a folder, and by both', async () => {
    const rig = library();
    const paths = async (query: object): Promise<string[]> =>
      (await find(rig, query)).matches.map(({ path }) => path);
    expect(await paths({ name: 'ROME' })).toEqual(['rome.txt']);
    expect(await paths({ name: '*.md' })).toEqual(['notes/trip.md', 'notes/work/plan.md']);
    expect(await paths({ name: '*.md', folder: 'notes/work' })).toEqual(['notes/work/plan.md']);
    expect(await paths({ name: '*.txt', text: 'r' })).toEqual(['rome.txt']);
  });

  it('finds an accent however it is written', async () => {
    const rig = makeRig();
    write(rig.workspace, 'a.txt', 'one\nCafe\u0301');
    expect((await find(rig, { text: 'CAF\u00c9' })).matches).toMatchObject([{ line: 2 }]);
  });

  it('shows of a long line what lies around the find', async () => {
    const rig = makeRig();
    write(rig.workspace, 'a.txt', `${'x'.repeat(5_000)}needle${'y'.repeat(5_000)}`);
    const [match] = (await find(rig, { text: 'needle' })).matches;
    expect(match?.text).toMatch(/^x{60}needley{134}$/);
  });

  it('leaves out what is too large to take apart', async () => {
    const rig = makeRig();
    write(rig.workspace, 'a.txt', 'needle');
    truncateSync(join(rig.root, 'a.txt'), MAX_TEXT_BYTES + 1);
    expect((await find(rig, { text: 'needle' })).matches).toEqual([]);
  });

  it('stops at the limit on results and says so', async () => {
    const rig = makeRig();
    write(rig.workspace, 'a.txt', 'x\n'.repeat(10));
    expect(await find(rig, { text: 'x' }, { results: 3 })).toMatchObject({
      matches: { length: 3 },
      cut: 'results',
    });
    expect(await find(rig, { text: 'x' }, { results: 10 })).toMatchObject({
      matches: { length: 10 },
      cut: null,
    });
  });

  it('stops at the limit on time and says so', async () => {
    const rig = library();
    let now = 0;
    const found = await find(rig, { text: 'e' }, { time: 100, clock: () => (now += 30) });
    expect(found.cut).toBe('time');
  });

  it('lets other work go on, and stops when it is told', async () => {
    const rig = makeRig();
    for (let index = 0; index < 30; index += 1) write(rig.workspace, `${index}.txt`, 'x');
    const stop = new AbortController();
    let now = 0;
    setImmediate(() => stop.abort(new Error('stopped')));
    const searching = find(rig, { text: 'x' }, { signal: stop.signal, clock: () => (now += 11) });
    await expect(searching).rejects.toThrow('stopped');
  });
});

describe('matchesPattern', () => {
  it.each([
    ['notes/trip.md', 'trip', true],
    ['notes/trip.md', 'notes', false],
    ['notes/trip.md', 'notes/t', true],
    ['notes/trip.md', '*.md', true],
    ['notes/trip.md', 'TRIP.*', true],
    ['notes/trip.md', 'tr?p.md', true],
    ['notes/trip.md', '*.txt', false],
    ['notes/trip.md', 'trip', true],
    ['notes/trip.md', 'rip.*', false],
    ['notes/trip.md', '**/*.md', true],
    ['trip.md', '*', true],
    ['a.b.c', '*.b*', true],
    ['aab', '*ab', true],
  ])('%s by %s: %s', (path, pattern, matching) => {
    expect(matchesPattern(path, pattern)).toBe(matching);
  });

  it('agrees with a regular expression of the same meaning', () => {
    const letters = fc.array(fc.constantFrom('a', 'b'), { maxLength: 10 }).map((all) => all.join(''));
    const pattern = fc
      .array(fc.constantFrom('a', 'b', '*', '?'), { maxLength: 8 })
      .map((all) => all.join(''));
    fc.assert(
      fc.property(letters, pattern, (text, wanted) => {
        fc.pre(/[*?]/.test(wanted));
        const expression = new RegExp(`^${wanted.replaceAll('*', '.*').replaceAll('?', '.')}$`);
        expect(matchesPattern(text, wanted)).toBe(expression.test(text));
      }),
      { numRuns: 1_000 },
    );
  });

  it('is quick with many stars', () => {
    const since = performance.now();
    expect(matchesPattern('a'.repeat(250), `${'a*'.repeat(100)}b`)).toBe(false);
    expect(performance.now() - since).toBeLessThan(100);
  });
});
