/** Tests of forgetting: what is forgotten is gone from every file, is counted exactly and does not come back. */
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryRig } from './test-rig.js';

const SECRET = 'Zanzibarquux';

describe('forgetting', () => {
  let rig: MemoryRig;
  let conversations: string[];
  let pause: () => Promise<void>;

  beforeEach(() => {
    conversations = [];
    pause = () => Promise.resolve();
    rig = new MemoryRig({
      pause: () => pause(),
      holders: [
        {
          name: 'conversations',
          forget(matches) {
            const before = conversations.length;
            conversations = conversations.filter((text) => !matches(text));
            return before - conversations.length;
          },
        },
        { name: 'summaries', forget: () => 0 },
      ],
    });
  });
  afterEach(() => rig.remove());

  it('removes every line with the words, and says exactly where they were', async () => {
    rig.writeByHand('MEMORY.md', `# Travel\n- Was in ZANZIBARQUÜX\n- Likes tea\n- ${SECRET}, always\n`);
    rig.writeByHand('notes/2026-02-01.md', `- ${SECRET}s are many\n`);
    rig.writeByHand('notes/2025-05-05.md', `- back from ${SECRET}.\n`);
    conversations = [`${SECRET}?`, 'tea?'];
    rig.index.put('conversation', '1', rig.now, `${SECRET}?`);
    await rig.found('tea');
    expect(rig.memory.forget('zanzibarquux')).toEqual({
      outcome: 'forgotten',
      lines: [
        { name: 'MEMORY.md', count: 2 },
        { name: '2025-05-05', count: 1 },
      ],
      elsewhere: [
        { name: 'conversations', count: 1 },
        { name: 'summaries', count: 0 },
      ],
      examples: [],
      searched: ['MEMORY.md', '2 notes', 'conversations', 'summaries'],
      skipped: [],
    });
    expect(rig.read('MEMORY.md')).toBe('# Travel\n- Likes tea\n');
    expect(rig.read('notes/2026-02-01.md')).toBe(`- ${SECRET}s are many\n`);
    expect(conversations).toEqual(['tea?']);
    expect(await rig.found('zanzibarquux')).toEqual([`${SECRET}s are many`]);
  });

  it('leaves no byte of it in any file, whatever else was written, changed and removed before', async () => {
    const word = fc.stringMatching(/^[a-z]{2,7}$/);
    const text = fc.array(word, { minLength: 1, maxLength: 60 }).map((all) => all.join(' '));
    const secret = fc.stringMatching(/^(zq|a|mm|é)[a-z]{12}$/);
    const step = fc.record({ day: fc.integer({ min: 1, max: 9 }), text, removed: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(secret, fc.array(step, { minLength: 5, maxLength: 60 }), async (told, steps) => {
        for (const [at, { day, text: said, removed }] of steps.entries()) {
          const line = at % 4 === 0 ? `${said} ${told} ${said}` : said;
          rig.index.put(
            'conversation',
            String(at % 30),
            rig.now - day * 86_400_000,
            `${line}\n`.repeat(at % 9),
          );
          if (removed) rig.index.remove('conversation', String((at * 7) % 30));
          rig.writeByHand(`notes/2026-01-0${day}.md`, `- ${line}\n- ${said}\n`);
          if (at % 10 === 0) await rig.found(said);
        }
        rig.memory.remember(`My secret is ${told}`, 'always');
        writeFileSync(rig.pathOf('MEMORY.md.new'), `- My secret is ${told}\n`);
        await rig.found(told);
        expect(rig.filesHolding(told)).not.toEqual([]);
        expect(rig.memory.forget(told, { confirmed: true }).outcome).toBe('forgotten');
        expect(rig.filesHolding(told, told.slice(2), told.normalize('NFD'))).toEqual([]);
        expect((await rig.found(told)).filter((found) => found.includes(told))).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });

  it('holds against an indexer that has read the file before', async () => {
    let reached = (): void => undefined;
    let release = (): void => undefined;
    const isReached = new Promise<void>((resolve) => (reached = resolve));
    const isReleased = new Promise<void>((resolve) => (release = resolve));
    rig.writeByHand('MEMORY.md', `- ${SECRET}\n- tea\n`);
    pause = () => {
      reached();
      return isReleased;
    };
    const searching = rig.memory.recall('tea');
    await isReached;
    expect(rig.memory.forget(SECRET).lines).toEqual([{ name: 'MEMORY.md', count: 1 }]);
    release();
    expect((await searching).found.map(({ text }) => text)).toEqual(['tea']);
    expect(await rig.found(`${SECRET} tea`)).toEqual(['tea']);
    expect(rig.filesHolding(SECRET, SECRET.toLowerCase())).toEqual([]);
  });

  it('holds against an indexer in the middle of a long file', async () => {
    rig.writeByHand('MEMORY.md', Array.from({ length: 450 }, (_, at) => `- ${SECRET} tea${at}`).join('\n'));
    let pauses = 0;
    pause = () => {
      if (++pauses === 3) rig.memory.forget(SECRET, { confirmed: true });
      return Promise.resolve();
    };
    expect(await rig.found(SECRET)).toEqual([]);
    expect(pauses).toBeGreaterThanOrEqual(3);
    expect(rig.filesHolding(SECRET, SECRET.toLowerCase())).toEqual([]);
  });

  it('holds over a restart and an index that is built anew', async () => {
    rig.writeByHand('MEMORY.md', `- ${SECRET}\n- tea\n`);
    await rig.found('tea');
    rig.memory.forget(SECRET);
    await rig.stop();
    rig.start();
    expect(await rig.found(`${SECRET} tea`)).toEqual(['tea']);
    await rig.stop();
    rmSync(rig.pathOf('index.sqlite'));
    rig.start();
    expect(await rig.found(`${SECRET} tea`)).toEqual(['tea']);
  });

  it('refuses the work of one who read before', () => {
    const { generation } = rig.memory;
    rig.memory.remember(SECRET, 'always');
    let written = 0;
    expect(rig.memory.commitIf(generation, () => void (written += 1))).toBe(true);
    rig.memory.forget(SECRET);
    expect(rig.memory.commitIf(generation, () => void (written += 1))).toBe(false);
    expect(written).toBe(1);
  });

  it('cleans the index even when the files are done, as after a crash in between', async () => {
    rig.memory.remember(SECRET, 'always');
    await rig.found(SECRET);
    rig.writeByHand('MEMORY.md', '');
    expect(rig.filesHolding(SECRET)).not.toEqual([]);
    expect(rig.memory.forget(SECRET)).toMatchObject({
      outcome: 'nothing-found',
      searched: ['MEMORY.md', 'conversations', 'summaries'],
    });
    expect(rig.filesHolding(SECRET, SECRET.toLowerCase())).toEqual([]);
  });

  it('cleans the index also when a holder fails', async () => {
    const failing = new MemoryRig({
      holders: [
        {
          name: 'conversations',
          forget() {
            throw new Error('locked');
          },
        },
      ],
    });
    try {
      failing.memory.remember(SECRET, 'always');
      await failing.found(SECRET);
      expect(() => failing.memory.forget(SECRET)).toThrow('locked');
      expect(failing.filesHolding(SECRET, SECRET.toLowerCase())).toEqual([]);
    } finally {
      await failing.remove();
    }
  });

  it('names the files that it could not search', () => {
    rig.memory.remember(SECRET, 'today');
    symlinkSync(rig.pathOf('notes/2026-03-01.md'), rig.pathOf('notes/2026-02-01.md'));
    const { lines, skipped } = rig.memory.forget(SECRET);
    expect(lines).toEqual([{ name: '2026-03-01', count: 1 }]);
    expect(skipped).toEqual(['I cannot use the note of 2026-02-01: it is a link.']);
  });

  describe('of much', () => {
    it.each(['a', 'the', 'das'])('asks first when the word is as short as %s', (word) => {
      rig.memory.remember(`This is ${word} test`, 'always');
      expect(rig.memory.forget(word)).toMatchObject({
        outcome: 'not-yet',
        lines: [{ name: 'MEMORY.md', count: 1 }],
        examples: [{ place: 'MEMORY.md', text: `This is ${word} test` }],
      });
      expect(rig.read('MEMORY.md')).toContain(word);
      expect(rig.memory.forget(word, { confirmed: true }).outcome).toBe('forgotten');
      expect(rig.read('MEMORY.md')).toBe('');
    });

    it('asks first when there are more than 200 hits, conversations with them', () => {
      rig.writeByHand('MEMORY.md', 'tea time\n'.repeat(100) + 'other\n'.repeat(900));
      rig.index.transaction(() => {
        for (let at = 0; at < 101; at += 1)
          rig.index.put('conversation', String(at), rig.now, `more tea ${at}`);
      });
      expect(rig.memory.forget('tea')).toMatchObject({
        outcome: 'not-yet',
        lines: [{ name: 'MEMORY.md', count: 100 }],
        elsewhere: [{ name: 'conversations', count: 101 }],
      });
    });

    it('asks first when it is a third of everything', () => {
      rig.writeByHand('MEMORY.md', 'about Anna\n'.repeat(12) + 'other\n'.repeat(8));
      expect(rig.memory.forget('Anna').outcome).toBe('not-yet');
      rig.writeByHand('MEMORY.md', 'about Anna\n'.repeat(12) + 'other\n'.repeat(80));
      expect(rig.memory.forget('Anna').outcome).toBe('forgotten');
    });

    it('refuses to forget nothing in particular', () => {
      expect(() => rig.memory.forget(' … ', { confirmed: true })).toThrow('Say which words to forget');
    });
  });
});
