/** Figures: kept until the gateway has them, and counted there once, whatever gets lost on the way. */
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { AraError } from '../../../../contracts/errors.js';
import { figuresRequest, type Figure, type KeyCall } from '../../../../contracts/gateway-door.js';
import { Figures } from './figures.js';
import type { GatewayLink } from './gateway-link.js';
import { Journal } from '../journal/journal.js';
import { temporaryFolder, temporaryJournal } from '../test-rig.js';

/** The gateway as far as figures go: counts a batch once, by its number; can lose a call, or its answer. */
class Gateway {
  readonly calls: { batch: number; figures: Figure[] }[] = [];
  readonly counted: number[] = [];
  readonly plan: ('lose' | 'lose-answer' | 'ok')[] = [];
  private last = 0;
  readonly keyCalls: KeyCall[] = [];
  figures = async (batch: number, figures: Figure[], calls: KeyCall[]): Promise<void> => {
    figuresRequest.parse({ batch, figures, calls });
    const fate = this.plan.shift() ?? 'ok';
    if (fate === 'lose') throw new AraError('queue-unavailable');
    this.calls.push({ batch, figures });
    if (batch > this.last) this.keyCalls.push(...calls);
    if (batch > this.last) this.counted.push(...figures.map(({ inputTokens }) => inputTokens));
    this.last = Math.max(batch, this.last);
    if (fate === 'lose-answer') throw new AraError('queue-unavailable');
  };
}

const figure = (inputTokens: number): Figure => ({
  day: '2026-11-20',
  channel: 'telegram',
  outcome: 'answered',
  provider: 'anthropic',
  model: 'm',
  inputTokens,
  cachedTokens: 0,
  outputTokens: 0,
  costMicros: 0,
});

let gateway: Gateway;
let journal: Journal;
let figures: Figures;
const open = (): Figures => new Figures(journal, gateway as unknown as GatewayLink);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  gateway = new Gateway();
  journal = temporaryJournal();
  figures = open();
});
afterEach(() => {
  figures.stop();
  vi.useRealTimers();
});

it('sends what has gathered in a second as one batch, and then nothing', async () => {
  for (const each of [1, 2, 3]) figures.add(figure(each));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(gateway.calls.map(({ figures: sent }) => sent.length)).toEqual([3]);
  expect(gateway.counted).toEqual([1, 2, 3]);
  expect(journal.all('SELECT * FROM figures')).toEqual([]);
});

it('repeats a batch whose answer was lost with the same rows under the same number, and the rest after it', async () => {
  gateway.plan.push('lose-answer');
  figures.add(figure(1));
  await vi.advanceTimersByTimeAsync(1_000);
  figures.add(figure(2));
  await vi.advanceTimersByTimeAsync(30_000);
  const [first, again, rest] = gateway.calls;
  expect(again).toEqual(first);
  expect(rest!.batch).toBeGreaterThan(again!.batch);
  expect(gateway.counted).toEqual([1, 2]);
});

it('counts a figure of an earlier version, which knew no costs', async () => {
  const { cachedTokens: _cached, costMicros: _cost, ...earlier } = figure(1);
  journal.run('INSERT INTO figures (figure) VALUES (?)', JSON.stringify(earlier));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(gateway.calls).toMatchObject([{ figures: [figure(1)] }]);
});

it('sends many in batches that the gateway takes', async () => {
  for (let each = 0; each < 450; each++) figures.add(figure(each));
  await vi.advanceTimersByTimeAsync(10_000);
  expect(gateway.calls.map(({ figures: sent }) => sent.length)).toEqual([200, 200, 50]);
  expect(gateway.counted).toEqual(Array.from({ length: 450 }, (_, each) => each));
});

it('keeps what was not sent over a restart', async () => {
  gateway.plan.push('lose');
  figures.add(figure(1));
  await vi.advanceTimersByTimeAsync(1_000);
  figures.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(gateway.calls).toEqual([]);
  figures = open();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(gateway.counted).toEqual([1]);
});

it('counts each figure exactly once, in order, over any losses and restarts', async () => {
  const event = fc.oneof(
    { weight: 3, arbitrary: fc.constant('add' as const) },
    { weight: 2, arbitrary: fc.constant('wait' as const) },
    { weight: 1, arbitrary: fc.constantFrom('lose' as const, 'lose-answer' as const, 'restart' as const) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 30 }), async (events) => {
      const path = join(temporaryFolder(), 'journal.sqlite');
      gateway = new Gateway();
      journal = new Journal(path);
      figures = open();
      let added = 0;
      for (const what of events) {
        if (what === 'add') figures.add(figure(added++));
        else if (what === 'wait') await vi.advanceTimersByTimeAsync(1_500);
        else if (what === 'restart') {
          figures.stop();
          journal.close();
          journal = new Journal(path);
          figures = open();
        } else gateway.plan.push(what);
      }
      gateway.plan.length = 0;
      await vi.advanceTimersByTimeAsync(60_000);
      expect(gateway.counted).toEqual(Array.from({ length: added }, (_, at) => at));
      figures.stop();
      journal.close();
    }),
    { numRuns: 40 },
  );
});

it('sends the calls of keys in the same batches, each once although an answer gets lost', async () => {
  const call = (inputTokens: number): KeyCall => ({
    at: 1_795_400_000_000,
    provider: 'anthropic',
    model: 'm',
    inputTokens,
    cachedTokens: 0,
    outputTokens: 1,
  });
  gateway.plan.push('lose-answer');
  figures.addCall(call(1));
  figures.add(figure(5));
  figures.addCall(call(2));
  await vi.advanceTimersByTimeAsync(60_000);
  figures.addCall(call(3));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(gateway.keyCalls).toEqual([call(1), call(2), call(3)]);
  expect(gateway.counted).toEqual([5]);
});
