/** The desk over starts and stops of the room: what is open goes on where it was. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ReplyLine } from '../../../contracts/rooms-door.js';
import type { Figure } from '../../../contracts/gateway-door.js';
import type { Channels } from './channels.js';
import { ConversationDesk } from './conversation-desk.js';
import type { Figures } from './figures.js';
import type { Journal } from './journal.js';
import { Outbox } from './outbox.js';
import { answered, delivered, message, ScriptedBridge, temporaryJournal } from './test-rig.js';

const models = [{ provider: 'anthropic' as const, model: 'm' }];
const never = new AbortController().signal;

let journal: Journal;
let bridge: ScriptedBridge;
let linked: boolean;
let figures: Figure[];
let wakes: number;
let desk: ConversationDesk;

/** The desk after a start of the room, on the same journal. */
function open(): ConversationDesk {
  const channels = {
    bridge: () => (linked ? bridge : null),
    isLinked: () => true,
    states: () => [{ channel: 'telegram', state: 'connected' }],
  };
  return new ConversationDesk(
    journal,
    channels as unknown as Channels,
    { add: (figure: Figure) => figures.push(figure) } as unknown as Figures,
    () => ({ models, publicUrl: null }),
    { startAgent: () => wakes++ },
  );
}

beforeEach(() => {
  journal = temporaryJournal();
  bridge = new ScriptedBridge();
  linked = true;
  figures = [];
  wakes = 0;
  desk = open();
});
afterEach(async () => {
  await desk.stop();
  vi.useRealTimers();
});

const offer = (...texts: string[]) => {
  const rows = delivered(journal, ...texts.map((text) => message(text, 'chat')));
  desk.turns.offer(rows);
  return rows;
};
const next = (wait = 0) => desk.next(wait, never);
const text = (words: string): ReplyLine => ({ type: 'text', text: words });

async function* lines(...all: unknown[]): AsyncGenerator {
  yield* all;
}
const states = (): string[] =>
  journal.all<{ state: string }>('SELECT state FROM messages').map(({ state }) => state);

describe('a new start of the room', () => {
  it('sends the answer that was there already, without the agent, and before the next of its chat', async () => {
    const [row] = offer('one', 'two');
    const outbox = new Outbox(journal);
    outbox.keepFinal(row!.seq, 'kept', answered);
    outbox.sending(row!.seq, 0, '<kept>');
    let release = (): void => undefined;
    bridge.plan.push(() => new Promise((resolve) => (release = resolve)));
    desk = open();
    desk.recover();
    expect(await next()).toBeNull();
    release();
    expect((await next(1_000))?.text).toBe('two');
    expect(bridge.seen).toEqual([expect.stringMatching(/repeat.*\n\n<kept>/)]);
    expect(states()).toEqual(['answered', 'delivered']);
  });

  it('gives the agent again what had no answer, in order', async () => {
    offer('one', 'two');
    await next();
    desk = open();
    desk.recover();
    expect(await next()).toMatchObject({ text: 'one', attempt: 2 });
    expect(await next()).toBeNull();
  });

  it('keeps an answer for a channel that is not there yet, and sends it when it is', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const [row] = offer('one');
    new Outbox(journal).keepFinal(row!.seq, 'kept', answered);
    linked = false;
    desk = open();
    desk.recover();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(states()).toEqual(['delivered']);
    linked = true;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(bridge.seen).toEqual(['<kept>']);
    expect(states()).toEqual(['answered']);
    expect(desk.idle).toBe(true);
  });
});

describe('a stop of the room', () => {
  it('leaves what is open for the next start', async () => {
    offer('one');
    const { id } = (await next())!;
    let release = (): void => undefined;
    const stream = (async function* () {
      yield text('half');
      await new Promise<void>((resolve) => (release = resolve));
    })();
    const taken = desk.take(id, stream);
    await desk.stop();
    release();
    await taken;
    expect(bridge.calls).toEqual([]);
    expect(states()).toEqual(['delivered']);
  });

  it('waits for what the platform is taking', async () => {
    offer('one');
    let release = (): void => undefined;
    bridge.plan.push(() => new Promise((resolve) => (release = resolve)));
    const taken = desk.take((await next())!.id, lines(text('x'), answered));
    await expect.poll(() => bridge.calls.length, { interval: 2 }).toBe(1);
    const stopped = desk.stop();
    release();
    await Promise.all([stopped, taken]);
    expect(states()).toEqual(['answered']);
  });
});
