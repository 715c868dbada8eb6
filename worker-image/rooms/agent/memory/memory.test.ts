/** Tests of the memory: what the model is shown, what is written down, found and corrected. */
import { appendFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryError } from './memory-error.js';
import { MemoryRig } from './test-rig.js';

const ROOM = { memory: 10_000, notes: 10_000 };

describe('Memory', () => {
  let rig: MemoryRig;
  let pauses: number;

  const refusal = (work: () => unknown): MemoryError => {
    try {
      work();
    } catch (error) {
      if (error instanceof MemoryError) return error;
      throw error;
    }
    throw new Error('was not refused');
  };

  beforeEach(() => {
    pauses = 0;
    rig = new MemoryRig({ pause: async () => void (pauses += 1) });
  });
  afterEach(() => rig.remove());

  describe('prompt', () => {
    it('is empty as long as nothing is known', () => {
      expect(rig.memory.prompt(ROOM)).toEqual({ memory: '', notes: '' });
    });

    it('holds the lasting facts and the notes of yesterday and today', () => {
      rig.memory.remember('Likes tea', 'always');
      rig.writeByHand('notes/2026-02-28.md', '- Met Anna\n\n');
      rig.writeByHand('notes/2026-02-27.md', '- Long ago\n');
      rig.memory.remember('Dentist at four', 'today');
      expect(rig.memory.prompt(ROOM)).toEqual({
        memory: '- Likes tea',
        notes: '2026-02-28 (yesterday):\n- Met Anna\n2026-03-01 (today):\n- Dentist at four',
      });
    });

    it('is cut between lines and says how many are left out', () => {
      const lines = Array.from({ length: 100 }, (_, at) => `- fact number ${at}`);
      rig.writeByHand('MEMORY.md', lines.join('\n'));
      rig.writeByHand('notes/2026-03-01.md', lines.join('\n'));
      const { memory, notes } = rig.memory.prompt({ memory: 100, notes: 100 });
      expect(memory).toBe(
        '- fact number 0\n- fact number 1\n- fact number 2\n- fact number 3\n(96 more lines; recall finds them)',
      );
      expect(notes).toBe(
        '2026-03-01 (today):\n- fact number 98\n- fact number 99\n(98 earlier lines; recall finds them)',
      );
    });

    it('never is larger than its limits, and shows whole lines', () => {
      const text = fc.array(fc.string({ unit: 'grapheme', maxLength: 30 }), { maxLength: 12 });
      fc.assert(
        fc.property(text, text, fc.nat(200), fc.nat(200), (facts, notes, memory, room) => {
          rig.writeByHand('MEMORY.md', facts.join('\n'));
          rig.writeByHand('notes/2026-03-01.md', notes.join('\n'));
          rig.writeByHand('notes/2026-02-28.md', facts.join('\n'));
          const shown = rig.memory.prompt({ memory, notes: room });
          expect(Buffer.byteLength(shown.memory)).toBeLessThanOrEqual(memory);
          expect(Buffer.byteLength(shown.notes)).toBeLessThanOrEqual(room);
          const known = new Set(
            facts
              .join('\n')
              .split('\n')
              .map((line) => line.trimEnd()),
          );
          const lines = shown.memory.split('\n').filter((line) => !line.endsWith('recall finds them)'));
          expect(lines.every((line) => line === '' || known.has(line))).toBe(true);
        }),
        { numRuns: 100 },
      );
    });

    it('says what is wrong with a file that cannot be used', () => {
      symlinkSync('/etc/passwd', rig.pathOf('MEMORY.md'));
      expect(rig.memory.prompt(ROOM).memory).toBe('(I cannot use MEMORY.md: it is a link.)');
    });

    it('goes by the day of the user', () => {
      rig.timeZone = 'Asia/Tokyo';
      rig.now = Date.parse('2026-03-01T14:59:00Z');
      rig.memory.remember('before midnight', 'today');
      rig.now += 60_000;
      rig.memory.remember('after midnight', 'today');
      expect(rig.read('notes/2026-03-01.md')).toBe('- before midnight\n');
      expect(rig.read('notes/2026-03-02.md')).toBe('- after midnight\n');
      expect(rig.memory.prompt(ROOM).notes).toBe(
        '2026-03-01 (yesterday):\n- before midnight\n2026-03-02 (today):\n- after midnight',
      );
    });
  });

  describe('remember', () => {
    it('makes one clean line of what it is given', () => {
      rig.memory.remember('  - Likes\n\ttea,\u0007 and   cake \n', 'always');
      expect(rig.read('MEMORY.md')).toBe('- Likes tea, and cake\n');
    });

    it('writes nothing twice, however it is spelled', () => {
      expect(rig.memory.remember('Likes crème brûlée.', 'always')).toBe(true);
      expect(rig.memory.remember('likes  CREME BRULEE', 'always')).toBe(false);
      expect(rig.memory.remember('Likes crème', 'always')).toBe(true);
      expect(rig.read('MEMORY.md')).toBe('- Likes crème brûlée.\n- Likes crème\n');
    });

    it('keeps what the user made of the file', () => {
      rig.writeByHand('MEMORY.md', '# Me\n\n## Work\n* Acme');
      rig.memory.remember('Likes tea', 'always');
      expect(rig.read('MEMORY.md')).toBe('# Me\n\n## Work\n* Acme\n- Likes tea\n');
    });

    it.each([
      ['no text', '', 'empty'],
      ['a text without a word', ' - ...', 'empty'],
      ['a text that is too long', 'x'.repeat(1_001), 'too-long'],
    ])('refuses %s', (_what, text, trouble) => {
      expect(refusal(() => rig.memory.remember(text, 'always')).trouble).toBe(trouble);
    });

    it('says what to do when a file is full', () => {
      rig.writeByHand('MEMORY.md', `${'x'.repeat(65_530)}\n`);
      const { trouble, message } = refusal(() => rig.memory.remember('Likes tea', 'always'));
      expect(trouble).toBe('full');
      expect(message).toContain('Forget or shorten some lines first');
    });
  });

  describe('recall', () => {
    it('finds what was written down, with its source and day', async () => {
      rig.memory.remember('Likes green tea', 'always');
      rig.memory.remember('Bought tea', 'today');
      rig.timeZone = 'Asia/Tokyo';
      rig.index.put('conversation', '1', Date.parse('2026-02-10T20:00:00Z'), 'Which tea?\nGreen tea.');
      const { found, complete } = await rig.memory.recall('green tea');
      expect(complete).toBe(true);
      expect(found).toContainEqual({ source: 'memory', date: null, text: 'Likes green tea' });
      expect(found).toContainEqual({ source: 'note', date: '2026-03-01', text: 'Bought tea' });
      expect(found).toContainEqual({
        source: 'conversation',
        date: '2026-02-11',
        text: 'Which tea?\nGreen tea.',
      });
      expect((await rig.memory.recall('tea', { source: 'note', limit: 5 })).found).toHaveLength(1);
    });

    it('notices what was added, changed and deleted by hand', async () => {
      rig.writeByHand('MEMORY.md', '# Tea\n- green\n- black\n');
      rig.writeByHand('notes/2026-02-01.md', '- white\n');
      expect(await rig.found('green black white')).toHaveLength(3);
      rig.writeByHand('MEMORY.md', '# Tea\n- black\n- oolong\n');
      rmSync(rig.pathOf('notes/2026-02-01.md'));
      expect((await rig.found('green black white oolong')).sort()).toEqual(['black', 'oolong']);
    });

    it('notices a second edit of the same size right after the first', async () => {
      rig.now = Date.now();
      writeFileSync(rig.pathOf('MEMORY.md'), '- green\n');
      utimesSync(rig.pathOf('MEMORY.md'), rig.now / 1_000, rig.now / 1_000);
      expect(await rig.found('green')).toEqual(['green']);
      writeFileSync(rig.pathOf('MEMORY.md'), '- black\n');
      utimesSync(rig.pathOf('MEMORY.md'), rig.now / 1_000, rig.now / 1_000);
      expect(await rig.found('green black')).toEqual(['black']);
    });

    it('reads a file again only when it has changed', async () => {
      rig.writeByHand('MEMORY.md', '- green\n');
      await rig.found('green');
      const before = pauses;
      await rig.found('green');
      expect(pauses).toBe(before);
    });

    it('lets other work go on between small steps', async () => {
      rig.writeByHand('MEMORY.md', Array.from({ length: 1_000 }, (_, at) => `- tea number ${at}`).join('\n'));
      await rig.found('tea');
      expect(pauses).toBeGreaterThanOrEqual(10);
    });

    it('finds what is in the index already when the rest takes long, and says so', async () => {
      let release = (): void => undefined;
      const slow = new MemoryRig({ pause: () => new Promise((resolve) => (release = resolve)) });
      try {
        slow.index.put('conversation', '1', slow.now, 'tea');
        slow.writeByHand('MEMORY.md', '- tea\n');
        const { found, complete } = await slow.memory.recall('tea');
        expect(complete).toBe(false);
        expect(found.map(({ source }) => source)).toEqual(['conversation']);
      } finally {
        release();
        await slow.remove();
      }
    });

    it('works when the index was deleted, and takes no link for a note', async () => {
      rig.memory.remember('Likes tea', 'always');
      rig.writeByHand('notes/2026-02-01.md', '- tea\n');
      symlinkSync(rig.pathOf('MEMORY.md'), rig.pathOf('notes/2026-02-02.md'));
      expect(await rig.found('tea')).toHaveLength(2);
      rmSync(rig.pathOf('index.sqlite'));
      expect(await rig.found('tea')).toHaveLength(2);
    });
  });

  describe('correct', () => {
    it('replaces the one line that holds the words', () => {
      rig.writeByHand('MEMORY.md', '# Family\r\n* Sister: Anna, Berlin\r\n* Brother: Ben\r\n');
      expect(rig.memory.correct('sister anna', 'Sister: Anna, Rome')).toEqual(['MEMORY.md']);
      expect(rig.read('MEMORY.md')).toBe('# Family\r\n* Sister: Anna, Rome\r\n* Brother: Ben\r\n');
    });

    it('corrects the same line wherever it is written', async () => {
      rig.memory.remember('Anna lives in Berlin', 'always');
      rig.memory.remember('anna lives in berlin!', 'today');
      expect(rig.memory.correct('Anna lives', 'Anna lives in Rome')).toEqual(['MEMORY.md', '2026-03-01']);
      expect(await rig.found('Anna')).toEqual(['Anna lives in Rome', 'Anna lives in Rome']);
    });

    it('takes the line that is meant exactly before those that hold the words too', () => {
      rig.memory.remember('Anna lives in Berlin', 'always');
      rig.memory.remember('Anna', 'always');
      rig.memory.correct('anna', 'Anna is my sister');
      expect(rig.read('MEMORY.md')).toBe('- Anna lives in Berlin\n- Anna is my sister\n');
    });

    it('names the candidates when several lines are meant, and says when there is none', () => {
      rig.memory.remember('Anna lives in Berlin', 'always');
      rig.memory.remember('Anna likes tea', 'today');
      const { trouble, candidates, message } = refusal(() => rig.memory.correct('Anna', 'x'));
      expect(trouble).toBe('ambiguous');
      expect(candidates).toEqual([
        { place: 'MEMORY.md', text: 'Anna lives in Berlin' },
        { place: '2026-03-01', text: 'Anna likes tea' },
      ]);
      expect(message).toContain('- 2026-03-01: Anna likes tea');
      expect(refusal(() => rig.memory.correct('lives berlin', 'x')).trouble).toBe('not-found');
    });
  });

  it('loses neither what is remembered nor what is written by hand, in any order', () => {
    const step = fc.record({ by: fc.constantFrom('hand', 'ara'), word: fc.stringMatching(/^[a-z]{3,8}$/) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        rmSync(rig.pathOf('MEMORY.md'), { force: true });
        for (const { by, word } of steps)
          if (by === 'hand') appendFileSync(rig.pathOf('MEMORY.md'), `${word} by hand\n`);
          else rig.memory.remember(`${word} by ara`, 'always');
        const shown = rig.memory.prompt(ROOM).memory;
        for (const { by, word } of steps) expect(shown).toContain(`${word} by ${by}`);
      }),
      { numRuns: 30 },
    );
  });
});
