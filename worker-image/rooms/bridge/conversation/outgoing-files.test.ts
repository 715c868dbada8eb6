/** Files on their way out: bounded, kept until they are gone, and sent once or marked. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Bridge } from '../../../../bridges/bridge.js';
import type { Journal, JournalRow } from '../journal/journal.js';
import { Outbox } from '../journal/outbox.js';
import { OutgoingFiles, type PlannedFile } from './outgoing-files.js';
import { Reply } from './reply.js';
import {
  answered,
  delivered,
  message,
  named,
  ScriptedBridge,
  temporaryFolder,
  temporaryJournal,
} from '../test-rig.js';

const MARK = '♻️ This may be a repeat: I was interrupted while sending.';
const LIMIT = 1_000;
const TEXT = { kind: 'file', type: 'text/plain' };

let journal: Journal;
let folder: string;
let files: OutgoingFiles;
let row: JournalRow;

beforeEach(() => {
  journal = temporaryJournal();
  folder = join(temporaryFolder(), 'outgoing');
  files = new OutgoingFiles(journal, folder);
  row = delivered(journal, message('send me the files'))[0]!;
});

async function* pieces(...all: string[]): AsyncGenerator<Buffer> {
  for (const piece of all) yield Buffer.from(piece);
}
const add = (name: string, ...content: string[]): Promise<void> =>
  files.add(row.seq, named(name), LIMIT, pieces(...content), () => true);
const kept = (): PlannedFile[] => files.of(row.seq);
const onDisk = (): string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();

describe('taking in', () => {
  it('keeps the bytes for this user alone, and the files in their order', async () => {
    await add('one.txt', 'on', 'e');
    await add('two.txt', 'two');
    const key = expect.stringMatching(/^[\w-]{36}$/) as unknown;
    expect(kept()).toEqual([
      {
        ...TEXT,
        key,
        number: 1,
        name: 'one.txt',
        size: 3,
        state: 'planned',
        path: join(folder, `${row.seq}`, '1'),
      },
      {
        ...TEXT,
        key,
        number: 2,
        name: 'two.txt',
        size: 3,
        state: 'planned',
        path: join(folder, `${row.seq}`, '2'),
      },
    ]);
    expect(readFileSync(kept()[0]!.path, 'utf8')).toBe('one');
    expect(statSync(kept()[0]!.path).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('keeps where in the workspace a file lies', async () => {
    const file = { name: 'one.txt', workspacePath: 'notes/one.txt' };
    await files.add(row.seq, file, LIMIT, pieces('one'), () => true);
    expect(kept()).toMatchObject([file]);
  });

  it.each([
    ['image', 'image/png', '\x89PNG\r\n\x1a\n'],
    ['voice', 'audio/ogg', `OggS${'\0'.repeat(24)}OpusHead`],
    ['file', 'audio/ogg', `OggS${'\0'.repeat(24)}\x01vorbis`],
    ['file', 'application/pdf', '%PDF-1.7'],
    ['file', 'application/octet-stream', '\0\x01'],
  ])('shows as %s what is %s by its content, whatever its name says', async (kind, type, content) => {
    const [one, rest] = [Buffer.from(content.slice(0, 2), 'latin1'), Buffer.from(content.slice(2), 'latin1')];
    await files.add(
      row.seq,
      { name: 'a.txt', workspacePath: null },
      LIMIT,
      Readable.from([one, rest]),
      () => true,
    );
    expect(kept()).toMatchObject([{ kind, type }]);
  });

  it.each([
    ['report.pdf', 'report.pdf'],
    ['../../etc/passwd', '.._.._etc_passwd'],
    ['C:\\a\\b.txt', 'C:_a_b.txt'],
    ['a\nb\0c\u202etxt.exe', 'a_b_c_txt.exe'],
    ['..', 'file'],
    [' ', 'file'],
    [`${'n'.repeat(300)}.pdf`, `${'n'.repeat(116)}.pdf`],
    [`${'😀'.repeat(300)}.pdf`, `${'😀'.repeat(116)}.pdf`],
    [`a.${'e'.repeat(300)}`, `a.${'e'.repeat(118)}`],
  ])('cleans the name %j', async (raw, clean) => {
    await add(raw, 'x');
    expect(kept().map(({ name }) => name)).toEqual([clean]);
  });

  it('refuses what is too large, as soon as it is, and leaves nothing of it', async () => {
    let read = 0;
    const endless = (async function* () {
      for (; ; read++) yield Buffer.alloc(300);
    })();
    const taking = files.add(row.seq, named('big'), LIMIT, endless, () => true);
    await expect(taking).rejects.toMatchObject({ code: 'too-large' });
    expect(read).toBeLessThan(100);
    expect(onDisk()).toEqual([String(row.seq)]);
    await add('exact', 'x'.repeat(LIMIT));
    expect(kept()).toHaveLength(1);
  });

  it('refuses what is empty, what breaks off, and what nobody waits for any more', async () => {
    const brokenOff = (async function* () {
      yield Buffer.from('half');
      throw new Error('the agent is gone');
    })();
    await expect(add('empty')).rejects.toMatchObject({ code: 'bad-request' });
    await expect(files.add(row.seq, named('half'), LIMIT, brokenOff, () => true)).rejects.toThrow('gone');
    const late = files.add(row.seq, named('late'), LIMIT, pieces('x'), () => false);
    await expect(late).rejects.toMatchObject({ code: 'conflict' });
    expect(onDisk()).toEqual([String(row.seq)]);
    expect(kept()).toEqual([]);
  });

  it('takes ten files a turn, those on their way in among them', async () => {
    const all = await Promise.allSettled(Array.from({ length: 14 }, (_, at) => add(`${at}`, 'x')));
    const refused = all.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
    expect(refused).toHaveLength(4);
    for (const error of refused) expect(error).toMatchObject({ code: 'too-many' });
    expect(kept()).toHaveLength(10);
  });

  it('takes 200 MB of all turns together, those of an earlier start among them', async () => {
    const [earlier] = delivered(journal, message('another'));
    await files.add(earlier!.seq, named('huge'), LIMIT, pieces('x'), () => true);
    journal.run('UPDATE outgoing_files SET size = 199999995');
    files = new OutgoingFiles(journal, folder);
    await add('fits', '12345');
    await expect(add('no more', '1')).rejects.toMatchObject({ code: 'too-many' });
    files.remove(earlier!.seq);
    await add('again', '12345');
  });
});

describe('a new start', () => {
  it('keeps what the journal knows and removes the rest', async () => {
    await add('kept', 'x');
    writeFileSync(join(folder, String(row.seq), '2'), 'half of a file');
    mkdirSync(join(folder, '99'));
    writeFileSync(join(folder, '99', '1'), 'of a turn that is over');
    files = new OutgoingFiles(journal, folder);
    expect(onDisk()).toEqual([String(row.seq), join(String(row.seq), '1')]);
    expect(kept()).toHaveLength(1);
  });
});

describe('removing', () => {
  it('takes all of a turn away, and spares what is on its way in for the next try', async () => {
    await add('one', 'x');
    let go = (): void => undefined;
    const slow = (async function* () {
      yield Buffer.from('o');
      await new Promise<void>((resolve) => (go = resolve));
      yield Buffer.from('ld');
    })();
    const old = files.add(row.seq, named('old'), LIMIT, slow, () => false);
    await expect.poll(() => onDisk().length, { interval: 2 }).toBe(3);
    files.remove(row.seq);
    await add('new', 'new');
    go();
    await expect(old).rejects.toMatchObject({ code: 'conflict' });
    expect(kept().map(({ name }) => name)).toEqual(['new']);
    expect(readFileSync(kept()[0]!.path, 'utf8')).toBe('new');
  });
});

describe('sending', () => {
  let bridge: ScriptedBridge;
  let stop: AbortController;
  beforeEach(() => {
    bridge = new ScriptedBridge();
    stop = new AbortController();
  });
  const deliver = (text: string, on: Bridge = bridge): Promise<boolean> =>
    new Reply(row, on, new Outbox(journal), files, stop.signal).deliver({
      text,
      choices: [],
      ending: answered,
    });

  it('comes behind the text, in order, each once', async () => {
    await add('a.txt', 'A');
    await add('b.txt', 'B');
    expect(await deliver('one|two')).toBe(true);
    expect(bridge.seen).toEqual(['<one>', '<two>', 'a.txt: A', 'b.txt: B']);
    expect(kept().map(({ state }) => state)).toEqual(['sent', 'sent']);
    expect(await deliver('one|two')).toBe(true);
    expect(bridge.calls).toHaveLength(4);
  });

  it('needs no text', async () => {
    await add('a.txt', 'A');
    expect(await deliver('')).toBe(true);
    expect(bridge.seen).toEqual(['a.txt: A']);
  });

  it('that a crash cut short is repeated with a mark before it', async () => {
    await add('a.txt', 'A');
    files.mark(row.seq, 1, 'sending');
    files = new OutgoingFiles(journal, folder);
    expect(await deliver('')).toBe(true);
    expect(bridge.seen).toEqual([MARK, 'a.txt: A']);
  });

  it('that is not taken for now is tried again, marked only if it may have arrived', async () => {
    await add('a.txt', 'A');
    await add('b.txt', 'B');
    const soon = (refusal: 'rate-limited' | 'uncertain') => ({ refusal, retryAfter: 1 });
    bridge.plan.push(soon('rate-limited'), 'ok', soon('uncertain'), 'ok', soon('rate-limited'), 'ok');
    expect(await deliver('')).toBe(true);
    expect(bridge.seen).toEqual(['a.txt: A', MARK, 'b.txt: B']);
  });

  it('is known to be under way, until the platform has said that it is not', async () => {
    await add('a.txt', 'A');
    const seen: string[] = [];
    bridge.plan.push(async () => void seen.push(kept()[0]!.state));
    bridge.plan.unshift({ refusal: 'rate-limited', retryAfter: 60_000 });
    const stopped = deliver('');
    await expect.poll(() => kept()[0]!.state, { interval: 2 }).toBe('planned');
    stop.abort();
    await expect(stopped).rejects.toThrow();
    stop = new AbortController();
    expect(await deliver('')).toBe(true);
    expect(seen).toEqual(['sending']);
    expect(bridge.seen).toEqual(['a.txt: A']);
  });

  it('that the platform refuses is said, and the other files still go', async () => {
    await add('a`b.exe', 'A');
    await add('b.txt', 'B');
    bridge.plan.push('refused');
    expect(await deliver('')).toBe(true);
    expect(bridge.seen).toEqual(["<⚠️ I could not send `a'b.exe` here: it was not taken.>", 'b.txt: B']);
    expect(kept().map(({ state }) => state)).toEqual(['sent', 'sent']);
  });

  it('to where nothing is taken at all has failed', async () => {
    await add('a.txt', 'A');
    bridge.plan.push('refused', 'refused');
    expect(await deliver('')).toBe(false);
    expect(existsSync(kept()[0]!.path)).toBe(true);
  });
});
