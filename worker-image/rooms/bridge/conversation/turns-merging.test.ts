/** What piles up in a chat is one turn, what comes during a turn may become part of it, and neither comes apart again. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { chatId } from '../../../../contracts/ids.js';
import type { Journal, JournalRow } from '../journal/journal.js';
import { delivered, message, temporaryJournal } from '../test-rig.js';
import { Turns, type GivenTurn, type TurnRows, type Word } from './turns.js';

let journal: Journal;
let turns: Turns;
let givenUp: TurnRows[];
let work: number;
const never = new AbortController().signal;

const open = (): Turns =>
  new Turns(journal, { onWork: () => work++, onGiveUp: (rows) => givenUp.push(rows) });

beforeEach(() => {
  vi.useFakeTimers();
  journal = temporaryJournal();
  givenUp = [];
  work = 0;
  turns = open();
});
afterEach(() => vi.useRealTimers());

const inChat = (...texts: string[]): JournalRow[] =>
  delivered(journal, ...texts.map((text) => message(text, 'chat')));
const offer = (...texts: string[]): JournalRow[] => {
  const rows = inChat(...texts);
  for (const row of rows) turns.offer([row]);
  return rows;
};
const own = (key: string): JournalRow =>
  journal.acceptOwn({ key, channel: 'telegram', chat: chatId.parse('chat'), text: key })!;
async function errand(): Promise<GivenTurn | Word | null> {
  const next = turns.next(0, never);
  await vi.advanceTimersByTimeAsync(0);
  return next;
}
/** The next turn, past the words before it. */
async function now(): Promise<GivenTurn | null> {
  for (;;) {
    const given = await errand();
    if (!given || 'rows' in given) return given;
  }
}
const textsOf = (given: GivenTurn | null): string[] | undefined => given?.rows.map(({ text }) => text);
const texts = async (): Promise<string[] | undefined> => textsOf(await now());
const kept = () => journal.all('SELECT text, turn, attempts FROM messages ORDER BY seq');

describe('what waits while a turn runs', () => {
  it('is one turn when its time comes, in order, led by the oldest', async () => {
    offer('first');
    const first = (await now())!;
    const waiting = offer('one', 'two', 'three');
    expect(turns.waiting).toBe(3);
    turns.done(first.rows);
    expect(await now()).toEqual({ rows: waiting, attempt: 1 });
    expect(turns.waiting).toBe(0);
  });

  it('does not wait for more: the first message of a chat is given at once', async () => {
    const given = turns.next(1_000, never);
    offer('one', 'two');
    expect(textsOf((await given) as GivenTurn)).toEqual(['one']);
  });

  it('is at most twenty messages a turn', async () => {
    turns.offer(inChat(...Array.from({ length: 45 }, (_, at) => `m${at}`)));
    const sizes: number[] = [];
    for (let given = await now(); given; given = await now()) {
      sizes.push(given.rows.length);
      turns.done(given.rows);
    }
    expect(sizes).toEqual([20, 20, 5]);
  });

  it('is at most 50,000 characters a turn, except that one message may be longer', async () => {
    turns.offer(inChat('x'.repeat(60_000), 'a'.repeat(25_000), 'b'.repeat(25_000), 'c'));
    const sizes: number[][] = [];
    for (let given = await now(); given; given = await now()) {
      sizes.push(given.rows.map(({ text }) => text.length));
      turns.done(given.rows);
    }
    expect(sizes).toEqual([[60_000], [25_000, 25_000], [1]]);
  });

  it('stops at a gap, and the rest comes when that has closed', async () => {
    const before = inChat('one', 'two');
    const [lost] = journal.accept('telegram', [message('lost', 'chat')], null, 'received');
    turns.offer([...before, ...inChat('after')]);
    const given = (await now())!;
    expect(textsOf(given)).toEqual(['one', 'two']);
    turns.done(given.rows);
    expect(await now()).toBeNull();
    turns.offer(journal.deliver('telegram', [lost!.platformId]) as JournalRow[]);
    expect(await texts()).toEqual(['lost', 'after']);
  });

  it('does not join a turn that was given before, nor one of the agent’s own', async () => {
    offer('lost');
    const lost = (await now())!;
    turns.offer([own('heartbeat.1')]);
    offer('after');
    turns.lost(lost.rows);
    for (const expected of ['lost', 'heartbeat.1', 'after']) {
      const given = (await now())!;
      expect(textsOf(given)).toEqual([expected]);
      turns.done(given.rows);
    }
  });

  it('is bound together with the count of the try, and comes again as it was', async () => {
    const rows = inChat('one', 'two');
    turns.offer(rows);
    const given = (await now())!;
    const lead = rows[0]!.seq;
    expect(kept()).toEqual([
      { text: 'one', turn: lead, attempts: 1 },
      { text: 'two', turn: lead, attempts: 1 },
    ]);
    offer('three');
    turns.lost(given.rows);
    expect(await now()).toEqual({ rows, attempt: 2 });
    expect(kept()).toContainEqual({ text: 'three', turn: null, attempts: 0 });
  });

  it('is given up as a whole', async () => {
    const rows = inChat('one', 'two');
    turns.offer(rows);
    for (let attempt = 1; attempt <= 3; attempt++) turns.lost((await now())!.rows);
    expect(await now()).toBeNull();
    expect(givenUp).toEqual([rows]);
  });
});

describe('more of a running turn', () => {
  it('is what waits, in order: part of the turn from then on, also when it is given again', async () => {
    const [first] = offer('first');
    const { rows } = (await now())!;
    const later = offer('one', 'two');
    expect(turns.more(rows)).toEqual(later);
    expect(turns.more(rows)).toEqual([]);
    expect(turns.waiting).toBe(0);
    expect(kept()).toEqual(['first', 'one', 'two'].map((text) => ({ text, turn: first!.seq, attempts: 1 })));
    turns.lost(rows);
    expect(await now()).toEqual({ rows: [first, ...later], attempt: 2 });
  });

  it('keeps to the limits of a turn', async () => {
    offer('first');
    const { rows } = (await now())!;
    offer(...Array.from({ length: 30 }, (_, at) => `m${at}`));
    expect(turns.more(rows)).toHaveLength(19);
    expect(turns.more(rows)).toEqual([]);
  });

  it('takes nothing over a gap, and nothing from another chat', async () => {
    offer('first');
    const { rows } = (await now())!;
    journal.accept('telegram', [message('on its way', 'chat')], null, 'received');
    offer('behind it');
    turns.offer(delivered(journal, message('elsewhere', 'other')));
    expect(turns.more(rows)).toEqual([]);
  });

  it('is nothing for a turn of the agent’s own, or one that is closed', async () => {
    turns.offer([own('reminder.1')]);
    const mine = (await now())!;
    offer('one');
    expect(turns.more(mine.rows)).toEqual([]);
    turns.done(mine.rows);
    const one = (await now())!;
    offer('two');
    turns.close(one.rows);
    expect(turns.more(one.rows)).toEqual([]);
    turns.done(one.rows);
    expect(await texts()).toEqual(['two']);
  });

  it('stays where it was when the disk does not take it', async () => {
    offer('first');
    const { rows } = (await now())!;
    offer('one');
    const bind = vi.spyOn(journal, 'bind').mockImplementationOnce(() => {
      throw new Error('disk full');
    });
    expect(() => turns.more(rows)).toThrow('disk full');
    bind.mockRestore();
    expect(turns.more(rows).map(({ text }) => text)).toEqual(['one']);
  });
});

describe('a nudge', () => {
  it('comes once for all that a chat sends while its turn is open, and again after it was heard', async () => {
    const [first] = offer('first');
    await now();
    offer('one', 'two');
    expect(await errand()).toEqual({ kind: 'nudge', turn: first!.seq });
    expect(await errand()).toBeNull();
    offer('three');
    expect(await errand()).toEqual({ kind: 'nudge', turn: first!.seq });
  });

  it('also for a message that comes in the same breath as the one before', async () => {
    const given = turns.next(0, never);
    const [one] = offer('one', 'two');
    await given;
    expect(await errand()).toEqual({ kind: 'nudge', turn: one!.seq });
  });

  it('is not for a turn that ended, was lost, is being sent or is not the chat’s own message', async () => {
    offer('first');
    const first = (await now())!;
    offer('one');
    turns.close(first.rows);
    expect(await errand()).toBeNull();
    offer('two');
    expect(await errand()).toBeNull();
    turns.done(first.rows);
    const second = (await now())!;
    offer('three');
    turns.lost(second.rows);
    expect(await errand()).toMatchObject({ attempt: 2 });
    turns.done(second.rows);
    turns.done((await now())!.rows);
    const held: TurnRows = [inChat('held')[0]!];
    turns.hold(held);
    offer('four');
    expect(await errand()).toBeNull();
    turns.done(held);
    turns.done((await now())!.rows);
    turns.offer([own('reminder.1')]);
    await now();
    offer('five');
    expect(await errand()).toBeNull();
  });

  it('is not for a command or a turn of the agent’s own', async () => {
    offer('first');
    await now();
    turns.offer([own('reminder.1')]);
    expect(await errand()).toBeNull();
    turns.offer(inChat('/stop'));
    expect(await errand()).toHaveProperty('rows');
    expect(await errand()).toBeNull();
  });
});

describe('the word to wake', () => {
  it('waits once, asks for an agent, and keeps the room busy until it is heard', async () => {
    turns.say({ kind: 'wake' });
    turns.say({ kind: 'wake' });
    expect(work).toBeGreaterThan(0);
    expect(turns.busy).toBe(true);
    expect(await errand()).toEqual({ kind: 'wake' });
    expect(await errand()).toBeNull();
    expect(turns.busy).toBe(false);
  });

  it('comes behind a command and before a message', async () => {
    turns.offer(inChat('one', '/stop'));
    turns.say({ kind: 'wake' });
    expect(textsOf((await errand()) as GivenTurn)).toEqual(['/stop']);
    expect(await errand()).toEqual({ kind: 'wake' });
    expect(textsOf((await errand()) as GivenTurn)).toEqual(['one']);
  });
});
