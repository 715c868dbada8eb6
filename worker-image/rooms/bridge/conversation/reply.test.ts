/** A reply on its way: streamed, repeated only when it must be and then marked, and ended once. */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Bridge } from '../../../../bridges/bridge.js';
import type { JournalRow } from '../journal/journal.js';
import { Outbox } from '../journal/outbox.js';
import { OutgoingFiles } from './outgoing-files.js';
import { Reply } from './reply.js';
import {
  answered,
  delivered,
  message,
  ScriptedBridge,
  temporaryFolder,
  temporaryJournal,
} from '../test-rig.js';

const MARK = '♻️ This may be a repeat: I was interrupted while sending.';

let files: OutgoingFiles;
let outbox: Outbox;
let bridge: ScriptedBridge;
let row: JournalRow;
let stop: AbortController;

beforeEach(() => {
  const journal = temporaryJournal();
  files = new OutgoingFiles(journal, join(temporaryFolder(), 'outgoing'));
  outbox = new Outbox(journal);
  bridge = new ScriptedBridge();
  row = delivered(journal, message('a question'))[0]!;
  stop = new AbortController();
});
afterEach(() => vi.useRealTimers());

/** A reply as it is after a start of the room: it knows what is on disk. */
const open = (on: Bridge = bridge): Reply => new Reply(row, on, outbox, files, stop.signal);
/** Whether the platform has all of it in the end. */
const finish = (reply: Reply): Promise<boolean> => reply.deliver(reply.keep(answered, () => null));
/** Platforms that lack an ability have no such method at all. */
const without = (ability: string): Bridge =>
  new Proxy(bridge, { has: (target, name) => name !== ability && name in target });
const clock = (): void => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

describe('a quick answer', () => {
  it('is one message, sent once, whatever the number of its pieces', async () => {
    const reply = open();
    for (const piece of ['Hel', 'lo', ' you']) reply.add(piece);
    expect(await finish(reply)).toBe(true);
    expect(bridge.calls).toEqual(['send <Hello you>']);
  });

  it('of many parts is sent in order', async () => {
    const reply = open();
    reply.add('one|two|three');
    await finish(reply);
    expect(bridge.seen).toEqual(['<one>', '<two>', '<three>']);
  });

  it('of nothing is nothing', async () => {
    const reply = open();
    reply.add(' \n');
    expect(await finish(reply)).toBe(true);
    expect(bridge.calls).toEqual([]);
  });
});

describe('a slow answer', () => {
  beforeEach(clock);

  it('is shown after 700 ms and grows by edits, once in the time that the platform allows', async () => {
    const reply = open();
    reply.add('One');
    await pass(699);
    expect(bridge.calls).toEqual([]);
    await pass(1);
    expect(bridge.seen).toEqual(['<One>']);
    for (const piece of [', two', ', three']) reply.add(piece);
    await pass(999);
    expect(bridge.calls).toHaveLength(1);
    await pass(1);
    expect(bridge.seen).toEqual(['<One, two, three>']);
    reply.add(', four');
    expect(await finish(reply)).toBe(true);
    expect(bridge.seen).toEqual(['<One, two, three, four>']);
    expect(bridge.calls).toHaveLength(3);
  });

  it('shows what came while the platform took what was before, without waiting for more', async () => {
    let release = (): void => undefined;
    bridge.plan.push(() => new Promise((resolve) => (release = resolve)));
    const reply = open();
    reply.add('One');
    await pass(700);
    reply.add(', two');
    await pass(5_000);
    expect(bridge.calls).toEqual(['send <One>']);
    release();
    await pass(1_000);
    expect(bridge.seen).toEqual(['<One, two>']);
  });

  it('that has been shown whole is not sent again', async () => {
    const reply = open();
    reply.add('all of it');
    await pass(700);
    await finish(reply);
    expect(bridge.calls).toEqual(['send <all of it>']);
  });

  it('is not shown before its end where nothing can be edited', async () => {
    const reply = open(without('edit'));
    reply.add('One');
    await pass(5_000);
    expect(bridge.calls).toEqual([]);
    reply.add('|two');
    await finish(reply);
    expect(bridge.calls).toEqual(['send <One>', 'send <two>']);
  });

  it('waits at its end for what is being shown, so that two do not speak at once', async () => {
    let release = (): void => undefined;
    bridge.plan.push(() => new Promise((resolve) => (release = resolve)));
    const reply = open();
    reply.add('One');
    await pass(700);
    reply.add(', two');
    const end = finish(reply);
    await pass(10);
    expect(bridge.calls).toEqual(['send <One>']);
    release();
    expect(await end).toBe(true);
    expect(bridge.seen).toEqual(['<One, two>']);
  });

  it('is on disk from its end on, even while the platform still takes what came before', async () => {
    bridge.plan.push(() => new Promise(() => undefined));
    const reply = open();
    reply.add('One');
    await pass(700);
    reply.add(', two');
    void finish(reply);
    expect(outbox.final(row.seq)).toEqual({ text: 'One, two', choices: [], ending: answered });
  });

  it('whose message the user deleted meanwhile is said again', async () => {
    const reply = open();
    reply.add('One');
    await pass(700);
    bridge.shown.clear();
    reply.add(', two');
    expect(await finish(reply)).toBe(true);
    expect(bridge.seen).toEqual(['<One, two>']);
  });

  it('that can neither be edited nor sent any more has failed', async () => {
    const reply = open();
    reply.add('One');
    await pass(700);
    reply.add(', two');
    bridge.plan.push('refused', 'refused');
    expect(await finish(reply)).toBe(false);
  });

  it('says nothing more once its agent is lost', async () => {
    const reply = open();
    reply.add('One');
    await reply.abandon();
    reply.add(', two');
    await pass(10_000);
    expect(bridge.calls).toEqual([]);
  });

  it('is taken over by the next try: the message that is there becomes the new answer', async () => {
    const lost = open();
    lost.add('First try');
    await pass(700);
    await lost.abandon();
    const next = open();
    next.add('Second try');
    await finish(next);
    expect(bridge.seen).toEqual(['<Second try>']);
  });
});

describe('typing', () => {
  beforeEach(clock);

  it('is shown when there is no answer soon, as long as there is none', async () => {
    const reply = open();
    reply.showTyping();
    await pass(149);
    expect(bridge.typing).toBe(0);
    await pass(1 + 2 * 4_500);
    expect(bridge.typing).toBe(3);
    await finish(reply);
    await pass(20_000);
    expect(bridge.typing).toBe(3);
  });
});

describe('a platform that does not take it', () => {
  const say = async (text: string) => {
    const reply = open();
    reply.add(text);
    return finish(reply);
  };

  it('for now is asked again after the time it named', async () => {
    bridge.plan.push(
      { refusal: 'rate-limited', retryAfter: 30 },
      { refusal: 'rate-limited', retryAfter: 40 },
    );
    const began = performance.now();
    expect(await say('words')).toBe(true);
    expect(performance.now() - began).toBeGreaterThanOrEqual(65);
    expect(bridge.calls).toEqual(Array(3).fill('send <words>'));
    expect(bridge.seen).toEqual(['<words>']);
  });

  it('because it is not there gets it when it is, without a mark', async () => {
    bridge.plan.push({ refusal: 'unreachable', retryAfter: 1 }, { refusal: 'bad-credential', retryAfter: 1 });
    expect(await say('words')).toBe(true);
    expect(bridge.seen).toEqual(['<words>']);
  });

  it('or perhaps did, gets it again with the mark, also when it is rate-limited in between', async () => {
    bridge.plan.push({ refusal: 'uncertain', retryAfter: 1 }, { refusal: 'rate-limited', retryAfter: 1 });
    expect(await say('words')).toBe(true);
    expect(bridge.seen).toEqual([`${MARK}\n\n<words>`]);
  });

  it('and never will, fails the message: `undeliverable`', async () => {
    bridge.plan.push('ok', 'refused');
    expect(await say('one|two|three')).toBe(false);
    expect(bridge.calls).toEqual(['send <one>', 'send <two>']);
  });

  it('for a day fails the message', async () => {
    clock();
    const reply = open();
    reply.add('words');
    bridge.plan.push(async () => {
      vi.setSystemTime(Date.now() + 25 * 3_600_000);
      const { PlatformError } = await import('../../../../bridges/bridge.js');
      throw new PlatformError('unreachable', 1);
    });
    expect(await finish(reply)).toBe(false);
  });

  it('an edit for now, gets it later', async () => {
    clock();
    const reply = open();
    reply.add('One');
    await pass(700);
    reply.add(', two');
    bridge.plan.push({ refusal: 'rate-limited', retryAfter: 1 }, { refusal: 'uncertain', retryAfter: 1 });
    expect(await finish(reply)).toBe(true);
    expect(bridge.seen).toEqual(['<One, two>']);
  });
});

it('an agent lost while the platform makes us wait is not heard from again', async () => {
  clock();
  bridge.plan.push({ refusal: 'rate-limited', retryAfter: 60_000 });
  const lost = open();
  lost.add('First try');
  await pass(700);
  await lost.abandon();
  const next = open();
  next.add('Second try');
  await finish(next);
  expect(bridge.calls).toEqual(['send <First try>', 'send <Second try>']);
});
