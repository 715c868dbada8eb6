import { describe, expect, it } from 'vitest';
import type { UsageRow } from '../../api/types';
import { perDay, sumBy, total } from './sums';

const row = (day: string, model: string, messages: number): UsageRow => ({
  day,
  channel: 'telegram',
  provider: 'anthropic',
  model,
  outcome: 'answered',
  messages,
  inputTokens: messages * 10,
  cachedTokens: 0,
  outputTokens: messages,
  costMicros: messages * 100,
});

const rows = [row('2026-11-22', 'a', 1), row('2026-11-22', 'b', 2), row('2026-11-20', 'a', 4)];

describe('usage, added up', () => {
  it('by what the rows have in common', () => {
    expect(sumBy(rows, ({ model }) => model ?? '').map(({ name, messages }) => [name, messages])).toEqual([
      ['a', 5],
      ['b', 2],
    ]);
    expect(total(rows).costMicros).toBe(700);
    expect(total([]).messages).toBe(0);
  });

  it('has every day of the period for the picture, those without use too', () => {
    const days = perDay(rows, 3, ({ messages }) => messages, new Date('2026-11-22T10:00:00Z'));
    expect(days).toEqual([
      { day: '2026-11-20', figures: { a: 4 } },
      { day: '2026-11-21', figures: {} },
      { day: '2026-11-22', figures: { a: 1, b: 2 } },
    ]);
  });
});
