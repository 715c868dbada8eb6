/** Repeats on a platform that knows a message by its key, and messages that are too old to be changed. */
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { SentId } from '../../../../bridges/bridge.js';
import { Journal, type JournalRow } from '../journal/journal.js';
import { Outbox } from '../journal/outbox.js';
import { OutgoingFiles } from './outgoing-files.js';
import { Reply } from './reply.js';
import { answered, delivered, message, ScriptedBridge, temporaryFolder } from '../test-rig.js';

/** Shows what comes with a key that it has seen once, as it came first; Matrix does so for a year, WhatsApp for good. */
class KeyedBridge extends ScriptedBridge {
  private readonly byKey = new Map<string, SentId>();
  /** Takes so many messages and files without answering. */
  silent = 0;

  constructor(editAge: number | null = null) {
    super();
    this.capabilities.repeatsSafely = true;
    this.capabilities.editAge = editAge;
  }

  override async send(...call: Parameters<ScriptedBridge['send']>): Promise<SentId> {
    return this.once(call[2], () => super.send(...call));
  }

  override async sendFile(...call: Parameters<ScriptedBridge['sendFile']>): Promise<SentId> {
    return this.once(call[2], () => super.sendFile(...call));
  }

  private async once(key: string, send: () => Promise<SentId>): Promise<SentId> {
    const known = this.byKey.get(key);
    if (known) this.keys.push(key);
    const sent = known ?? (await send());
    this.byKey.set(key, sent);
    // The process ends before the answer comes.
    if (this.silent-- > 0) await new Promise(() => undefined);
    return sent;
  }
}

let folder: string;
let journal: Journal;
let files: OutgoingFiles;
let bridge: KeyedBridge;
let row: JournalRow;
const opened: Journal[] = [];

/** The room starts on what is on the disk. */
function start(): void {
  journal = new Journal(join(folder, 'journal.sqlite'));
  opened.push(journal);
  files = new OutgoingFiles(journal, join(folder, 'outgoing'));
}

beforeEach(() => {
  folder = temporaryFolder();
  start();
  bridge = new KeyedBridge();
  row = delivered(journal, message('a question'))[0]!;
  onTestFinished(() => {
    vi.useRealTimers();
    for (const each of opened.splice(0)) each.close();
  });
});

const deliver = (text: string): Promise<boolean> =>
  new Reply(row, bridge, new Outbox(journal), files, new AbortController().signal).deliver({
    text,
    choices: [],
    ending: answered,
  });
/** Cut off in the middle of its first send. */
async function crash(text: string): Promise<void> {
  bridge.silent = 1;
  void deliver(text);
  await expect.poll(() => bridge.silent, { interval: 2 }).toBe(0);
  start();
}

describe('a part that was being sent when the room ended', () => {
  it('is sent again with the same key, and shown once and without a mark', async () => {
    await crash('one|two');
    expect(await deliver('one|two')).toBe(true);
    expect(bridge.seen).toEqual(['<one>', '<two>']);
    const [first, again, second] = bridge.keys;
    expect([again, bridge.keys.length]).toEqual([first, 3]);
    expect(second).not.toBe(first);
    for (const key of bridge.keys) expect(key).toMatch(/^[A-Za-z0-9-]{8,64}$/);
  });

  it('becomes what it is to say now, since the platform keeps the words that it has', async () => {
    await crash('on');
    expect(await deliver('one')).toBe(true);
    expect(bridge.seen).toEqual(['<one>']);
  });

  it('becomes that also when the room ends once more before it is changed', async () => {
    await crash('on');
    await crash('one');
    expect(await deliver('one')).toBe(true);
    expect(bridge.seen).toEqual(['<one>']);
  });

  it('is said anew under another key when it is too old to be changed by then', async () => {
    bridge = new KeyedBridge(900_000);
    await crash('on');
    vi.useFakeTimers({ now: Date.now() + 900_000, toFake: ['Date'] });
    expect(await deliver('one')).toBe(true);
    expect(bridge.seen).toEqual(['<on>', '<one>']);
  });

  it('is a file that comes once', async () => {
    await files.add(row.seq, { name: 'a.txt', workspacePath: null }, 100, (async function* () { yield Buffer.from('A'); })(), () => true); // prettier-ignore
    await crash('');
    expect(await deliver('')).toBe(true);
    expect(bridge.seen).toEqual(['a.txt: A']);
    expect(bridge.keys[1]).toBe(bridge.keys[0]);
  });
});

describe('a send that nobody answered', () => {
  it('is repeated with its key and without a mark', async () => {
    bridge.plan.push({ refusal: 'uncertain', retryAfter: 1 });
    expect(await deliver('one')).toBe(true);
    expect(bridge.seen).toEqual(['<one>']);
    expect(bridge.keys[1]).toBe(bridge.keys[0]);
  });
});

describe('an edit', () => {
  const later = (by: number): void => void vi.useFakeTimers({ now: Date.now() + by, toFake: ['Date'] });

  it.each([
    [899_000, ['<one>']],
    [900_000, ['<on>', '<one>']],
  ])('after %i ms of 900,000 shows %j', async (age, shown) => {
    bridge = new KeyedBridge(900_000);
    await deliver('on');
    later(age);
    expect(await deliver('one')).toBe(true);
    expect(bridge.seen).toEqual(shown);
    expect(new Set(bridge.keys).size).toBe(bridge.keys.length);
  });

  it('is never too late where the platform sets no end', async () => {
    await deliver('on');
    later(400 * 86_400_000);
    expect(await deliver('one')).toBe(true);
    expect(bridge.seen).toEqual(['<one>']);
  });
});

it('no key comes twice, also from a journal that was restored', async () => {
  await deliver('one');
  const seq = row.seq;
  folder = temporaryFolder();
  start();
  row = delivered(journal, message('a question'))[0]!;
  expect(row.seq).toBe(seq);
  await deliver('two');
  expect(bridge.seen).toEqual(['<one>', '<two>']);
});
