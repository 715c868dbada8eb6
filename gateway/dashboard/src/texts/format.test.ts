import { describe, expect, it } from 'vitest';
import { formatAgo, formatBytes, formatMoney, formatWait, inFours } from './format';

describe('figures as people read them', () => {
  it('give small sums four digits, so that a first message does not cost nothing', () => {
    expect(formatMoney(0)).toBe('$0.00');
    expect(formatMoney(1_200)).toBe('$0.0012');
    expect(formatMoney(341_000)).toBe('$0.34');
    expect(formatMoney(12_000_000)).toBe('$12.00');
  });

  it('stand in groups of four where they are compared', () => {
    expect(inFours('abcdefghij')).toBe('abcd efgh ij');
  });

  it('count bytes in the unit that fits', () => {
    expect([0, 999, 1_200, 18_400_000, 2_000_000_000].map(formatBytes)).toEqual([
      '0 B',
      '999 B',
      '1.2 kB',
      '18 MB',
      '2.0 GB',
    ]);
  });

  it('say how long ago something was, and how soon it will be', () => {
    const now = Date.parse('2026-11-23T12:00:00Z');
    expect(formatAgo('2026-11-23T11:59:50Z', now)).toBe('just now');
    expect(formatAgo('2026-11-23T11:53:00Z', now)).toBe('7 minutes ago');
    expect(formatAgo('2026-11-22T11:53:00Z', now)).toBe('yesterday');
    expect(formatAgo('2026-11-23T17:00:00Z', now)).toBe('in 5 hours');
  });

  it('say how long to wait, never too short', () => {
    expect([1, 40, 90, 91, 901, 5_400, 5_401].map(formatWait)).toEqual([
      '1 second',
      '40 seconds',
      '90 seconds',
      '2 minutes',
      '16 minutes',
      '90 minutes',
      '2 hours',
    ]);
  });
});
