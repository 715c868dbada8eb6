/** Tests of the system prompt: what it holds, and that it stays short. */
import { describe, expect, it } from 'vitest';
import { presentTime, systemPrompt } from './system-prompt.js';

const bytes = ({ stable, current }: { stable: string; current: string }): number =>
  Buffer.byteLength(stable + current);

describe('systemPrompt', () => {
  it('holds what is known, the lasting part first', () => {
    const prompt = systemPrompt({ persona: 'Be dry.', memory: '- likes tea', notes: '- met Kim' });
    expect(prompt.stable).toMatch(/^You are Ara[\s\S]*Be dry\.$/);
    expect(prompt.current).toBe(
      'What you remember (MEMORY.md):\n- likes tea\n\nNotes of today and yesterday:\n- met Kim',
    );
  });

  it('says nothing of what there is not', () => {
    expect(systemPrompt({ persona: null, memory: '', notes: '' }).current).toBe('');
  });

  it.each(['x', 'ß', '語', '👋🏽'])('stays below 6 kB however much is known, in %s', (letter) => {
    const much = `${letter.repeat(50)}\n`.repeat(1_000);
    expect(bytes(systemPrompt({ persona: much, memory: much, notes: much }))).toBeLessThanOrEqual(6_000);
    const oneLine = letter.repeat(50_000);
    expect(bytes(systemPrompt({ persona: oneLine, memory: oneLine, notes: oneLine }))).toBeLessThanOrEqual(
      6_000,
    );
  });
});

describe('presentTime', () => {
  it('is the user’s own clock', () => {
    const now = Date.UTC(2026, 10, 24, 7, 31);
    expect(presentTime(now, 'Europe/Berlin')).toBe('(now: Tue 2026-11-24 08:31 Europe/Berlin)');
    expect(presentTime(now, 'America/New_York')).toBe('(now: Tue 2026-11-24 02:31 America/New_York)');
  });
});
