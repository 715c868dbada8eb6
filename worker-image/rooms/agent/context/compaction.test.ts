/** Tests of where a conversation is cut, and of what is asked of the model that sums it up. */
import { describe, expect, it } from 'vitest';
import { cutFor, historyBudget, HISTORY_BUDGET, summaryRequest } from './compaction.js';

const turns = (count: number, size = 100) =>
  Array.from({ length: count }, (_, at) => ({
    position: at + 1,
    question: 'q'.repeat(size / 2),
    answer: 'a'.repeat(size / 2),
    sentAt: Date.UTC(2026, 10, 24),
  }));

describe('cutFor', () => {
  it('keeps the newest 40 % of the budget word for word', () => {
    // A turn of 100 characters counts 160, since its form counts too.
    const { old, recent } = cutFor(turns(20), 1_600);
    expect(recent).toHaveLength(4);
    expect(old).toHaveLength(16);
    expect([...old, ...recent].map(({ position }) => position)).toEqual(
      turns(20).map(({ position }) => position),
    );
  });

  it('sums up even the last turn when it alone is too much', () => {
    expect(cutFor(turns(1, 5_000), 1_000)).toMatchObject({ recent: [] });
  });
});

describe('historyBudget', () => {
  it('is bounded by price for large models and by the window for small ones', () => {
    expect(historyBudget(1_000_000)).toBe(HISTORY_BUDGET);
    expect(historyBudget(8_192)).toBeLessThan(8_192);
  });
});

describe('summaryRequest', () => {
  it('asks to keep what binds, and gives the summary so far and every word since', () => {
    const { system, messages } = summaryRequest('- Decision: Lisbon', turns(2));
    for (const word of ['decision', 'promise', 'open question']) expect(system).toContain(word);
    const text = JSON.stringify(messages);
    expect(text).toContain('- Decision: Lisbon');
    expect(text).toContain('[2026-11-24] User: qqq');
    expect(text).toContain('Ara: aaa');
  });
});
