/** The desk: an agent may be lost at any moment, and each message still gets one answer and one outcome. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { turn as turnSchema, type ReplyLine } from '../../../contracts/rooms-door.js';
import type { Figure } from '../../../contracts/gateway-door.js';
import type { Channels } from './channels.js';
import { ConversationDesk } from './conversation-desk.js';
import type { Figures } from './figures.js';
import type { Journal } from './journal.js';
import { Outbox } from './outbox.js';
import { answered, delivered, message, ScriptedBridge, stateOf, temporaryJournal } from './test-rig.js';

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
async function* broken(...all: unknown[]): AsyncGenerator {
  yield* all;
  throw new Error('the agent was killed');
}
/** So many turns have their outcome. */
const ended = (count: number) => vi.waitFor(() => expect(figures).toHaveLength(count));
const states = (): string[] =>
  journal.all<{ state: string }>('SELECT state FROM messages').map(({ state }) => state);

describe('a turn', () => {
  it('tells the agent all that the contract says, and no more', async () => {
    const [row] = offer('a question', 'the next');
    const turn = await next();
    expect(turnSchema.parse(turn)).toEqual(turn);
    expect(turn).toEqual({
      id: row!.seq,
      kind: 'message',
      channel: 'telegram',
      chat: 'chat',
      text: 'a question',
      sentAt: row!.sentAt,
      attempt: 1,
      models,
      status: { channels: [{ channel: 'telegram', state: 'connected' }], waiting: 1 },
    });
  });

  it('is answered, counted and done, and the next one comes', async () => {
    offer('one', 'two');
    const { id } = (await next())!;
    expect(await next()).toBeNull();
    expect(await desk.take(id, lines(text('Hel'), text('lo'), answered))).toBe(true);
    await ended(1);
    expect(bridge.seen).toEqual(['<Hello>']);
    expect(states()).toEqual(['answered', 'delivered']);
    expect(figures).toMatchObject([
      {
        channel: 'telegram',
        outcome: 'answered',
        provider: 'anthropic',
        model: 'm',
        inputTokens: 3,
        outputTokens: 5,
      },
    ]);
    expect((await next())?.text).toBe('two');
  });

  it('frees the agent as soon as the answer is on disk, and its chat once the platform has it', async () => {
    const [row] = offer('one', 'two');
    let release = (): void => undefined;
    bridge.plan.push(() => new Promise((resolve) => (release = resolve)));
    expect(await desk.take((await next())!.id, lines(text('x'), answered))).toBe(true);
    expect(new Outbox(journal).final(row!.seq)).toEqual({ text: 'x', ending: answered });
    expect(desk.idle).toBe(false);
    expect(await next()).toBeNull();
    release();
    expect((await next(1_000))?.text).toBe('two');
  });

  it('that was given again takes no late words from the stream before', async () => {
    offer('one');
    const { id } = (await next())!;
    let speak = (): void => undefined;
    const late = (async function* () {
      await new Promise<void>((resolve) => (speak = resolve));
      yield* [text('late'), answered];
    })();
    const taken = desk.take(id, late);
    desk.loseAll();
    await next(500);
    speak();
    expect(await taken).toBe(false);
    expect(await desk.take(id, lines(text('right'), answered))).toBe(true);
    await ended(1);
    expect(bridge.seen).toEqual(['<right>']);
  });

  it('starts the agent when nobody waits for it', () => {
    offer('one');
    expect(wakes).toBe(1);
    expect(desk.idle).toBe(false);
  });

  it('that is not open cannot be answered', async () => {
    offer('one');
    const { id } = (await next())!;
    expect(await desk.take(id + 1, lines(text('x'), answered))).toBe(false);
    await desk.take(id, lines(text('x'), answered));
    expect(await desk.take(id, lines(text('again'), answered))).toBe(false);
    await ended(1);
    expect(bridge.seen).toEqual(['<x>']);
  });

  it('that the platform does not take is counted as failed', async () => {
    offer('one');
    bridge.plan.push('refused');
    await desk.take((await next())!.id, lines(text('x'), answered));
    await ended(1);
    expect(figures).toMatchObject([{ outcome: 'failed' }]);
    expect(states()).toEqual(['failed']);
    expect(desk.idle).toBe(true);
  });
});

describe('an agent that is lost', () => {
  it.each([
    ['breaks off', () => broken(text('half'))],
    ['stops without an end', () => lines(text('half'))],
    ['says nothing', () => lines()],
    ['speaks out of form', () => lines(text('half'), { type: 'shout' })],
    ['sends a half line', () => lines({ type: 'end', outcome: 'answered' })],
  ])('because it %s gets the turn again, and nothing was said', async (_how, stream) => {
    offer('one');
    const { id } = (await next())!;
    expect(await desk.take(id, stream())).toBe(false);
    const again = await next(1_000);
    expect(again).toMatchObject({ id, text: 'one', attempt: 2 });
    await desk.take(id, lines(text('whole'), answered));
    await ended(1);
    expect(bridge.seen).toEqual(['<whole>']);
    expect(states()).toEqual(['answered']);
  });

  it('with all that it held gets all of it again, each once', async () => {
    const rows = delivered(journal, message('a', 'a'), message('b', 'b'), message('/c', 'a'));
    desk.turns.offer(rows);
    for (let at = 0; at < 3; at++) await next();
    desk.loseAll();
    desk.loseAll();
    const again = [await next(500), await next(500), await next(500)].map((turn) => turn!.id);
    expect(again.sort()).toEqual(rows.map(({ seq }) => seq));
    expect(await next()).toBeNull();
  });

  it('three times over one message: the user is told, and the chat goes on', async () => {
    const [bad] = offer('bad', 'good');
    for (let attempt = 1; attempt <= 3; attempt++) {
      const turn = (await next(500))!;
      expect(turn).toMatchObject({ text: 'bad', attempt });
      await desk.take(turn.id, broken());
    }
    expect((await next(1_000))?.text).toBe('good');
    expect(bridge.seen).toEqual([expect.stringMatching(/crashed 3 times/)]);
    expect(stateOf(journal, bad!.seq)).toMatchObject({ state: 'failed', reason: 'crashed', text: '' });
    expect(figures).toMatchObject([{ outcome: 'failed', provider: null, inputTokens: 0 }]);
  });

  it('after it had begun to be shown: its message becomes the answer of the next try', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    offer('one');
    let die = (): void => undefined;
    const stream = (async function* () {
      yield text('First');
      await new Promise<void>((resolve) => (die = resolve));
      throw new Error('killed');
    })();
    const { id } = (await nextSoon())!;
    const taken = desk.take(id, stream);
    await vi.advanceTimersByTimeAsync(700);
    expect(bridge.seen).toEqual(['<First>']);
    die();
    expect(await taken).toBe(false);
    await nextSoon();
    await desk.take(id, lines(text('Second'), answered));
    await ended(1);
    expect(bridge.seen).toEqual(['<Second>']);
  });

  it('while the platform takes its words: the next try waits for that, and edits what came of it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    let release = (): void => undefined;
    bridge.plan.push(() => new Promise((resolve) => (release = resolve)));
    offer('one');
    const { id } = (await nextSoon())!;
    const gone = new AbortController();
    const stream = (async function* () {
      yield text('First');
      await new Promise((resolve) => gone.signal.addEventListener('abort', resolve));
    })();
    const taken = desk.take(id, stream);
    await vi.advanceTimersByTimeAsync(700);
    gone.abort();
    await taken;
    expect(await nextSoon()).toBeNull();
    release();
    await vi.advanceTimersByTimeAsync(0);
    expect(await nextSoon()).toMatchObject({ id, attempt: 2 });
    await desk.take(id, lines(text('Second'), answered));
    await ended(1);
    expect(bridge.seen).toEqual(['<Second>']);
  });

  async function nextSoon() {
    const turn = next();
    await vi.advanceTimersByTimeAsync(0);
    return turn;
  }
});
