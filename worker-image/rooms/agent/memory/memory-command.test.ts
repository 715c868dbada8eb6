/** Tests of what `/memory` answers. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryCommand } from './memory-command.js';
import { MemoryRig } from './test-rig.js';

describe('/memory', () => {
  let rig: MemoryRig;
  const say = (args: string): Promise<string> => memoryCommand(args, rig.memory);

  beforeEach(() => {
    rig = new MemoryRig({ holders: [{ name: 'conversations', forget: () => 4 }] });
  });
  afterEach(() => rig.remove());

  it('says what one can say when nothing is known', async () => {
    const answer = await say('');
    expect(answer).toContain('I have nothing written down yet');
    expect(answer).toContain('`/memory forget WORDS`');
  });

  it('shows what is remembered, and fits one message however much that is', async () => {
    expect(await say('add Likes tea')).toBe('I will remember that.');
    expect(await say('ADD likes tea!')).toBe('I know that already.');
    expect(await say('note Dentist\nat four')).toBe('Noted for today.');
    expect(await say('')).toContain(
      '**What I remember** (MEMORY.md)\n- Likes tea\n\n**Notes of today**\n- Dentist at four\n\nYou can also say:',
    );
    for (let at = 0; at < 100; at += 1) await say(`add This is the fact number ${at}, which is quite long`);
    const answer = await say(' ');
    expect(answer.length).toBeLessThan(4_096);
    expect(answer).toMatch(/\(\d+ more lines; `\/memory search` finds them\)/);
  });

  it('searches', async () => {
    await say('add Likes green tea');
    await say('note Bought tea');
    expect((await say('search tea')).split('\n').sort()).toEqual([
      '- 2026-03-01, note: Bought tea',
      '- MEMORY.md: Likes green tea',
    ]);
    expect(await say('search coffee')).toBe('I found nothing for that.');
    expect(await say('search')).toContain('Say what to look for');
  });

  it('forgets and says where, without saying again what', async () => {
    await say('add Anna is my sister');
    await say('note Called Anna');
    expect(await say('forget anna')).toBe(
      [
        'Forgotten, also in the search index:',
        '- MEMORY.md: 1 line',
        '- the note of 2026-03-01: 1 line',
        '- conversations: 4',
      ].join('\n'),
    );
  });

  it('shows what would go and how to go ahead when that is much', async () => {
    await say('add This is a test');
    expect(await say('forget a')).toBe(
      [
        'That is much. It would remove:',
        '- MEMORY.md: 1 line',
        'Such as:',
        '> This is a test',
        'To go ahead, send the same with `/memory forget!`.',
      ].join('\n'),
    );
    expect(await say('forget! a')).toContain('- MEMORY.md: 1 line');
    expect(await say('forget xy')).toContain('None of your notes has that');
  });

  it('answers a refusal and an unknown word in plain words', async () => {
    expect(await say('forget')).toContain('Say which words to forget');
    expect(await say('add')).toContain('There is nothing to write down');
    expect(await say('my sister is Anna')).toContain('I do not know `/memory my`. You can say:');
  });
});
