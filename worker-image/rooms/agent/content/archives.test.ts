/** The export and what takes it in again, through the room's own door; and that nothing is ever half taken. */
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { Encrypter } from 'age-encryption';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  EXPORT_KEPT_HOURS,
  exportState,
  importResponse,
  manifest,
  type Manifest,
} from '../../../../contracts/archive.js';
import { readBody } from '../../../../contracts/door-http.js';
import { chatId } from '../../../../contracts/ids.js';
import { newKeyPair, sealAnonymously } from '../../../../contracts/seal.js';
import { readTar, TAR_END, tarPieces } from '../../../../contracts/tar.js';
import { ArchiveKeys } from '../../bridge/archive-keys.js';
import { KEPT } from '../export/expiry.js';
import { settleStaging } from '../export/staging.js';
import { ContentRig } from './test-rig.js';

const PASSPHRASE = 'seven purple otters swim';
const FIGURES = { usageCsv: 'day\r\n2026-11-01\r\n', flowsCsv: 'host\r\n', account: '{"name":"alice"}\n' };
const own = newKeyPair();

interface Room {
  rig: ContentRig;
  ticket: (passphrase?: string) => string;
}
const rooms: Room[] = [];
async function room(): Promise<Room> {
  const rig = new ContentRig();
  await rig.start();
  // As strong as it is, it would make each test here wait for seconds.
  const keys = new ArchiveKeys(own, 10);
  Object.assign(rig.assistant.door, {
    wrapFileKey: (ticket: string, fileKey: string) => keys.wrap(ticket, Buffer.from(fileKey, 'base64')),
    unwrapFileKey: async (ticket: string, wrapped: Parameters<ArchiveKeys['unwrap']>[1]) =>
      (await keys.unwrap(ticket, wrapped)).toString('base64'),
  });
  const ticket = (passphrase = PASSPHRASE): string =>
    keys.take(sealAnonymously(own.publicKey, Buffer.from(JSON.stringify({ passphrase }))));
  rooms.push({ rig, ticket });
  return { rig, ticket };
}
afterEach(async () => {
  for (const { rig } of rooms.splice(0)) await rig.stop();
});

const state = ({ rig }: Room) => rig.get('exports', exportState);
const begin = (of: Room, ticket = of.ticket()): Promise<void> =>
  of.rig.client.call('POST', '/v1/content/exports', { ticket, figures: FIGURES });
const done = ({ rig }: Room) => rig.get('exports/done', exportState);

async function exported(of: Room): Promise<Buffer> {
  await begin(of);
  expect(await done(of)).toMatchObject({ state: 'ready' });
  return of.rig.bytes('exports/archive');
}
async function imported(into: Room, archive: Buffer, ticket = into.ticket()) {
  const body = Readable.from(pieces(archive));
  const answer = await into.rig.client.stream('PUT', `/v1/content/import?ticket=${ticket}`, { body });
  return importResponse.parse(JSON.parse(String(await readBody(answer, 1e6))));
}
function* pieces(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 50_000) yield bytes.subarray(at, at + 50_000);
}

/** As the command `age` of the system opens it. */
function opened(archive: Buffer): Record<string, Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'ara-export-'));
  try {
    writeFileSync(join(folder, 'archive.age'), archive);
    const script = `exec python3 - <<'END'
import os, pty, sys, time
pid, fd = pty.fork()
if pid == 0:
    os.execvp('age', ['age', '-d', '-o', 'archive.tar', 'archive.age'])
buffer = b''
while b'assphrase' not in buffer:
    buffer += os.read(fd, 100)
os.write(fd, ${JSON.stringify(`${PASSPHRASE}\n`)}.encode())
try:
    while os.read(fd, 100): pass
except OSError: pass
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
END`;
    execFileSync('sh', ['-c', script], { cwd: folder });
    mkdirSync(join(folder, 'out'));
    execFileSync('tar', ['-xf', '../archive.tar'], { cwd: join(folder, 'out') });
    const names = readdirSync(join(folder, 'out'), { recursive: true, withFileTypes: true });
    return Object.fromEntries(
      names.flatMap((entry) => {
        if (!entry.isFile()) return [];
        const path = join(entry.parentPath, entry.name);
        return [[path.slice(join(folder, 'out').length + 1), readFileSync(path)]];
      }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
const hasAge = ['/usr/bin/age', '/usr/local/bin/age'].some((path) => existsSync(path));

/** The hashes of what is content: not of what says when it was made. */
const contentOf = ({ files }: Manifest): string[] =>
  files.map(({ path, sha256 }) => `${path} ${sha256}`).filter((line) => !line.startsWith('README'));

async function manifestOf(of: Room, archive: Buffer): Promise<Manifest> {
  const plain = await decrypted(of, archive);
  const text = plain.get('manifest.json')!.toString('utf8');
  return manifest.parse(JSON.parse(text));
}
async function decrypted(of: Room, archive: Buffer): Promise<Map<string, Buffer>> {
  const { decrypted: decrypt } = await import('../export/age.js');
  const plain = await decrypt(of.rig.assistant.door, of.ticket(), Readable.from(pieces(archive)));
  const found = new Map<string, Buffer>();
  for await (const { name, bytes } of readTar(plain, { files: 1e5, bytes: 1e9 })) {
    const held: Buffer[] = [];
    for await (const piece of bytes) held.push(Buffer.from(piece));
    found.set(name, Buffer.concat(held));
  }
  return found;
}

/** Content of each kind. */
async function furnish({ rig }: Room): Promise<void> {
  const { assistant } = rig;
  rig.said('first question', 'first *answer*');
  rig.said('another chat', 'yes', '2');
  rig.said('long '.repeat(300_000), 'a very long one');
  assistant.conversation.startSession({ channel: 'telegram', chat: chatId.parse('1') });
  rig.said('after /new', 'Zoë 日本');
  rig.begun('this one still runs');
  assistant.database.run(
    'INSERT INTO summaries VALUES (?, ?, ?, ?, ?)',
    'telegram',
    '1',
    0,
    3,
    'what was said',
  );
  const memory = await assistant.memory();
  await memory.write('MEMORY.md', '- likes tea\n');
  await memory.write('2026-11-24', '- met Kim\n');
  const workspace = await assistant.workspace();
  workspace.write('notes/Reise nach 日本.md', Buffer.from('plan'));
  workspace.write('photo.bin', randomBytes(300_000));
  workspace.write('empty', Buffer.alloc(0));
  assistant.preferences.change({
    name: 'Zoë',
    timeZone: 'Europe/Berlin',
    quietHours: { from: '22:00', to: '07:00' },
  });
  const { reminders } = await assistant.agenda();
  const chat = { channel: 'telegram' as const, chat: chatId.parse('1') };
  await reminders.add({
    ...chat,
    kind: 'tell',
    text: 'water',
    when: { kind: 'instant', at: Date.now() + 3_600_000 },
  });
  await reminders.add({
    ...chat,
    kind: 'ask',
    text: 'the news',
    when: {
      ...{ kind: 'calendar', every: 1, unit: 'week', from: '2026-11-28', weekdays: [1], day: 1, month: 1 },
      ...{ times: ['08:00'], until: null, count: null },
    },
  });
}

describe('the export', () => {
  let of: Room;
  beforeEach(async () => {
    of = await room();
    await furnish(of);
  });

  it('has everything, each file as its manifest says, and is shown to nobody without the passphrase', async () => {
    const archive = await exported(of);
    for (const word of ['first question', 'likes tea', 'manifest.json', PASSPHRASE])
      expect(archive.includes(word)).toBe(false);
    const files = await decrypted(of, archive);
    const listed = await manifestOf(of, archive);
    expect(listed.files.map(({ path }) => path)).toEqual([...files.keys()].slice(0, -1));
    for (const { path, sha256, bytes } of listed.files) {
      expect(createHash('sha256').update(files.get(path)!).digest('hex')).toBe(sha256);
      expect(files.get(path)).toHaveLength(bytes);
    }
    const all = [...files].map(([path, bytes]) => `${path}\n${bytes.toString('utf8')}`).join('\n');
    for (const word of [
      'first question',
      'first *answer*',
      '日本',
      'likes tea',
      'met Kim',
      'plan',
      'Zoë',
      'water',
      'the news',
      'alice',
    ])
      expect(all).toContain(word);
    expect(all).not.toContain('this one still runs');
    expect(
      [...files.keys()].filter((path) => path.endsWith('.md') && path.startsWith('conversations')),
    ).toHaveLength(3);
    expect(listed.excluded.length).toBeGreaterThan(4);
  });

  it.runIf(hasAge)('is opened by age itself', async () => {
    const files = opened(await exported(of));
    expect(files['memory/MEMORY.md']?.toString()).toBe('- likes tea\n');
    expect(files['files/notes/Reise nach 日本.md']?.toString()).toBe('plan');
    expect(Object.keys(files)).toHaveLength(
      (await manifestOf(of, await of.rig.bytes('exports/archive'))).files.length + 1,
    );
  });

  it('waits a day, and is then removed when the room is woken for it', async () => {
    expect(KEPT).toBe(EXPORT_KEPT_HOURS * 3_600_000);
    await exported(of);
    const ready = await state(of);
    if (ready.state !== 'ready') throw new Error('not ready');
    expect(ready.expiresAt - ready.madeAt).toBe(86_400_000);
    const path = join(of.rig.assistant.folder, 'export', 'export.age');
    const agenda = await of.rig.assistant.agenda();
    expect(of.rig.bridge.wakes.at(-1)).toBeLessThanOrEqual(ready.expiresAt);
    await agenda.fire();
    expect(existsSync(path)).toBe(true);
    const { utimesSync } = await import('node:fs');
    const old = (Date.now() - KEPT - 1_000) / 1_000;
    utimesSync(path, old, old);
    expect(await state(of)).toEqual({ state: 'none' });
    await expect(of.rig.bytes('exports/archive')).rejects.toMatchObject({ code: 'not-found' });
    await agenda.fire();
    expect(existsSync(path)).toBe(false);
  });

  it('is removed when its owner says so, and made anew in the place of the old', async () => {
    const [one, other] = [await exported(of), await exported(of)];
    expect(one.equals(other)).toBe(false);
    await of.rig.delete('exports');
    expect(await state(of)).toEqual({ state: 'none' });
    expect(of.rig.filesHolding('age-encryption.org')).toEqual([]);
  });

  it('leaves nothing of one that failed, and says that it failed', async () => {
    await begin(of, '0'.repeat(32));
    expect(await done(of)).toEqual({ state: 'failed' });
    expect(readdirSync(join(of.rig.assistant.folder, 'export'))).toEqual([]);
    expect(await exported(of)).not.toHaveLength(0);
  });

  it('is one at a time', async () => {
    const [first, second] = await Promise.allSettled([begin(of), begin(of)]);
    expect([first.status, second.status].sort()).toEqual(['fulfilled', 'rejected']);
    await done(of);
  });

  it('says which files it could not read', async () => {
    const notes = join(of.rig.assistant.folder, 'memory', 'notes');
    writeFileSync(join(notes, '2026-11-25.md'), Buffer.from([0xff, 0xfe]));
    symlinkSync('/etc/passwd', join(of.rig.assistant.folder, 'workspace', 'link'));
    const { skipped, files } = await manifestOf(of, await exported(of));
    expect(skipped).toEqual([{ path: 'memory/notes/2026-11-25.md', why: 'unusable' }]);
    expect(files.some(({ path }) => path.includes('link'))).toBe(false);
  });
});

describe('the import', () => {
  let from: Room;
  let archive: Buffer;
  beforeEach(async () => {
    from = await room();
    await furnish(from);
    archive = await exported(from);
  });

  /** The room after its next start. */
  async function restarted({ rig }: Room): Promise<Room> {
    const { folder } = rig.assistant;
    const next = await room();
    await next.rig.assistant.close();
    await rig.assistant.close();
    settleStaging(folder);
    const { Assistant } = await import('../assistant.js');
    Object.assign(next.rig, { assistant: new Assistant(folder, next.rig.assistant.door) });
    return next;
  }

  it('gives the same hashes', async () => {
    const into = await room();
    expect(await imported(into, archive)).toEqual({
      conversations: 3,
      turns: 4,
      memoryFiles: 2,
      files: 3,
      reminders: 2,
    });
    await expect.poll(() => into.rig.startsAnew).toBe(1);
    // Until then nothing has changed.
    expect(into.rig.assistant.conversation.lastChat()).toBe(null);
    const after = await restarted(into);
    const { assistant } = after.rig;
    const again = await manifestAgain(after);
    expect(contentOf(again)).toEqual(contentOf(await manifestOf(from, archive)));
    expect(assistant.preferences.current.name).toBe('Zoë');
    expect((await (await assistant.memory()).recall('tea')).found).toHaveLength(1);
    await assistant.index();
    expect((await (await assistant.memory()).recall('日本')).found.length).toBeGreaterThan(0);
    expect(await (await assistant.agenda()).reminders.list()).toEqual(
      await (await from.rig.assistant.agenda()).reminders.list(),
    );
    expect(assistant.conversation.session({ channel: 'telegram', chat: chatId.parse('1') })).toBe(1);
    await assistant.close();
  });

  /** Of an export that is made now, without the door. */
  async function manifestAgain({ rig, ticket }: Room): Promise<Manifest> {
    const { Exporter } = await import('../export/exporter.js');
    const exporter = new Exporter(rig.assistant);
    await exporter.begin(ticket(), FIGURES);
    await exporter.settled();
    const bytes: Buffer[] = [];
    for await (const piece of exporter.read().bytes) bytes.push(piece as Buffer);
    return manifestOf({ rig, ticket }, Buffer.concat(bytes));
  }

  const untouched = async (into: Room): Promise<void> => {
    expect(into.rig.startsAnew).toBe(0);
    const { folder, conversation } = into.rig.assistant;
    expect(readdirSync(folder).filter((name) => name.startsWith('arriv'))).toEqual([]);
    expect(conversation.lastChat()).toBe(null);
    expect((await into.rig.assistant.workspace()).usage().files).toBe(0);
  };

  it('refuses a wrong passphrase and a ticket that is none', async () => {
    const into = await room();
    await expect(imported(into, archive, into.ticket('seven purple otter swim'))).rejects.toMatchObject({
      code: 'wrong-passphrase',
    });
    await expect(imported(into, archive, 'f'.repeat(32))).rejects.toMatchObject({
      status: expect.any(Number) as number,
    });
    await untouched(into);
    expect((await imported(into, archive)).turns).toBe(4);
  });

  it('refuses what is not whole, wherever it ends, and what was changed', async () => {
    const into = await room();
    const lengths = [0, 10, 200, 70_000, archive.length - 100_000, archive.length - 1];
    for (const length of lengths)
      await expect(imported(into, archive.subarray(0, length)), `${length}`).rejects.toMatchObject({
        code: 'bad-archive',
      });
    const changed = Buffer.from(archive);
    changed[100_000]! ^= 1;
    const wrong = [
      changed,
      Buffer.concat([archive, Buffer.alloc(9)]),
      randomBytes(5_000),
      Buffer.alloc(500_000, 65),
    ];
    for (const bytes of wrong)
      await expect(imported(into, bytes)).rejects.toMatchObject({ code: 'bad-archive' });
    await untouched(into);
  });

  it('takes nothing where there is something', async () => {
    const kinds: ((into: Room) => unknown)[] = [
      ({ rig }) => rig.said('hello', 'hello'),
      async ({ rig }) => (await rig.assistant.memory()).write('MEMORY.md', 'x'),
      async ({ rig }) => (await rig.assistant.workspace()).write('a', Buffer.from('a')),
    ];
    for (const put of kinds) {
      const into = await room();
      await put(into);
      await expect(imported(into, archive)).rejects.toMatchObject({ code: 'not-empty' });
      expect(into.rig.startsAnew).toBe(0);
    }
  });

  it('is whole after a crash at any moment of putting it in place', async () => {
    const into = await room();
    await imported(into, archive);
    const { folder } = into.rig.assistant;
    await into.rig.assistant.close();
    const ready = join(folder, 'arrived');
    // Half of it was put in place before the crash.
    const { renameSync } = await import('node:fs');
    rmSync(join(folder, 'workspace'), { recursive: true, force: true });
    renameSync(join(ready, 'workspace'), join(folder, 'workspace'));
    settleStaging(folder);
    expect(existsSync(ready)).toBe(false);
    expect(readFileSync(join(folder, 'workspace/notes/Reise nach 日本.md'), 'utf8')).toBe('plan');
    expect(readFileSync(join(folder, 'memory/MEMORY.md'), 'utf8')).toBe('- likes tea\n');
  });

  /** An archive that somebody made by hand, well encrypted. */
  async function forged(
    change: (files: Map<string, Buffer>) => void,
    list?: (listed: Manifest) => void,
  ): Promise<Buffer> {
    const files = await decrypted(from, archive);
    files.delete('manifest.json');
    change(files);
    const listed: Manifest = {
      ...(await manifestOf(from, archive)),
      files: [...files].map(([path, bytes]) => ({
        path,
        bytes: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
      })),
    };
    list?.(listed);
    files.set('manifest.json', Buffer.from(JSON.stringify(listed)));
    const tar: Uint8Array[] = [];
    for (const [name, bytes] of files)
      for await (const piece of tarPieces({ name, size: bytes.length, modified: 0, bytes: [bytes] }))
        tar.push(piece);
    const encrypter = new Encrypter();
    encrypter.setPassphrase(PASSPHRASE);
    encrypter.setScryptWorkFactor(10);
    return Buffer.from(await encrypter.encrypt(Buffer.concat([...tar, TAR_END])));
  }

  it('takes one that was packed by hand, if it is as it should be', async () => {
    const into = await room();
    expect((await imported(into, await forged(() => undefined))).files).toBe(3);
  });

  const paths = [
    'files/../../escape',
    'files//etc/passwd',
    'files/.hidden',
    'files/a\\b',
    '/etc/passwd',
    '../escape',
    'memory/../escape',
    'memory/notes/../../x.md',
    'memory/notes/2026-02-99.md',
    'memory/index.sqlite',
    'conversation.sqlite',
    'export/export.age',
    'something.else',
  ];
  it.each(paths)('has no place for %s', async (path) => {
    const into = await room();
    const bytes = await forged((files) => files.set(path, Buffer.from('x')));
    await expect(imported(into, bytes)).rejects.toMatchObject({ code: 'bad-archive' });
    await untouched(into);
    expect(existsSync(join(into.rig.assistant.folder, '..', 'escape'))).toBe(false);
  });

  it('refuses what does not agree with its manifest, or is not as it should be', async () => {
    const into = await room();
    const turns = 'conversations/turns-00001.jsonl';
    const wrong: [string, (files: Map<string, Buffer>) => void, ((listed: Manifest) => void)?][] = [
      ['another hash', () => undefined, ({ files }) => (files[1]!.sha256 = '0'.repeat(64))],
      ['one too few', () => undefined, ({ files }) => files.pop()],
      [
        'one too many',
        () => undefined,
        ({ files }) => files.push({ path: 'files/b', bytes: 0, sha256: '0'.repeat(64) }),
      ],
      ['a newer form', () => undefined, (listed) => (listed.version = 2)],
      ['no JSON', (files) => files.set(turns, Buffer.from('no JSON\n'))],
      ['another type', (files) => files.set(turns, Buffer.from('{"type":"other"}\n'))],
      ['a line without an end', (files) => files.set(turns, Buffer.from('{}'))],
      ['a turn twice', (files) => files.set(turns, Buffer.concat([files.get(turns)!, files.get(turns)!]))],
      ['reminders', (files) => files.set('reminders.json', Buffer.from('[{"id":1}]'))],
      ['settings', (files) => files.set('settings.json', Buffer.from('[]'))],
    ];
    for (const [what, change, list] of wrong)
      await expect(imported(into, await forged(change, list)), what).rejects.toMatchObject({
        code: 'bad-archive',
      });
    await untouched(into);
  });

  it('takes no more than there is room for', async () => {
    const into = await room();
    const big = await forged((files) => files.set('memory/notes/2026-11-26.md', Buffer.alloc(1_100_000, 97)));
    await expect(imported(into, big)).rejects.toMatchObject({ code: 'too-large' });
    const settings = await forged((files) => files.set('settings.json', Buffer.alloc(70_000, 32)));
    await expect(imported(into, settings)).rejects.toMatchObject({ code: 'too-large' });
    await untouched(into);
  });

  it('keeps nothing of one whose sender goes away', async () => {
    const into = await room();
    const broken = async function* () {
      yield archive.subarray(0, 100_000);
      await Promise.resolve();
      throw new Error('gone');
    };
    const path = `/v1/content/import?ticket=${into.ticket()}`;
    const sent = into.rig.client.stream('PUT', path, { body: Readable.from(broken()) });
    await expect(sent).rejects.toMatchObject({ code: 'container-unavailable' });
    await expect
      .poll(() => readdirSync(into.rig.assistant.folder).filter((name) => name.startsWith('arriv')))
      .toEqual([]);
    await untouched(into);
  });
});
