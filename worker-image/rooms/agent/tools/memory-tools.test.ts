/** Tests of the tools of the memory, as the model calls them. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ToolResult } from '../models/model.js';
import { MemoryRig } from '../memory/test-rig.js';
import { correctMemoryTool } from './correct-memory.js';
import { forgetTool } from './forget.js';
import { recallTool } from './recall.js';
import { rememberTool } from './remember.js';
import { ToolBox } from './tool-box.js';

describe('the tools of the memory', () => {
  let rig: MemoryRig;
  let box: ToolBox;

  const call = async (name: string, given: object): Promise<Pick<ToolResult, 'text' | 'failed'>> => {
    const context = {
      turn: { id: 1, channel: 'telegram', chat: '1', sentAt: 0 },
      signal: new AbortController().signal,
      sendFile: () => Promise.resolve(),
    };
    const result = await box.run(
      { type: 'tool-call', id: '1', name, arguments: given } as never,
      context as never,
    );
    return { text: result.text, failed: result.failed };
  };

  beforeEach(() => {
    rig = new MemoryRig();
    const { memory } = rig;
    box = new ToolBox([
      rememberTool(memory),
      recallTool(memory),
      correctMemoryTool(memory),
      forgetTool(memory),
    ]);
  });
  afterEach(() => rig.remove());

  it('remember, recall and correct a line', async () => {
    expect(await call('remember', { where: 'always', text: 'Likes tea' })).toEqual({
      text: 'Written down.',
      failed: false,
    });
    expect((await call('remember', { where: 'always', text: 'likes tea' })).text).toBe(
      'That is there already.',
    );
    await call('remember', { where: 'today', text: 'Drank green tea' });
    expect((await call('recall', { query: 'green' })).text).toBe(
      '{"found":["note 2026-03-01: Drank green tea"]}',
    );
    expect((await call('recall', { query: 'tea', source: 'memory' })).text).toBe(
      '{"found":["memory: Likes tea"]}',
    );
    expect((await call('correct_memory', { old: 'likes tea', new: 'Likes coffee' })).text).toBe(
      'Corrected in MEMORY.md.',
    );
    expect(rig.read('MEMORY.md')).toBe('- Likes coffee\n');
  });

  it('tell the model what it did wrong', async () => {
    await call('remember', { where: 'always', text: 'Anna likes tea' });
    await call('remember', { where: 'always', text: 'Anna is my sister' });
    const ambiguous = await call('correct_memory', { old: 'Anna', new: 'x' });
    expect(ambiguous.failed).toBe(true);
    expect(ambiguous.text).toContain('- MEMORY.md: Anna is my sister');
    expect((await call('remember', { where: 'forever', text: 'x' })).failed).toBe(true);
    expect((await call('remember', { where: 'always', text: '' })).text).toContain('nothing to write down');
  });

  it('forget only what is surely meant, and more once the user has said yes', async () => {
    await call('remember', { where: 'always', text: 'This is a test' });
    const asked = await call('forget', { words: 'a' });
    expect(asked.text).toContain('> This is a test');
    expect(asked.text).toContain('only after their yes');
    expect(rig.read('MEMORY.md')).not.toBe('');
    expect((await call('forget', { words: 'a', confirmed: true })).text).toContain('MEMORY.md: 1 line');
    expect(rig.read('MEMORY.md')).toBe('');
    expect((await call('forget', { words: 'zanzibar' })).text).toBe(
      'I found nothing of that. I searched MEMORY.md.',
    );
  });

  it('cost little with each message', () => {
    expect(JSON.stringify(box.descriptions).length).toBeLessThan(1_600);
  });
});
