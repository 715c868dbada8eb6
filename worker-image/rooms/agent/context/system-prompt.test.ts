/** Tests of the system prompt: what it holds, and that it stays short. */
import { describe, expect, it } from 'vitest';
import { LONGEST } from '../preferences.js';
import { presentTime, systemPrompt } from './system-prompt.js';

const bytes = ({ stable, current }: { stable: string; current: string }): number =>
  Buffer.byteLength(stable + current);

describe('systemPrompt', () => {
  it('holds what is known, the lasting part first', () => {
    const prompt = systemPrompt({
      name: null,
      persona: 'Be dry.',
      memory: '- likes tea',
      notes: '- met Kim',
    });
    expect(prompt.stable).toMatch(/^You are Ara[\s\S]*Be dry\.$/);
    expect(prompt.current).toBe(
      'What you remember (MEMORY.md):\n- likes tea\n\nNotes of today and yesterday:\n- met Kim',
    );
  });

  it('says nothing of what there is not', () => {
    expect(systemPrompt({ name: null, persona: null, memory: '', notes: '' }).current).toBe('');
  });

  it('goes by the name that the user gave', () => {
    const { stable } = systemPrompt({ name: 'Müller & Söhne', persona: null, memory: '', notes: '' });
    expect(stable).toMatch(/^You are Müller & Söhne, a personal assistant/);
    expect(stable).not.toContain('Ara');
  });

  const all = (text: string, persona: string | null) =>
    bytes(systemPrompt({ name: 'x'.repeat(40), persona, memory: text, notes: text }));

  it.each(['x', 'ß', '語', '👋🏽'])('stays short however much is known, in %s', (letter) => {
    for (const much of [`${letter.repeat(50)}\n`.repeat(1_000), letter.repeat(50_000)]) {
      expect(all(much, null)).toBeLessThanOrEqual(6_000);
      expect(all(much, much)).toBeLessThanOrEqual(12_000);
    }
  });

  it.each(['x', 'ß', '語', '👋'])('holds the longest wishes whole, in %s', (letter) => {
    const persona = letter.repeat(LONGEST.persona / letter.length);
    expect(systemPrompt({ name: null, persona, memory: '', notes: '' }).stable).toContain(persona);
  });
});

describe('presentTime', () => {
  it('is the user’s own clock', () => {
    const now = Date.UTC(2026, 10, 24, 7, 31);
    expect(presentTime(now, 'Europe/Berlin')).toBe('(now: Tue 2026-11-24 08:31 Europe/Berlin)');
    expect(presentTime(now, 'America/New_York')).toBe('(now: Tue 2026-11-24 02:31 America/New_York)');
  });
});
