/** What a container claims of its usage: believed, within reason. */
import { describe, expect, it } from 'vitest';
import { figure, type Figure } from '../../../contracts/gateway-door.js';
import { withinReason } from './reason.js';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const plain: Figure = {
  day: '2026-11-23',
  channel: 'telegram',
  outcome: 'answered',
  provider: 'anthropic',
  model: 'claude-sonnet-5-5',
  inputTokens: 900_000,
  cachedTokens: 5_000_000,
  outputTokens: 128_000,
  costMicros: 12_000_000,
};
const check = (more: Partial<Figure>): void =>
  withinReason([plain, figure.parse({ ...plain, ...more })], NOW);

it.each([{}, { day: '2026-11-24' }, { day: '2025-11-24' }, { costMicros: 0 }])('%j is believed', (more) => {
  expect(() => check(more)).not.toThrow();
});

describe('refused is', () => {
  it.each<Partial<Figure>>([
    { inputTokens: 1_000_000_001 },
    { cachedTokens: Number.MAX_SAFE_INTEGER },
    { outputTokens: Number.MAX_SAFE_INTEGER },
    { costMicros: 10_000_000_001 },
    { day: '2026-11-26' },
    { day: '9999-12-31' },
    { day: '1970-01-01' },
  ])('%j', (more) => {
    expect(() => check(more)).toThrow(expect.objectContaining({ code: 'bad-request' }));
  });
});

it('what is believed fits into bigint for longer than anyone lives', () => {
  const mostEachSecond = 200n * 10_000_000_000n;
  expect(mostEachSecond * 86_400n * 30n).toBeLessThan(2n ** 63n);
});
