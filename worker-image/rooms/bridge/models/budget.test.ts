/** What a `/budget` message is understood as, and when the user is told how much is used. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBudget, thresholdPassed, warningOf } from './budget.js';

const before = { day: 1_000_000, month: 20_000_000 };

describe('a /budget message', () => {
  it.each([
    ['/budget day 2.50', { ...before, day: 2_500_000 }],
    ['/budget day 2,50', { ...before, day: 2_500_000 }],
    ['/budget day 2,5', { ...before, day: 2_500_000 }],
    ['/budget month $30', { ...before, month: 30_000_000 }],
    ['/budget month $ 30', { ...before, month: 30_000_000 }],
    ['/budget day US$10', { ...before, day: 10_000_000 }],
    ['/budget month 10 usd', { ...before, month: 10_000_000 }],
    ['/budget daily 10 Dollars', { ...before, day: 10_000_000 }],
    ['/BUDGET Monthly 10$', { ...before, month: 10_000_000 }],
    ['/budget@ara_bot day 3', { ...before, day: 3_000_000 }],
    ['  /budget   day   3  ', { ...before, day: 3_000_000 }],
    ['/budget day 0', { ...before, day: 0 }],
    ['/budget day 0.05', { ...before, day: 50_000 }],
    ['/budget month 1000000', { ...before, month: 1_000_000_000_000 }],
    ['/budget day off', { ...before, day: null }],
    ['/budget month none', { ...before, month: null }],
    ['/budget off', { day: null, month: null }],
    ['/budget day 2 month 30', { day: 2_000_000, month: 30_000_000 }],
    ['/budget day 2.50 usd and month off', { day: 2_500_000, month: null }],
  ])('%s is understood', (text, caps) => {
    expect(readBudget(text, before)).toEqual(caps);
  });

  it.each([
    '/budget',
    '/budget ',
    '/budget 5',
    '/budget day',
    '/budget day lots',
    '/budget week 5',
    '/budget day -5',
    '/budget day 1e3',
    '/budget day 2.505',
    '/budget day 1,000',
    '/budget day 1.000,00',
    '/budget day 1000001',
    '/budget day 99999999',
    '/budget day 5 €',
    '/budget day 5 month',
    '/budget day 5month 6',
    '/budget off day',
    '/budgetday 5',
    'budget day 5',
    'please /budget day 5',
  ])('%s is not', (text) => {
    expect(readBudget(text, before)).toBeNull();
  });

  it('never gives a cap that is no whole number of micros within bounds, whatever is written', () => {
    const words = fc.constantFrom(
      'day',
      'month',
      'off',
      '$',
      '-',
      '1',
      '9',
      '0.1',
      ',',
      'usd',
      ' ',
      'and',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 8 }), (parts) => {
        const caps = readBudget(`/budget ${parts.join(' ')}`, before);
        for (const cap of caps ? [caps.day, caps.month] : [])
          expect(cap === null || (Number.isInteger(cap) && cap >= 0 && cap <= 1e12)).toBe(true);
      }),
    );
  });
});

describe('what is told', () => {
  it.each([
    [0, 100, 0],
    [0, 0, 0],
    [1, 0, 100],
    [49, 100, 0],
    [50, 100, 50],
    [79, 100, 50],
    [80, 100, 80],
    [99, 100, 80],
    [100, 100, 100],
    [300, 100, 100],
    [300, null, 0],
  ])('at %d of %d is the threshold %d', (spent, cap, threshold) => {
    expect(thresholdPassed(spent, cap)).toBe(threshold);
  });

  it('says how much of what is used, and what to do once all of it is', () => {
    expect(warningOf('day', 80, 2_080_000, 2_500_000)).toBe(
      "You have used 83 % of today's budget: $2.08 of $2.50.",
    );
    expect(warningOf('month', 100, 31_000_000, 30_000_000)).toBe(
      "You have used up this month's budget: $31.00 of $30.00. Raise it with /budget month AMOUNT, or wait until the first of the month, UTC.",
    );
  });
});
