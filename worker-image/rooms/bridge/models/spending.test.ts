/** The spending book: what is reserved and spent stays below the caps, through races, crashes and the turn of days. */
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { CatalogueModel, Settings } from '../../../../contracts/gateway-door.js';
import type { Provider } from '../../../../contracts/ids.js';
import { spending as spendingSchema } from '../../../../contracts/rooms-door.js';
import type { Journal } from '../journal/journal.js';
import { SpendingBook, type Reservation } from './spending.js';
import { temporaryJournal } from '../test-rig.js';

const model = (provider: Provider, name: string, price: CatalogueModel['price']): CatalogueModel => ({
  provider,
  model: name,
  contextTokens: 200_000,
  outputTokens: 8_000,
  images: true,
  thinking: true,
  price,
});
const small = { input: 1, output: 5, cacheRead: 0.1, cacheWrite: 1.25 };
const large = { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 };
const settings: Settings = {
  models: [],
  catalogue: {
    date: '2026-11-20',
    models: [
      model('anthropic', 'small', small),
      model('anthropic', 'large', large),
      model('openai', 'even', { input: 2, output: 2, cacheRead: 2, cacheWrite: 2 }),
      model('compatible', 'own', null),
      model('compatible', 'paid', small),
    ],
  },
  compatibleUrl: null,
  publicUrl: null,
  hosts: [],
};
const overBudget = expect.objectContaining({ code: 'over-budget' }) as Error;

let journal: Journal;
let now: number;
let book: SpendingBook;
const open = (): SpendingBook =>
  new SpendingBook(
    journal,
    () => settings,
    () => now,
  );
const at = (time: string): void => void (now = Date.parse(time));

beforeEach(() => {
  journal = temporaryJournal();
  at('2026-11-24T12:00:00Z');
  book = open();
});

/** A call of `micros`: at 2 dollars a million tokens in and out, half of the micros are tokens. */
const reserve = (micros: number, turn = 1): Reservation =>
  book.reserve({
    turn,
    choice: { provider: 'openai', model: 'even' },
    inputTokens: 0,
    maxTokens: micros / 2,
  });
function spend(micros: number, turn = 1): void {
  book.settle(reserve(micros, turn), { input: 0, cached: 0, output: micros / 2 });
}

describe('a call', () => {
  it('is reserved at the most it can cost, and settled at what it did cost', () => {
    book.setCaps('/budget day 0.10');
    const choice = { provider: 'anthropic', model: 'small' } as const;
    // All of the input could go to the cache: 8,000 × 1.25 + 18,000 × 5 are the whole cap.
    const first = book.reserve({ turn: 1, choice, inputTokens: 8_000, maxTokens: 18_000 });
    expect(() => reserve(2)).toThrow(overBudget);
    book.settle(first, { input: 1_000, cached: 2_000, cacheWrite: 4_000, output: 100 });
    expect(book.view()).toMatchObject({ today: 1_000 + 200 + 5_000 + 500, thisMonth: 6_700 });
    expect(() => reserve(93_302)).toThrow(overBudget);
    expect(reserve(93_300)).toBeDefined();
  });

  it('counts in full when nobody can say what it took', () => {
    const choice = { provider: 'anthropic', model: 'small' } as const;
    book.settle(book.reserve({ turn: 4, choice, inputTokens: 100, maxTokens: 10 }), null);
    expect(book.view()).toMatchObject({
      today: 175,
      rows: [{ inputTokens: 100, outputTokens: 10, calls: 1 }],
    });
    expect(book.ofTurn(4)).toEqual({ input: 100, cached: 0, output: 10, costMicros: 175 });
  });

  it('that never was costs nothing and gives back what was reserved', () => {
    book.setCaps('/budget day 1');
    book.cancel(reserve(1_000_000));
    expect(book.view()).toMatchObject({ today: 0, rows: [] });
    expect(reserve(1_000_000)).toBeDefined();
  });

  it('is settled once', () => {
    const reservation = reserve(10);
    const tokens = { input: 1, cached: 0, output: 1 };
    book.settle(reservation, tokens);
    book.settle(reservation, tokens);
    book.cancel(reservation);
    book.settle(reservation, null);
    expect(book.view()).toMatchObject({ today: 4, rows: [{ calls: 1 }] });
  });

  it('without a cap is not refused, and metered all the same', () => {
    spend(5_000_000_000);
    expect(book.view()).toMatchObject({ caps: { day: null, month: null }, today: 5_000_000_000 });
  });

  it('may cost a fraction of a micro, and then counts a whole one', () => {
    const choice = { provider: 'anthropic', model: 'small' } as const;
    const reservation = book.reserve({ turn: 1, choice, inputTokens: 10, maxTokens: 1 });
    book.settle(reservation, { input: 0, cached: 1, output: 0 });
    expect(book.view().today).toBe(1);
  });
});

describe('the price', () => {
  const costOfCall = (provider: Provider, name: string, maxTokens: number | null): number => {
    const choice = { provider, model: name };
    book.settle(book.reserve({ turn: 1, choice, inputTokens: 1_000, maxTokens }), null);
    return book.ofTurn(1).costMicros;
  };

  it('of a model that the catalogue does not know is that of the dearest of its provider', () => {
    expect(costOfCall('anthropic', 'large', 10)).toBe(3_750 + 150);
    expect(costOfCall('anthropic', 'unheard-of', 10)).toBe(3_750 + 150);
    expect(costOfCall('openai', 'unheard-of', 10)).toBe(2_020);
  });

  it('of a compatible server that nobody knows is nothing, and no cap stands in its way', () => {
    book.setCaps('/budget day 1');
    spend(1_000_000, 2);
    expect(costOfCall('compatible', 'own', 1_000)).toBe(0);
    expect(() => reserve(2)).toThrow(overBudget);
    expect(() => costOfCall('compatible', 'unheard-of', 1_000)).toThrow(overBudget);
  });

  it('of a provider without models is not guessed: no key is set for it', () => {
    expect(() => costOfCall('google', 'gemini', 10)).toThrow(
      expect.objectContaining({ code: 'no-key' }) as Error,
    );
  });

  it('of an answer without a limit is that of the longest one', () => {
    expect(costOfCall('anthropic', 'small', null)).toBe(1_250 + 8_000 * 5);
    expect(costOfCall('anthropic', 'unheard-of', null)).toBe(3_750 + 16_384 * 15);
  });
});

describe('a cap', () => {
  it('of the day is whole again at midnight UTC', () => {
    book.setCaps('/budget day 1');
    at('2026-11-24T23:59:59.999Z');
    spend(1_000_000);
    expect(() => reserve(2)).toThrow(overBudget);
    at('2026-11-25T00:00:00Z');
    spend(1_000_000);
    expect(book.view()).toMatchObject({ today: 1_000_000, thisMonth: 2_000_000 });
  });

  it('of the month is whole again on the first, UTC', () => {
    book.setCaps('/budget month 1');
    at('2026-10-31T23:59:59.999Z');
    spend(600_000);
    at('2026-11-01T00:00:00Z');
    spend(400_000);
    at('2026-11-30T23:00:00Z');
    expect(() => reserve(600_002)).toThrow(overBudget);
    spend(600_000);
    at('2026-12-01T00:00:00Z');
    expect(book.view()).toMatchObject({ today: 0, thisMonth: 0 });
    spend(1_000_000);
  });

  it('holds for a call that goes past midnight on the day on which it began', () => {
    book.setCaps('/budget day 1');
    at('2026-11-30T23:59:59Z');
    const late = reserve(1_000_000);
    at('2026-12-01T00:00:01Z');
    expect(reserve(1_000_000)).toBeDefined();
    book.settle(late, null);
    expect(book.view()).toMatchObject({ today: 0, thisMonth: 0, rows: [{ day: '2026-11-30' }] });
  });

  it('is kept, and the nearer of the two decides', () => {
    book.setCaps('/budget day 2 month 1');
    book = open();
    expect(book.view().caps).toEqual({ day: 2_000_000, month: 1_000_000 });
    expect(() => reserve(1_000_002)).toThrow(overBudget);
    expect(book.setCaps('/budget')).toBe(false);
    expect(book.setCaps('/budget off')).toBe(true);
    expect(reserve(9_000_000)).toBeDefined();
  });

  it('is never passed by any order of calls, crashes and days', () => {
    const CAPS = { day: 1_000, month: 2_500 };
    const event = fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({
          what: fc.constant('reserve' as const),
          micros: fc.integer({ min: 1, max: 300 }),
        }),
      },
      {
        weight: 4,
        arbitrary: fc.record({
          what: fc.constantFrom('settle' as const, 'cancel' as const, 'unknown' as const),
          which: fc.nat(),
          part: fc.double({ min: 0, max: 1, noNaN: true }),
        }),
      },
      { weight: 1, arbitrary: fc.constantFrom({ what: 'crash' as const }, { what: 'day' as const }) },
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        journal = temporaryJournal();
        at('2026-11-28T12:00:00Z');
        book = open();
        journal.setFact('spending.caps', JSON.stringify(CAPS));
        let underWay: Reservation[] = [];
        for (const each of events) {
          if (each.what === 'reserve') {
            try {
              underWay.push(reserve(each.micros * 2));
            } catch (error) {
              expect(error).toEqual(overBudget);
            }
          } else if (each.what === 'day') now += 86_400_000;
          else if (each.what === 'crash') {
            book = open();
            underWay = [];
            expect(journal.all('SELECT * FROM reservations')).toEqual([]);
          } else if (underWay.length > 0) {
            const [one] = underWay.splice(each.which % underWay.length, 1);
            if (each.what === 'cancel') book.cancel(one!);
            else if (each.what === 'unknown') book.settle(one!, null);
            else book.settle(one!, { input: 0, cached: 0, output: Math.floor(one!.maxTokens * each.part) });
          }
          const sums = journal.all<{ day: string; micros: number }>(
            `SELECT day, sum(micros) AS micros FROM (SELECT day, micros FROM spending
             UNION ALL SELECT day, micros FROM reservations) GROUP BY day`,
          );
          const months = new Map<string, number>();
          for (const { day, micros } of sums) {
            expect(micros).toBeLessThanOrEqual(CAPS.day);
            months.set(day.slice(0, 7), (months.get(day.slice(0, 7)) ?? 0) + micros);
          }
          for (const micros of months.values()) expect(micros).toBeLessThanOrEqual(CAPS.month);
        }
        journal.close();
      }),
      { numRuns: 60 },
    );
  });
});

describe('a crash', () => {
  it('leaves calls that are settled in full, once, for the turn that comes again', () => {
    book.setCaps('/budget day 1');
    reserve(400_000, 7);
    reserve(600_000, 8);
    book = open();
    expect(book.view()).toMatchObject({ today: 1_000_000, rows: [{ calls: 2, outputTokens: 500_000 }] });
    book = open();
    expect(book.view().today).toBe(1_000_000);
    expect(book.ofTurn(7)).toEqual({ input: 0, cached: 0, output: 200_000, costMicros: 400_000 });
    expect(() => reserve(2)).toThrow(overBudget);
  });
});

describe('the view', () => {
  it('is of the form that the contract gives, newest day first, and goes back 31 days', () => {
    for (const day of ['2026-10-24', '2026-10-25', '2026-11-01', '2026-11-24']) {
      at(`${day}T12:00:00Z`);
      spend(100);
    }
    const choice = { provider: 'anthropic', model: 'small' } as const;
    book.settle(book.reserve({ turn: 2, choice, inputTokens: 9, maxTokens: 9 }), {
      input: 3,
      cached: 5,
      cacheWrite: 2,
      output: 7,
    });
    const view = book.view();
    expect(spendingSchema.parse(view)).toEqual(view);
    expect(view.rows.map(({ day, model: name }) => `${day} ${name}`)).toEqual([
      '2026-11-24 even',
      '2026-11-24 small',
      '2026-11-01 even',
      '2026-10-25 even',
    ]);
    expect(view.rows[1]).toEqual({
      day: '2026-11-24',
      ...choice,
      calls: 1,
      inputTokens: 5,
      cachedTokens: 5,
      outputTokens: 7,
      costMicros: 41,
    });
    expect(journal.all(`SELECT day FROM spending WHERE day < '2026-10-25'`)).toEqual([]);
  });

  it('of a turn sums its calls, and is forgotten with the first look', () => {
    spend(10, 1);
    spend(20, 1);
    spend(40, 2);
    expect(book.ofTurn(1)).toEqual({ input: 0, cached: 0, output: 15, costMicros: 30 });
    expect(book.ofTurn(1)).toEqual({ input: 0, cached: 0, output: 0, costMicros: 0 });
    expect(book.ofTurn(2).costMicros).toBe(40);
  });
});

describe('the warning', () => {
  it('comes once for each threshold, and only for the highest of several', () => {
    book.setCaps('/budget day 1');
    spend(490_000);
    expect(book.warning()).toBeNull();
    spend(20_000);
    expect(book.warning()).toBe("You have used 51 % of today's budget: $0.51 of $1.00.");
    expect(book.warning()).toBeNull();
    spend(490_000);
    expect(book.warning()).toMatch(/used up today's budget/);
    expect(open().warning()).toBeNull();
  });

  it('comes again on the next day, and for each cap', () => {
    book.setCaps('/budget day 1 month 2');
    spend(800_000);
    expect(book.warning()).toMatch(/^You have used 80 % of today's budget/);
    at('2026-11-25T00:00:00Z');
    expect(book.warning()).toBeNull();
    spend(900_000);
    expect(book.warning()).toMatch(/90 % of today's budget.* 85 % of this month's budget/);
    at('2026-12-01T00:00:00Z');
    spend(1_000_000);
    expect(book.warning()).toMatch(/used up today's budget.* 50 % of this month's budget/);
  });

  it('does not repeat itself when a cap is raised, and tells what is newly true when it is lowered', () => {
    book.setCaps('/budget day 1');
    spend(850_000);
    expect(book.warning()).toMatch(/85 %/);
    book.setCaps('/budget day 1.60');
    expect(book.warning()).toBeNull();
    spend(450_000);
    expect(book.warning()).toMatch(/81 %/);
    book.setCaps('/budget day 1.30');
    expect(book.warning()).toMatch(/used up/);
    book.setCaps('/budget off');
    expect(book.warning()).toBeNull();
    book.setCaps('/budget day 2');
    expect(book.warning()).toMatch(/65 %/);
  });
});
