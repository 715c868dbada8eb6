/** The desk over starts and stops of the room: what is open goes on where it was. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Outbox } from '../journal/outbox.js';
import { answered, DeskRig, lines, text } from '../test-rig.js';

let rig: DeskRig;

beforeEach(() => {
  rig = new DeskRig();
  return () => void vi.useRealTimers();
});

const keep = (seq: number, words: string): void =>
  new Outbox(rig.journal).keepFinal(seq, { text: words, choices: [], ending: answered });

describe('a new start of the room', () => {
  it('sends the answer that was there already, without the agent, and before the next of its chat', async () => {
    const [row] = rig.offer('one', 'two');
    keep(row!.seq, 'kept');
    new Outbox(rig.journal).sending(row!.seq, { part: 0, body: '<kept>', key: 'k', sentAt: 1 });
    let release = (): void => undefined;
    rig.bridge.plan.push(() => new Promise((resolve) => (release = resolve)));
    rig.restart();
    expect(await rig.next()).toBeNull();
    release();
    expect((await rig.next(1_000))?.text).toBe('two');
    expect(rig.bridge.seen).toEqual([expect.stringMatching(/repeat.*\n\n<kept>/)]);
    expect(rig.states()).toEqual(['answered', 'delivered']);
    expect(rig.figures).toMatchObject([{ outcome: 'answered', model: 'm' }]);
  });

  it('gives the agent again what had no answer, in order, and merges none of it', async () => {
    rig.offer('one');
    await rig.next();
    rig.offer('two', 'three');
    rig.restart();
    for (const expected of [
      { text: 'one', attempt: 2 },
      { text: 'two', attempt: 1 },
      { text: 'three', attempt: 1 },
    ]) {
      const turn = (await rig.next(500))!;
      expect(turn).toMatchObject(expected);
      expect(await rig.next()).toBeNull();
      await rig.desk.take(turn.id, lines(text('ok'), answered));
    }
    await rig.ended(3);
  });

  it('gives a merged turn again with the same messages, and what joined it by then', async () => {
    rig.offer('zero');
    const zero = (await rig.next())!;
    rig.offer('one', 'two');
    await rig.desk.take(zero.id, lines(text('ok'), answered));
    const merged = (await rig.next(500))!;
    expect(merged.text).toBe('one\n\ntwo');
    const [three] = rig.offer('three');
    expect(rig.desk.more(merged.id)).toMatchObject({ messages: [{ text: 'three', sentAt: three!.sentAt }] });
    rig.offer('four');
    rig.restart();
    const again = (await rig.next())!;
    expect(again).toMatchObject({ id: merged.id, text: 'one\n\ntwo\n\nthree', attempt: 2 });
    await rig.desk.take(again.id, lines(text('all three'), answered));
    await rig.ended(4);
    expect(rig.bridge.seen).toEqual(['<ok>', '<all three>']);
    expect(rig.states()).toEqual([...Array<string>(4).fill('answered'), 'delivered']);
  });

  it('goes on with the answer of a merged turn, and every message gets its outcome', async () => {
    const rows = rig.offer('one', 'two', 'three');
    const { id } = (await rig.next())!;
    keep(id, 'for all');
    rig.restart();
    await rig.ended(rows.length);
    expect(rig.bridge.seen).toEqual(['<for all>']);
    expect(rig.states()).toEqual(['answered', 'answered', 'answered']);
    expect(await rig.next()).toBeNull();
  });

  it('keeps an answer for a channel that is not there yet, and sends it when it is', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const [row] = rig.offer('one');
    keep(row!.seq, 'kept');
    rig.running = false;
    rig.restart();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(rig.states()).toEqual(['delivered']);
    rig.running = true;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(rig.bridge.seen).toEqual(['<kept>']);
    expect(rig.states()).toEqual(['answered']);
    expect(rig.desk.idle).toBe(true);
  });

  it('ends what a channel that was unlinked cannot be told any more', async () => {
    const [row] = rig.offer('one', 'two');
    keep(row!.seq, 'kept');
    rig.linked = false;
    rig.restart();
    expect(await rig.next()).toBeNull();
    expect(rig.states()).toEqual(['cancelled', 'cancelled']);
    expect(rig.desk.idle).toBe(true);
  });
});

describe('a stop of the room', () => {
  it('leaves what is open for the next start', async () => {
    rig.offer('one');
    const { id } = (await rig.next())!;
    let release = (): void => undefined;
    const stream = (async function* () {
      yield text('half');
      await new Promise<void>((resolve) => (release = resolve));
    })();
    const taken = rig.desk.take(id, stream);
    await rig.desk.stop();
    release();
    await taken;
    expect(rig.bridge.calls).toEqual([]);
    expect(rig.states()).toEqual(['delivered']);
  });

  it('waits for what the platform is taking', async () => {
    rig.offer('one');
    let release = (): void => undefined;
    rig.bridge.plan.push(() => new Promise((resolve) => (release = resolve)));
    const taken = rig.desk.take((await rig.next())!.id, lines(text('x'), answered));
    await expect.poll(() => rig.bridge.calls.length, { interval: 2 }).toBe(1);
    const stopped = rig.desk.stop();
    release();
    await Promise.all([stopped, taken]);
    expect(rig.states()).toEqual(['answered']);
  });
});
