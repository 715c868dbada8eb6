/** Snapshots of a container: sealed, whole, without what must not be copied; and taken in whole or not at all. */
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { accountId, chatId, platformMessageId } from '../../../../contracts/ids.js';
import { sealStream } from '../../../../contracts/sealed-stream.js';
import { snapshotBinding } from '../../../../contracts/snapshot.js';
import { TAR_END, tarPieces } from '../../../../contracts/tar.js';
import { Credentials } from '../channels/credentials.js';
import { Journal } from '../journal/journal.js';
import { JOURNAL, settleArrival } from './snapshot-files.js';
import { Snapshots } from './snapshots.js';

const account = accountId.parse('0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0001');
const key = randomBytes(32);
const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

/** An agent room that has these files, and takes others. */
class Agent {
  taken: Buffer | null = null;
  refuses = false;

  constructor(private readonly files: Record<string, string> = {}) {}

  async ask<T>(
    { method, body }: { method: string; body?: Readable },
    read: (answer: IncomingMessage) => Promise<T>,
  ): Promise<T> {
    if (method === 'GET') return read(answer(200, await tar(this.files)));
    const pieces: Buffer[] = [];
    for await (const piece of body!) pieces.push(piece as Buffer);
    if (this.refuses) return read(answer(409, Buffer.from('{"error":{"code":"not-empty","message":"x"}}')));
    this.taken = Buffer.concat(pieces);
    return read(answer(204, Buffer.alloc(0)));
  }
}
const answer = (statusCode: number, bytes: Buffer): IncomingMessage => {
  const stream = new PassThrough();
  stream.end(bytes);
  return Object.assign(stream, { statusCode }) as unknown as IncomingMessage;
};
async function tar(files: Record<string, string>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for (const [name, text] of Object.entries(files)) {
    const bytes = Buffer.from(text);
    for await (const piece of tarPieces({ name, size: bytes.length, modified: 0, bytes: [bytes] }))
      pieces.push(piece);
  }
  return Buffer.concat([...pieces, TAR_END]);
}

interface Room {
  folder: string;
  journal: Journal;
  snapshots: Snapshots;
  agent: Agent;
}
function room(files: Record<string, string> = {}): Room {
  const folder = mkdtempSync(join(tmpdir(), 'ara-snapshot-'));
  folders.push(folder);
  const journal = new Journal(join(folder, JOURNAL));
  const agent = new Agent(files);
  const snapshots = new Snapshots({ account, folder, journal, content: agent });
  snapshots.setKey(key);
  new Credentials(join(folder, 'credentials'), randomBytes(32)).save('container-key', { secretKey: 'x' });
  return { folder, journal, snapshots, agent };
}
function furnish({ folder, journal }: Room): void {
  const message = {
    channel: 'telegram',
    chat: chatId.parse('1'),
    position: 1,
    text: 'canary-77',
    sentAt: 0,
  } as const;
  journal.accept(
    'telegram',
    [{ ...message, platformId: platformMessageId.parse('1') }] as never,
    '5',
    'delivered',
  );
  const credentials = new Credentials(join(folder, 'credentials'), randomBytes(32));
  for (const name of ['telegram', 'whatsapp', 'matrix']) credentials.save(name, { token: 'x' });
  for (const place of ['outgoing', 'whatsapp', 'matrix-crypto']) mkdirSync(join(folder, place));
  writeFileSync(join(folder, 'outgoing', '1-1'), 'a file');
  writeFileSync(join(folder, 'whatsapp', 'ratchet.sqlite'), 'ratchet');
}
async function made({ snapshots }: Room): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of snapshots.make()) pieces.push(piece);
  return Buffer.concat(pieces);
}
async function* stream(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 9_999) yield bytes.subarray(at, at + 9_999);
}
const take = ({ snapshots }: Room, bytes: Buffer, apply = true) => snapshots.take(stream(bytes), apply);
const AGENT = { 'conversation.sqlite': 'canary-88', 'workspace/a.txt': 'a' };

let from: Room;
let sealed: Buffer;
beforeEach(async () => {
  from = room(AGENT);
  furnish(from);
  sealed = await made(from);
});

it('shows nothing, leaves nothing behind, and says what is not in it', async () => {
  for (const word of ['canary-77', 'canary-88', 'SQLite', 'journal', 'ratchet'])
    expect(sealed.includes(word)).toBe(false);
  expect(existsSync(join(from.folder, 'snapshot'))).toBe(false);
  expect(await take(from, sealed, false)).toEqual({
    // The journal, two credentials, the file on its way, and two of the agent room's.
    files: 6,
    bytes: expect.any(Number) as number,
    leftOut: ['matrix', 'whatsapp'],
  });
});

it('becomes what another room holds, with its next start', async () => {
  const into = room();
  expect(await take(into, sealed)).toMatchObject({ files: 6 });
  expect(into.agent.taken).toEqual(await tar(AGENT));
  // Nothing has changed yet.
  expect(into.journal.lastSeq()).toBe(0);
  into.journal.close();
  settleArrival(into.folder);
  const journal = new Journal(join(into.folder, JOURNAL));
  expect(journal.delivered().map(({ text }) => text)).toEqual(['canary-77']);
  expect(journal.fact('telegram.checkpoint')).toBe('5');
  journal.close();
  expect(readdirSync(join(into.folder, 'credentials')).sort()).toEqual([
    'container-key.sealed',
    'telegram.sealed',
  ]);
  expect(readFileSync(join(into.folder, 'outgoing', '1-1'), 'utf8')).toBe('a file');
  expect(existsSync(join(into.folder, 'whatsapp'))).toBe(false);
});

it('is put in place whole after a crash in the middle of it', async () => {
  const into = room();
  await take(into, sealed);
  into.journal.close();
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(into.folder, JOURNAL + suffix), { force: true });
  renameSync(join(into.folder, 'arrived', JOURNAL), join(into.folder, JOURNAL));
  settleArrival(into.folder);
  const journal = new Journal(join(into.folder, JOURNAL));
  expect(journal.lastSeq()).toBe(1);
  journal.close();
  expect(existsSync(join(into.folder, 'arrived'))).toBe(false);
  expect(existsSync(join(into.folder, 'credentials', 'telegram.sealed'))).toBe(true);
});

const untouched = ({ folder, agent, journal }: Room): void => {
  expect(agent.taken).toBe(null);
  expect(journal.lastSeq()).toBe(0);
  expect(readdirSync(folder).filter((name) => name.startsWith('arriv'))).toEqual([]);
};

it('is refused where there is something, here or in the agent room', async () => {
  await expect(take(from, sealed)).rejects.toMatchObject({ code: 'not-empty' });
  const into = room();
  into.agent.refuses = true;
  await expect(take(into, sealed)).rejects.toMatchObject({ code: 'not-empty' });
  untouched(into);
});

it('is refused when it is not whole, is of another key, or is of another account', async () => {
  const into = room();
  const changed = Buffer.from(sealed);
  changed[sealed.length >> 1]! ^= 1;
  for (const bytes of [sealed.subarray(0, 500), sealed.subarray(0, -1), changed, Buffer.alloc(0)])
    await expect(take(into, bytes)).rejects.toMatchObject({ code: 'forged' });
  into.snapshots.setKey(randomBytes(32));
  await expect(take(into, sealed)).rejects.toMatchObject({ code: 'forged' });
  untouched(into);
});

/** What somebody could seal who has the key. */
async function forged(files: Record<string, string>, named = Object.keys(files)): Promise<Buffer> {
  const { createHash } = await import('node:crypto');
  const sums = named.map((name) => [
    name,
    createHash('sha256')
      .update(files[name] ?? '')
      .digest('hex'),
  ]);
  const manifest = JSON.stringify({ version: 1, files: Object.fromEntries(sums) as unknown, leftOut: [] });
  const plain = await tar({ ...files, 'manifest.json': manifest });
  const pieces: Buffer[] = [];
  for await (const piece of sealStream(key, snapshotBinding(account), stream(plain))) pieces.push(piece);
  return Buffer.concat(pieces);
}

it.each([
  'bridge/../escape',
  'bridge/credentials/../../escape',
  'bridge/credentials/whatsapp.sealed',
  'bridge/outgoing/a/b',
  'bridge/journal.sqlite-wal',
  'other/a',
  'a',
])('has no place for %s', async (path) => {
  const into = room();
  await expect(take(into, await forged({ [path]: 'x' }))).rejects.toMatchObject({ code: 'bad-archive' });
  untouched(into);
  expect(existsSync(join(into.folder, '..', 'escape'))).toBe(false);
});

it('is refused when it is not what its manifest says', async () => {
  const into = room();
  const files = { 'agent/a': 'a', 'agent/b': 'b' };
  await expect(take(into, await forged(files, ['agent/a']))).rejects.toMatchObject({ code: 'bad-archive' });
  await expect(take(into, await forged(files, ['agent/a', 'agent/b', 'agent/c']))).rejects.toMatchObject({
    code: 'bad-archive',
  });
  untouched(into);
  expect(await take(into, await forged(files))).toMatchObject({ files: 2 });
});

it('is made and read one at a time, and not without a key', async () => {
  const making = from.snapshots.make();
  await making.next();
  await expect(from.snapshots.make().next()).rejects.toMatchObject({ code: 'conflict' });
  await making.return(undefined);
  expect((await made(from)).length).toBeGreaterThan(1_000);
  const { folder, journal, agent } = room();
  const locked = new Snapshots({ account, folder, journal, content: agent });
  await expect(locked.make().next()).rejects.toMatchObject({ code: 'forged' });
});
