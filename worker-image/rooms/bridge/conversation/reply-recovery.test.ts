/** A reply over a crash or a stop of the room: nothing is lost, nothing is said twice without saying so. */
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
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

/** A reply as it is after a start of the room: it knows what is on disk. */
const open = (): Reply => new Reply(row, bridge, outbox, files, stop.signal);
const part = (index: number, body: string, key = `key-${index}`) => ({ part: index, body, key, sentAt: 1 });
const say = (body: string) => bridge.send(row.chat, { body, plain: body }, 'k');
const resume = (text: string): Promise<boolean> => open().deliver({ text, choices: [], ending: answered });
const finish = (reply: Reply): Promise<boolean> => reply.deliver(reply.keep(answered, () => null));

describe('after a crash', () => {
  it('while a part was being sent, it is sent again and marked as a possible repeat', async () => {
    outbox.keepFinal(row.seq, { text: 'words', choices: [], ending: answered });
    outbox.plan(row.seq, [part(0, '<words>')]);
    outbox.sending(row.seq, part(0, '<words>'));
    expect(await resume('words')).toBe(true);
    expect(bridge.seen).toEqual([`${MARK}\n\n<words>`]);
  });

  it('before a part was sent, it is sent as if nothing had been', async () => {
    outbox.plan(row.seq, [part(0, '<words>')]);
    await resume('words');
    expect(bridge.seen).toEqual(['<words>']);
  });

  it('after a part was sent, only the rest is', async () => {
    outbox.plan(row.seq, [part(0, '<one>')]);
    outbox.sending(row.seq, part(0, '<one>'));
    outbox.sent(row.seq, 0, await say('<one>'));
    outbox.plan(row.seq, [part(1, '<two>')]);
    await resume('one|two');
    expect(bridge.seen).toEqual(['<one>', '<two>']);
  });

  it('in the middle of showing, what is there becomes the whole', async () => {
    outbox.plan(row.seq, [part(0, '<on>')]);
    outbox.sent(row.seq, 0, await say('<on>'));
    await resume('one');
    expect(bridge.seen).toEqual(['<one>']);
  });

  it('the mark stands alone where it does not fit into the message', async () => {
    const long = 'x'.repeat(98);
    outbox.sending(row.seq, part(0, `<${long}>`));
    expect(await resume(long)).toBe(true);
    expect(bridge.seen).toEqual([MARK, `<${long}>`]);
  });
});

describe('a stop of the room', () => {
  it('in the middle of waiting leaves the answer on disk, for the next start', async () => {
    bridge.plan.push('ok', { refusal: 'rate-limited', retryAfter: 60_000 });
    const reply = open();
    reply.add('one|two');
    const end = finish(reply);
    await expect.poll(() => bridge.calls.length, { interval: 2 }).toBe(2);
    stop.abort();
    await expect(end).rejects.toThrow();
    expect(outbox.parts(row.seq).map(({ state }) => state)).toEqual(['sent', 'planned']);
    stop = new AbortController();
    expect(await resume('one|two')).toBe(true);
    expect(bridge.seen).toEqual(['<one>', '<two>']);
  });

  it('while nobody knows whether it was sent keeps the mark', async () => {
    bridge.plan.push({ refusal: 'uncertain', retryAfter: 60_000 });
    const reply = open();
    reply.add('one');
    const end = finish(reply);
    await expect.poll(() => bridge.calls.length, { interval: 2 }).toBe(1);
    stop.abort();
    await expect(end).rejects.toThrow();
    stop = new AbortController();
    await resume('one');
    expect(bridge.seen).toEqual([`${MARK}\n\n<one>`]);
  });
});
