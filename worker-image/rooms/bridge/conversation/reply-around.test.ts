/** What stands around an answer's words: progress while it is written, choices and notes at its end, and what it no longer needs. */
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

describe('progress', () => {
  beforeEach(clock);

  it('is shown at once, then as often as the platform allows, the latest only', async () => {
    const reply = open();
    reply.showProgress('Searching');
    await pass(0);
    expect(bridge.seen).toEqual(['<Searching>']);
    reply.showProgress('Reading');
    reply.showProgress('Reading on');
    await pass(999);
    expect(bridge.seen).toEqual(['<Searching>']);
    await pass(1);
    expect(bridge.seen).toEqual(['<Reading on>']);
  });

  it('stands below the text so far, and goes with the next of it', async () => {
    const reply = open();
    reply.add('One');
    reply.showProgress('Searching');
    await pass(0);
    expect(bridge.seen).toEqual(['<One\n\nSearching>']);
    reply.add(', two');
    await pass(1_000);
    expect(bridge.seen).toEqual(['<One, two>']);
  });

  it('is no part of the answer', async () => {
    const reply = open();
    reply.add('One');
    reply.showProgress('Searching');
    await pass(0);
    expect(await finish(reply)).toBe(true);
    expect(bridge.seen).toEqual(['<One>']);
  });

  it('that stood alone is taken back when there is nothing to say', async () => {
    const reply = open();
    reply.showProgress('Searching');
    await pass(0);
    expect(await finish(reply)).toBe(true);
    expect(bridge.seen).toEqual([]);
    expect(outbox.parts(row.seq)).toEqual([]);
  });

  it('that would need a message of its own is left out', async () => {
    const reply = open();
    reply.add('One');
    reply.showProgress('Searching|');
    reply.showProgress('Searching|far');
    await pass(0);
    expect(bridge.seen).toEqual(['<One>']);
  });

  it('is not shown where nothing can be edited, nor after the end', async () => {
    const reply = open(without('edit'));
    reply.showProgress('Searching');
    await pass(5_000);
    expect(bridge.calls).toEqual([]);
    const ended = open();
    await finish(ended);
    ended.showProgress('Searching');
    await pass(5_000);
    expect(bridge.calls).toEqual([]);
  });
});

describe('messages that the answer no longer needs', () => {
  beforeEach(clock);

  const shorter = async (on: Bridge): Promise<boolean> => {
    const lost = open(on);
    lost.add('one|two|three');
    await pass(700);
    await lost.abandon();
    const next = open(on);
    next.add('all in one');
    return finish(next);
  };

  it('are taken back', async () => {
    expect(await shorter(bridge)).toBe(true);
    expect(bridge.seen).toEqual(['<all in one>']);
  });

  it('are taken back later when the platform is busy, and left when it refuses', async () => {
    bridge.plan.push('ok', 'ok', 'ok', 'ok', { refusal: 'rate-limited', retryAfter: 1 }, 'ok', 'refused');
    const done = shorter(bridge);
    await pass(1_000);
    expect(await done).toBe(true);
    expect(bridge.seen).toEqual(['<all in one>', '<three>']);
  });

  it('stay where the platform cannot take back', async () => {
    expect(await shorter(without('delete'))).toBe(true);
    expect(bridge.seen).toEqual(['<all in one>', '<two>', '<three>']);
  });
});

describe('choices', () => {
  it('come with the last part of the finished answer, and with no other', async () => {
    const reply = open();
    reply.add('one|two');
    reply.offer(['Yes', 'No']);
    await finish(reply);
    expect(bridge.buttons).toEqual([undefined, ['Yes', 'No']]);
  });

  it('come by an edit when the text has been shown whole', async () => {
    clock();
    const reply = open();
    reply.add('one');
    reply.offer(['Yes', 'No']);
    await pass(700);
    await finish(reply);
    expect(bridge.calls).toEqual(['send <one>', 'edit <one>']);
    expect(bridge.buttons).toEqual([undefined, ['Yes', 'No']]);
  });

  it('are kept with the answer', () => {
    const reply = open();
    reply.add('one');
    reply.offer(['Yes']);
    reply.keep(answered, () => null);
    expect(outbox.final(row.seq)).toEqual({ text: 'one', choices: ['Yes'], ending: answered });
  });
});

describe('a note', () => {
  it('is a paragraph of its own below the text, and kept with it', async () => {
    const reply = open();
    reply.add('one');
    const final = reply.keep(answered, () => 'Half of your budget is used.');
    expect(outbox.final(row.seq)).toEqual(final);
    await reply.deliver(final);
    expect(bridge.seen).toEqual(['<one\n\nHalf of your budget is used.>']);
  });

  it('is not asked for where there is nothing to stand below', () => {
    expect(open().keep(answered, () => expect.unreachable()).text).toBe('');
  });
});
