/** The wake-up: kept, said until it is heard, and known to the gateway, over starts, jumps of the clock and absences. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Journal } from './journal/journal.js';
import { temporaryJournal } from './test-rig.js';
import { Wake } from './wake.js';

const NOW = 1_795_400_000_000;
const MINUTE = 60_000;

let journal: Journal;
let due: number[];
let told: (number | null)[];
/** How often the gateway is away from now on. */
let away: number;
let wake: Wake;

const open = (): Wake =>
  new Wake(journal, {
    onDue: () => due.push(Date.now()),
    tell: async (at) => {
      if (away-- > 0) throw new Error('no gateway');
      told.push(at);
    },
  });
/** Another process on the same journal. */
const restart = (): void => {
  wake.stop();
  wake = open();
  wake.start();
};
const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  journal = temporaryJournal();
  due = [];
  told = [];
  away = 0;
  wake = open();
  wake.start();
});
afterEach(() => {
  wake.stop();
  vi.useRealTimers();
});

describe('the time', () => {
  it('is kept to the millisecond, and nothing is due before it', async () => {
    wake.set(NOW + 5 * MINUTE + 1);
    await pass(5 * MINUTE);
    expect([wake.due, due]).toEqual([false, []]);
    await pass(1);
    expect([wake.due, wake.busy, due]).toEqual([true, true, [NOW + 5 * MINUTE + 1]]);
  });

  it('may be further away than a timer reaches', async () => {
    const far = NOW + 26 * 24 * 60 * MINUTE;
    wake.set(far);
    await pass(far - NOW - 1);
    expect(due).toEqual([]);
    await pass(1);
    expect(due).toEqual([far]);
  });

  it('that the clock jumps over is noticed within a minute', async () => {
    wake.set(NOW + 60 * MINUTE);
    await pass(10);
    vi.setSystemTime(NOW + 90 * MINUTE);
    await pass(MINUTE);
    expect(due).toHaveLength(1);
  });

  it('in the past is due at once', () => {
    wake.set(NOW - 1);
    expect([wake.due, due]).toEqual([true, [NOW]]);
  });

  it('may be looked at once more than needed', () => {
    wake.look();
    wake.set(NOW + MINUTE);
    wake.look();
    expect(due).toEqual([]);
    wake.set(NOW);
    wake.look();
    expect(due).toHaveLength(1);
  });
});

describe('the errand', () => {
  it('comes again every 30 s until a later time is set', async () => {
    wake.set(NOW + 1_000);
    await pass(70_000);
    expect(due.map((at) => at - NOW)).toEqual([1_000, 31_000, 61_000]);
    wake.set(NOW + 75_000);
    expect(wake.due).toBe(false);
    await pass(10_000);
    expect(due.map((at) => at - NOW)).toEqual([1_000, 31_000, 61_000, 75_000]);
  });

  it('ends when the wish is taken back', async () => {
    wake.set(NOW);
    wake.set(null);
    expect(wake.due).toBe(false);
    await pass(10 * MINUTE);
    expect(due).toHaveLength(1);
  });

  it('does not come the faster for an agent that puts nothing off', async () => {
    for (let at = 0; at < 50; at++) wake.set(NOW - at);
    expect(due).toHaveLength(1);
    await pass(29_999);
    expect(due).toHaveLength(1);
    await pass(1);
    expect(due).toHaveLength(2);
  });
});

describe('another start of the room', () => {
  it('knows the wish, and finds what fell due meanwhile', async () => {
    wake.set(NOW + MINUTE);
    wake.stop();
    vi.setSystemTime(NOW + 2 * MINUTE);
    restart();
    expect([wake.due, due]).toEqual([true, [NOW + 2 * MINUTE]]);
  });

  it('knows that there is none', async () => {
    wake.set(NOW + MINUTE);
    wake.set(null);
    restart();
    await pass(5 * MINUTE);
    expect(due).toEqual([]);
  });
});

describe('the gateway', () => {
  it('is told each wish once, and what was wished while it was told', async () => {
    wake.set(NOW + 1);
    wake.set(NOW + 2);
    wake.set(NOW + 2);
    await pass(0);
    expect(told).toEqual([NOW + 1, NOW + 2]);
    wake.set(null);
    await pass(0);
    expect(told.at(-1)).toBeNull();
  });

  it('that is away is told when it is back, the last wish only, less and less often asked', async () => {
    away = 4;
    wake.set(NOW + 60 * MINUTE);
    await pass(1_000 + 2_000 + 4_000);
    wake.set(NOW + 90 * MINUTE);
    expect(wake.busy).toBe(true);
    await pass(1_000);
    expect(told).toEqual([NOW + 90 * MINUTE]);
    expect(wake.busy).toBe(false);
    await pass(10 * MINUTE);
    expect(told).toHaveLength(1);
  });

  it('that was away when the room ended is told after its start, also that there is no wish', async () => {
    wake.set(NOW + MINUTE);
    await pass(0);
    away = 1;
    wake.set(null);
    await pass(0);
    restart();
    await pass(0);
    expect(told).toEqual([NOW + MINUTE, null]);
    restart();
    await pass(0);
    expect(told).toHaveLength(2);
  });

  it('that is another than before is told again', async () => {
    wake.tellAgain();
    await pass(0);
    expect(told).toEqual([]);
    wake.set(NOW + MINUTE);
    await pass(0);
    wake.tellAgain();
    expect(wake.busy).toBe(true);
    await pass(0);
    expect(told).toEqual([NOW + MINUTE, NOW + MINUTE]);
    expect(wake.busy).toBe(false);
  });

  it('that knows a wish of which nobody here does is told that there is none', async () => {
    wake.called();
    await pass(0);
    expect(told).toEqual([null]);
    wake.set(NOW + MINUTE);
    await pass(0);
    wake.called();
    await pass(0);
    expect(told).toEqual([null, NOW + MINUTE]);
  });

  it('hears no more when the room stops', async () => {
    away = 9;
    wake.set(NOW + MINUTE);
    wake.stop();
    journal.close();
    away = 0;
    await pass(10 * MINUTE);
    expect([told, due]).toEqual([[], []]);
  });
});
