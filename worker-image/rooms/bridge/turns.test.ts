/** Which turn comes next: in order within a chat, chats side by side, commands at once, and nothing for ever. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Journal, JournalRow } from './journal.js';
import { delivered, message, temporaryJournal } from './test-rig.js';
import { MAX_ATTEMPTS, Turns, type GivenTurn } from './turns.js';

let journal: Journal;
let turns: Turns;
let work: number;
let givenUp: JournalRow[];
const never = new AbortController().signal;

beforeEach(() => {
  vi.useFakeTimers();
  journal = temporaryJournal();
  work = 0;
  givenUp = [];
  turns = new Turns(journal, { onWork: () => work++, onGiveUp: (row) => givenUp.push(row) });
});
afterEach(() => vi.useRealTimers());

const offer = (...texts: string[]): JournalRow[] => {
  const rows = delivered(journal, ...texts.map((text) => message(text, /^(\w+)/.exec(text)?.[1] ?? 'a')));
  turns.offer(rows);
  return rows;
};
/** What is given now, without waiting. */
async function now(): Promise<GivenTurn | null> {
  const given = turns.next(0, never);
  await vi.advanceTimersByTimeAsync(0);
  return given;
}
const text = async (): Promise<string | undefined> => (await now())?.row.text;

describe('one chat', () => {
  it('has one turn at a time, in the order of the journal, however they were offered', async () => {
    const rows = delivered(journal, message('one', 'a'), message('two', 'a'), message('three', 'a'));
    turns.offer([rows[2]!, rows[0]!]);
    turns.offer([rows[1]!]);
    for (const row of rows) {
      const given = await now();
      expect(given).toEqual({ row, attempt: 1 });
      expect(await now()).toBeNull();
      turns.done(row);
    }
    expect(turns.busy).toBe(false);
  });

  it('has a message once, though it is offered again while it waits or runs', async () => {
    const rows = delivered(journal, message('one', 'a'), message('two', 'a'), message('/help', 'a'));
    turns.offer(rows);
    turns.offer(rows);
    expect(turns.waiting).toBe(3);
    await now();
    await now();
    turns.offer(rows);
    expect(turns.waiting).toBe(1);
  });

  it('asks for an agent again and again, until one comes', async () => {
    offer('one');
    const asked = work;
    await vi.advanceTimersByTimeAsync(2_100);
    expect(work).toBeGreaterThanOrEqual(asked + 4);
    expect(await text()).toBe('one');
    const after = work;
    await vi.advanceTimersByTimeAsync(2_100);
    expect(work).toBe(after);
  });

  it('does not hold up another', async () => {
    offer('a1 slow', 'a2', 'b1', 'b2');
    const given = [await text(), await text(), await text(), await text(), await text()];
    expect(given).toEqual(['a1 slow', 'a2', 'b1', 'b2', undefined]);
  });

  it('gets its turn by age, not by how much it writes', async () => {
    const rows = delivered(
      journal,
      message('a old', 'a'),
      message('b old', 'b'),
      message('a new', 'a'),
      message('c new', 'c'),
    );
    turns.offer(rows);
    const first = (await now())!;
    expect(first.row.text).toBe('a old');
    turns.done(first.row);
    expect([await text(), await text(), await text()]).toEqual(['b old', 'a new', 'c new']);
  });
});

describe('a command', () => {
  it('is given at once, beside a turn of its chat and before those that wait', async () => {
    const [first] = delivered(journal, message('long', 'a'));
    turns.offer([first!]);
    await now();
    turns.offer(delivered(journal, message('next', 'a'), message('/stop', 'a'), message('/status', 'a')));
    expect([await text(), await text(), await text()]).toEqual(['/stop', '/status', undefined]);
  });

  it('does not wait for a gap', async () => {
    journal.accept('telegram', [message('in the queue', 'a')], null, 'received');
    turns.offer(delivered(journal, message('/stop', 'a')));
    expect(await text()).toBe('/stop');
  });

  it('that is done lets no second turn into its chat', async () => {
    turns.offer(delivered(journal, message('one', 'a'), message('two', 'a'), message('/x', 'a')));
    const command = (await now())!.row;
    expect(await text()).toBe('one');
    turns.done(command);
    expect(await now()).toBeNull();
  });
});

describe('a gap', () => {
  it('is waited for, and the order kept, when it closes in time', async () => {
    const [early] = journal.accept('telegram', [message('early', 'a')], null, 'received');
    turns.offer(delivered(journal, message('late', 'a')));
    const taken: string[] = [];
    const take = async (): Promise<void> => {
      const given = await turns.next(10_000, never);
      if (given) taken.push(given.row.text);
      if (given) turns.done(given.row);
    };
    const both = Promise.all([take(), take()]);
    await vi.advanceTimersByTimeAsync(1_500);
    expect(taken).toEqual([]);
    turns.offer(journal.deliver('telegram', [early!.platformId]) as JournalRow[]);
    await vi.advanceTimersByTimeAsync(200);
    await both;
    expect(taken).toEqual(['early', 'late']);
  });

  it('that does not close is waited for two seconds and no longer', async () => {
    journal.accept('telegram', [message('lost', 'a')], null, 'received');
    turns.offer(delivered(journal, message('late', 'a')));
    const given = turns.next(10_000, never);
    await vi.advanceTimersByTimeAsync(1_900);
    expect(turns.waiting).toBe(1);
    await vi.advanceTimersByTimeAsync(200);
    expect((await given)?.row.text).toBe('late');
  });

  it('in one chat does not hold up another', async () => {
    journal.accept('telegram', [message('lost', 'a')], null, 'received');
    turns.offer(delivered(journal, message('a late', 'a'), message('b', 'b')));
    expect(await text()).toBe('b');
  });
});

describe('a turn whose agent is lost', () => {
  it('comes again, in its old place, and counted', async () => {
    const [one, two] = delivered(journal, message('one', 'a'), message('two', 'a'));
    turns.offer([one!, two!]);
    await now();
    turns.lost(one!);
    expect(await now()).toEqual({ row: one, attempt: 2 });
    turns.done(one!);
    expect(await now()).toEqual({ row: two, attempt: 1 });
  });

  it('is given up after three tries, and its chat goes on when it has its outcome', async () => {
    const [bad, good] = delivered(journal, message('bad', 'a'), message('good', 'a'));
    turns.offer([bad!, good!]);
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      expect(await now()).toEqual({ row: bad, attempt });
      turns.lost(bad!);
    }
    expect(await now()).toBeNull();
    expect(givenUp).toEqual([bad]);
    turns.done(bad!);
    expect(await text()).toBe('good');
  });

  it('is counted over restarts of the room', async () => {
    const [row] = offer('a crash');
    for (let attempt = 1; attempt <= 2; attempt++) {
      expect(await now()).toEqual({ row, attempt });
      turns = new Turns(journal, { onWork: () => work++, onGiveUp: (each) => givenUp.push(each) });
      turns.offer([row!]);
    }
    expect(await now()).toEqual({ row, attempt: 3 });
  });

  it('comes again once, however often that is said', async () => {
    const [row] = offer('a');
    await now();
    turns.lost(row!);
    turns.lost(row!);
    expect(await text()).toBe('a');
    expect(await now()).toBeNull();
    turns.done(row!);
    turns.lost(row!);
    expect(await now()).toBeNull();
  });
});

describe('waiting for a turn', () => {
  it('ends with null after its time', async () => {
    const given = turns.next(5_000, never);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await given).toBeNull();
  });

  it('ends at once when the caller goes, and the turn stays for the next', async () => {
    const gone = new AbortController();
    const given = turns.next(5_000, gone.signal);
    gone.abort();
    expect(await given).toBeNull();
    offer('a');
    expect(await text()).toBe('a');
  });

  it('wakes the agent when there is work and nobody waits, and only then', async () => {
    const given = turns.next(5_000, never);
    offer('a');
    expect((await given)?.row.text).toBe('a');
    expect(work).toBe(0);
    offer('b');
    expect(work).toBe(1);
  });

  it('serves those who wait in the order they came', async () => {
    const [first, second] = [turns.next(5_000, never), turns.next(5_000, never)];
    offer('a');
    offer('b');
    expect([(await first)?.row.text, (await second)?.row.text]).toEqual(['a', 'b']);
  });
});

it('a held row keeps its chat closed until it is done', async () => {
  const [held, next] = delivered(journal, message('held', 'a'), message('next', 'a'));
  turns.hold(held!);
  turns.offer([next!]);
  expect(turns.busy).toBe(true);
  expect(await now()).toBeNull();
  turns.done(held!);
  expect(await text()).toBe('next');
});

it('gives each message to an end, each chat in order, over any losses', async () => {
  const property = fc.asyncProperty(
    fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 12 }),
    fc.infiniteStream(fc.integer({ min: 0, max: 3 })),
    async (chats, dice) => {
      journal = temporaryJournal();
      givenUp = [];
      turns = new Turns(journal, { onWork: () => undefined, onGiveUp: (row) => givenUp.push(row) });
      const rows = delivered(journal, ...chats.map((chat, at) => message(String(at), chat)));
      turns.offer(rows.toReversed());
      const done: JournalRow[] = [];
      while (turns.busy) {
        const hopeless = givenUp.shift();
        const row = hopeless ?? (await now())?.row;
        if (!row) continue;
        if (!hopeless && dice.next().value === 0) turns.lost(row);
        else {
          done.push(row);
          turns.done(row);
        }
      }
      expect(done.map(({ seq }) => seq).sort((a, b) => a - b)).toEqual(rows.map(({ seq }) => seq));
      for (const chat of ['a', 'b', 'c']) {
        const order = done.filter((row) => (row.chat as string) === chat).map(({ seq }) => seq);
        expect(order).toEqual(order.toSorted((a, b) => a - b));
      }
    },
  );
  await fc.assert(property, { numRuns: 30 });
});
