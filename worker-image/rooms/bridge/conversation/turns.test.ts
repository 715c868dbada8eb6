/** Which turn comes next: in order within a chat, chats side by side, commands at once, and nothing for ever. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Journal, JournalRow } from '../journal/journal.js';
import { delivered, message, temporaryJournal } from '../test-rig.js';
import { MAX_ATTEMPTS, Turns, type GivenTurn, type TurnRows } from './turns.js';

let journal: Journal;
let turns: Turns;
let work: number;
let givenUp: TurnRows[];
const never = new AbortController().signal;

const open = (): Turns =>
  new Turns(journal, { onWork: () => work++, onGiveUp: (rows) => givenUp.push(rows) });

beforeEach(() => {
  vi.useFakeTimers();
  journal = temporaryJournal();
  work = 0;
  givenUp = [];
  turns = open();
});
afterEach(() => vi.useRealTimers());

const offer = (...texts: string[]): JournalRow[] => {
  const rows = delivered(journal, ...texts.map((text) => message(text, /^(\w)/.exec(text)?.[1] ?? 'a')));
  turns.offer(rows);
  return rows;
};
/** A turn that is given within that time, past the nudges before it. */
async function turnWithin(wait: number): Promise<GivenTurn | null> {
  for (;;) {
    const next = turns.next(wait, never);
    await vi.advanceTimersByTimeAsync(wait);
    const given = await next;
    if (!given || 'rows' in given) return given;
  }
}
const now = () => turnWithin(0);
const textOf = (given: GivenTurn | null): string | undefined =>
  given?.rows.map(({ text }) => text).join(' + ');
const text = async (): Promise<string | undefined> => textOf(await now());

describe('one chat', () => {
  it('has one turn at a time, in the order of the journal', async () => {
    const rows = delivered(journal, message('one', 'a'), message('two', 'a'), message('three', 'a'));
    turns.offer([rows[0]!]);
    for (const [at, row] of rows.entries()) {
      const given = await now();
      expect(given).toEqual({ rows: [row], attempt: 1 });
      turns.offer(rows.slice(at + 1, at + 2));
      expect(await now()).toBeNull();
      turns.done(given!.rows);
    }
    expect(turns.busy).toBe(false);
  });

  it('has a message once, though it is offered again while it waits or runs', async () => {
    const rows = delivered(journal, message('one', 'a'), message('two', 'b'), message('/help', 'a'));
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
    offer('a slow');
    expect(await text()).toBe('a slow');
    offer('b1', 'a next', 'c1');
    expect([await text(), await text(), await text()]).toEqual(['b1', 'c1', undefined]);
  });

  it('gets its turn by age, not by how much it writes', async () => {
    offer('a old', 'b old');
    const first = (await now())!;
    offer('a new', 'c new');
    turns.done(first.rows);
    expect([await text(), await text(), await text()]).toEqual(['b old', 'a new', 'c new']);
  });
});

describe('a command', () => {
  it('is given at once, beside a turn of its chat and before those that wait', async () => {
    const [first] = delivered(journal, message('long', 'a'));
    turns.offer([first!]);
    const given = (await now())!;
    turns.offer(delivered(journal, message('/stop', 'a'), message('/status', 'a'), message('b', 'b')));
    expect([await text(), await text(), await text()]).toEqual(['/stop', '/status', 'b']);
    expect(given.rows).toEqual([first]);
  });

  it('does not wait for a gap', async () => {
    journal.accept('telegram', [message('in the queue', 'a')], null, 'received');
    turns.offer(delivered(journal, message('/stop', 'a')));
    expect(await text()).toBe('/stop');
  });

  it('that is done lets no second turn into its chat', async () => {
    turns.offer(delivered(journal, message('one', 'a'), message('/x', 'a')));
    const command = (await now())!;
    expect(await text()).toBe('one');
    turns.offer(delivered(journal, message('two', 'a')));
    turns.done(command.rows);
    expect(await now()).toBeNull();
  });
});

describe('a gap', () => {
  it('is waited for, and the order kept, when it closes in time', async () => {
    const [early] = journal.accept('telegram', [message('early', 'a')], null, 'received');
    turns.offer(delivered(journal, message('late', 'a')));
    expect(await turnWithin(1_500)).toBeNull();
    turns.offer(journal.deliver('telegram', [early!.platformId]) as JournalRow[]);
    expect(await text()).toBe('early + late');
  });

  it('that does not close is waited for two seconds and no longer', async () => {
    journal.accept('telegram', [message('lost', 'a')], null, 'received');
    turns.offer(delivered(journal, message('late', 'a')));
    const given = turnWithin(1_900);
    expect(turns.waiting).toBe(1);
    expect(await given).toBeNull();
    expect(textOf(await turnWithin(200))).toBe('late');
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
    turns.offer([one!]);
    const given = (await now())!;
    turns.offer([two!]);
    turns.lost(given.rows);
    expect(await now()).toEqual({ rows: [one], attempt: 2 });
  });

  it('is given up after three tries, and its chat goes on when it has its outcome', async () => {
    const [bad, good] = delivered(journal, message('bad', 'a'), message('good', 'a'));
    turns.offer([bad!]);
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const given = (await now())!;
      expect(given).toEqual({ rows: [bad], attempt });
      turns.lost(given.rows);
    }
    turns.offer([good!]);
    expect(await now()).toBeNull();
    expect(givenUp).toEqual([[bad]]);
    turns.done(givenUp[0]!);
    expect(await text()).toBe('good');
  });

  it('is counted over restarts of the room', async () => {
    const [row] = offer('a crash');
    for (let attempt = 1; attempt <= 2; attempt++) {
      expect(await now()).toEqual({ rows: [row], attempt });
      turns = open();
      turns.offer([row!]);
    }
    expect(await now()).toEqual({ rows: [row], attempt: 3 });
  });

  it('comes again once, however often that is said', async () => {
    offer('a');
    const { rows } = (await now())!;
    turns.lost(rows);
    turns.lost(rows);
    expect(await text()).toBe('a');
    expect(await now()).toBeNull();
    turns.done(rows);
    turns.lost(rows);
    expect(await now()).toBeNull();
  });
});

describe('waiting for a turn', () => {
  it('ends with null after its time', async () => {
    expect(await turnWithin(5_000)).toBeNull();
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
    const given = turnWithin(5_000);
    offer('a');
    expect(textOf(await given)).toBe('a');
    expect(work).toBe(0);
    offer('b');
    expect(work).toBe(1);
  });

  it('serves those who wait in the order they came', async () => {
    const [first, second] = [turnWithin(5_000), turnWithin(5_000)];
    offer('a');
    offer('b');
    expect([textOf(await first), textOf(await second)]).toEqual(['a', 'b']);
  });
});

it('a held turn keeps its chat closed until it is done', async () => {
  const [held, next] = delivered(journal, message('held', 'a'), message('next', 'a'));
  const rows: TurnRows = [held!];
  turns.hold(rows);
  turns.offer([held!, next!]);
  expect(turns.busy).toBe(true);
  expect(await now()).toBeNull();
  turns.done(rows);
  expect(await text()).toBe('next');
});

it('gives each message to an end once, each chat in order, over any losses and mergers', async () => {
  const property = fc.asyncProperty(
    fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 12 }),
    fc.infiniteStream(fc.integer({ min: 0, max: 3 })),
    async (chats, dice) => {
      journal = temporaryJournal();
      givenUp = [];
      turns = open();
      const rows = delivered(journal, ...chats.map((chat, at) => message(String(at), chat)));
      const roll = (): number => dice.next().value as number;
      const late = rows.splice(roll());
      turns.offer(rows.toReversed());
      rows.push(...late);
      const done: JournalRow[] = [];
      while (turns.busy || late.length > 0) {
        const hopeless = givenUp.shift();
        const turn = hopeless ?? (await now())?.rows;
        turns.offer(late.splice(0, roll()));
        if (!turn) continue;
        if (!hopeless && roll() === 0) turns.more(turn);
        if (!hopeless && roll() === 0) turns.lost(turn);
        else {
          done.push(...turn);
          turns.done(turn);
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
