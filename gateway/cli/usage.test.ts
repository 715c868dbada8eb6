/** Usage as the status shows it. */
import { expect, it } from 'vitest';
import { usageLines, type UsageRow } from './usage.js';

const row = (more: Partial<UsageRow>): UsageRow => ({
  day: '2026-11-23',
  provider: 'anthropic',
  model: 'claude-sonnet-5-5',
  messages: 1,
  inputTokens: '100',
  cachedTokens: '0',
  outputTokens: '10',
  costMicros: '300',
  ...more,
});

it('is added up by day and model, the newest day first', () => {
  expect(
    usageLines([
      row({ day: '2026-11-22', costMicros: '1250000' }),
      row({ cachedTokens: '50' }),
      row({ messages: 2, outputTokens: '30' }),
      row({ provider: 'openai', model: 'gpt-6-sol' }),
      row({ provider: '', model: '', inputTokens: '0', outputTokens: '0', costMicros: '0' }),
    ]),
  ).toEqual([
    '2026-11-23  anthropic claude-sonnet-5-5: 3 messages, 250 tokens in (50 cached), 40 out, $0.0006',
    '2026-11-23  openai gpt-6-sol: 1 messages, 100 tokens in, 10 out, $0.0003',
    '2026-11-23  no model: 1 messages, 0 tokens in, 0 out, $0.0000',
    '2026-11-22  anthropic claude-sonnet-5-5: 1 messages, 100 tokens in, 10 out, $1.25',
  ]);
});

it('is exact where numbers are not', () => {
  const [line] = usageLines([
    row({ inputTokens: '9007199254740993' }),
    row({ inputTokens: '9007199254740993' }),
  ]);
  expect(line).toContain('18014398509481986 tokens in');
});

it('is shown for a week', () => {
  const days = Array.from({ length: 20 }, (_, at) => `2026-11-${String(at + 1).padStart(2, '0')}`);
  const lines = usageLines(days.map((day) => row({ day })));
  expect(lines.map((line) => line.slice(0, 10))).toEqual(days.slice(-7).reverse());
});
