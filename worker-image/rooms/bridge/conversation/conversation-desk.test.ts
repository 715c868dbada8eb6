/** The desk: an agent may be lost at any moment, and each message still gets one answer and one outcome. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { turn as turnSchema } from '../../../../contracts/rooms-door.js';
import { Outbox } from '../journal/outbox.js';
import { answered, broken, delivered, DeskRig, lines, message, stateOf, text } from '../test-rig.js';

let rig: DeskRig;

beforeEach(() => {
  rig = new DeskRig();
  return () => void vi.useRealTimers();
});

/** How an agent answers a turn that it was given. */
const answer = (id: number, words: string) => rig.desk.take(id, lines(text(words), answered));

describe('a turn', () => {
  it('tells the agent all that the contract says, and no more', async () => {
    const [row] = rig.offer('a question');
    const turn = await rig.next();
    expect(turnSchema.parse(turn)).toEqual(turn);
    expect(turn).toEqual({
      id: row!.seq,
      kind: 'message',
      channel: 'telegram',
      chat: 'chat',
      text: 'a question',
      attachments: [],
      quoted: null,
      sentAt: row!.sentAt,
      reactions: true,
      key: null,
      attempt: 1,
      models: [{ provider: 'anthropic', model: 'm' }],
      settingsVersion: 7,
      status: { channels: [{ channel: 'telegram', state: 'connected' }], waiting: 0 },
    });
  });

  it('is answered, counted and done, and the next one comes', async () => {
    rig.offer('one');
    const { id } = (await rig.next())!;
    rig.offer('two');
    expect(await rig.next()).toBeNull();
    expect(await rig.desk.take(id, lines(text('Hel'), text('lo'), answered))).toBe(true);
    await rig.ended(1);
    expect(rig.bridge.seen).toEqual(['<Hello>']);
    expect(rig.states()).toEqual(['answered', 'delivered']);
    expect(rig.figures).toMatchObject([
      {
        channel: 'telegram',
        outcome: 'answered',
        provider: 'anthropic',
        model: 'm',
        inputTokens: 3,
        cachedTokens: 2,
        outputTokens: 5,
        costMicros: 70,
      },
    ]);
    expect((await rig.next())?.text).toBe('two');
  });

  it('frees the agent as soon as the answer is on disk, and its chat once the platform has it', async () => {
    const [row] = rig.offer('one');
    let release = (): void => undefined;
    rig.bridge.plan.push(() => new Promise((resolve) => (release = resolve)));
    const { id } = (await rig.next())!;
    rig.offer('two');
    expect(await answer(id, 'x')).toBe(true);
    expect(new Outbox(rig.journal).final(row!.seq)).toEqual({ text: 'x', choices: [], ending: answered });
    expect(rig.desk.idle).toBe(false);
    expect(await rig.next()).toBeNull();
    release();
    expect((await rig.next(1_000))?.text).toBe('two');
  });

  it('that was given again takes no late words from the stream before', async () => {
    rig.offer('one');
    const { id } = (await rig.next())!;
    let speak = (): void => undefined;
    const late = (async function* () {
      await new Promise<void>((resolve) => (speak = resolve));
      yield* [text('late'), answered];
    })();
    const taken = rig.desk.take(id, late);
    rig.desk.loseAll();
    await rig.next(500);
    speak();
    expect(await taken).toBe(false);
    expect(await answer(id, 'right')).toBe(true);
    await rig.ended(1);
    expect(rig.bridge.seen).toEqual(['<right>']);
  });

  it('starts the agent when nobody waits for it', () => {
    rig.offer('one');
    expect(rig.agentStarts).toBe(1);
    expect(rig.desk.idle).toBe(false);
  });

  it('that is not open cannot be answered', async () => {
    rig.offer('one');
    const { id } = (await rig.next())!;
    expect(await answer(id + 1, 'x')).toBe(false);
    await answer(id, 'x');
    expect(await answer(id, 'again')).toBe(false);
    await rig.ended(1);
    expect(rig.bridge.seen).toEqual(['<x>']);
  });

  it('that the platform does not take is counted as failed', async () => {
    rig.offer('one');
    rig.bridge.plan.push('refused');
    await answer((await rig.next())!.id, 'x');
    await rig.ended(1);
    expect(rig.figures).toMatchObject([{ outcome: 'failed' }]);
    expect(rig.states()).toEqual(['failed']);
    expect(rig.desk.idle).toBe(true);
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
    rig.offer('one');
    const { id } = (await rig.next())!;
    expect(await rig.desk.take(id, stream())).toBe(false);
    const again = await rig.next(1_000);
    expect(again).toMatchObject({ id, text: 'one', attempt: 2 });
    await answer(id, 'whole');
    await rig.ended(1);
    expect(rig.bridge.seen).toEqual(['<whole>']);
    expect(rig.states()).toEqual(['answered']);
  });

  it('with all that it held gets all of it again, each once', async () => {
    const rows = delivered(rig.journal, message('a', 'a'), message('b', 'b'), message('/c', 'a'));
    rig.desk.turns.offer(rows);
    for (let at = 0; at < 3; at++) await rig.next();
    rig.desk.loseAll();
    rig.desk.loseAll();
    const again = [await rig.next(500), await rig.next(500), await rig.next(500)].map((turn) => turn!.id);
    expect(again.sort()).toEqual(rows.map(({ seq }) => seq));
    expect(await rig.next()).toBeNull();
  });

  it('three times over one message: the user is told, and the chat goes on', async () => {
    const [bad] = rig.offer('bad');
    for (let attempt = 1; attempt <= 3; attempt++) {
      const turn = (await rig.next(500))!;
      if (attempt === 1) rig.offer('good');
      expect(turn).toMatchObject({ text: 'bad', attempt });
      await rig.desk.take(turn.id, broken());
    }
    expect((await rig.next(1_000))?.text).toBe('good');
    expect(rig.bridge.seen).toEqual([expect.stringMatching(/crashed 3 times/)]);
    expect(stateOf(rig.journal, bad!.seq)).toMatchObject({ state: 'failed', reason: 'crashed', text: '' });
    expect(rig.figures).toMatchObject([{ outcome: 'failed', provider: null, inputTokens: 3 }]);
  });

  it('after it had begun to be shown: its message becomes the answer of the next try', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    rig.offer('one');
    let die = (): void => undefined;
    const stream = (async function* () {
      yield text('First');
      await new Promise<void>((resolve) => (die = resolve));
      throw new Error('killed');
    })();
    const { id } = (await nextSoon())!;
    const taken = rig.desk.take(id, stream);
    await vi.advanceTimersByTimeAsync(700);
    expect(rig.bridge.seen).toEqual(['<First>']);
    die();
    expect(await taken).toBe(false);
    await nextSoon();
    await answer(id, 'Second');
    await rig.ended(1);
    expect(rig.bridge.seen).toEqual(['<Second>']);
  });

  it('while the platform takes its words: the next try waits for that, and edits what came of it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    let release = (): void => undefined;
    rig.bridge.plan.push(() => new Promise((resolve) => (release = resolve)));
    rig.offer('one');
    const { id } = (await nextSoon())!;
    const gone = new AbortController();
    const stream = (async function* () {
      yield text('First');
      await new Promise((resolve) => gone.signal.addEventListener('abort', resolve));
    })();
    const taken = rig.desk.take(id, stream);
    await vi.advanceTimersByTimeAsync(700);
    gone.abort();
    await taken;
    expect(await nextSoon()).toBeNull();
    release();
    await vi.advanceTimersByTimeAsync(0);
    expect(await nextSoon()).toMatchObject({ id, attempt: 2 });
    await answer(id, 'Second');
    await rig.ended(1);
    expect(rig.bridge.seen).toEqual(['<Second>']);
  });

  async function nextSoon() {
    const turn = rig.next();
    await vi.advanceTimersByTimeAsync(0);
    return turn;
  }
});
