/** Rooms that export and import: what they hold, what is made of it, and how it is looked into. */
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { expect } from 'vitest';
import { exportState, importResponse, manifest, type Manifest } from '../../../../contracts/archive.js';
import { readBody } from '../../../../contracts/door-http.js';
import { chatId } from '../../../../contracts/ids.js';
import { newKeyPair, sealAnonymously } from '../../../../contracts/seal.js';
import { readTar } from '../../../../contracts/tar.js';
import { ArchiveKeys } from '../../bridge/archives/archive-keys.js';
import { ContentRig } from './test-rig.js';

export const PASSPHRASE = 'seven purple otters swim';
export const FIGURES = {
  usageCsv: 'day\r\n2026-11-01\r\n',
  flowsCsv: 'host\r\n',
  account: '{"name":"alice"}\n',
};
const own = newKeyPair();

export interface Room {
  rig: ContentRig;
  ticket: (passphrase?: string) => string;
}
export const rooms: Room[] = [];
export async function room(): Promise<Room> {
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
export async function stopRooms(): Promise<void> {
  for (const { rig } of rooms.splice(0)) await rig.stop();
}

export const state = ({ rig }: Room) => rig.get('exports', exportState);
export const begin = (of: Room, ticket = of.ticket()): Promise<void> =>
  of.rig.client.call('POST', '/v1/content/exports', { ticket, figures: FIGURES });
export const done = ({ rig }: Room) => rig.get('exports/done', exportState);

export async function exported(of: Room): Promise<Buffer> {
  await begin(of);
  expect(await done(of)).toMatchObject({ state: 'ready' });
  return of.rig.bytes('exports/archive');
}
export async function imported(into: Room, archive: Buffer, ticket = into.ticket()) {
  const body = Readable.from(pieces(archive));
  const answer = await into.rig.client.stream('PUT', `/v1/content/import?ticket=${ticket}`, { body });
  return importResponse.parse(JSON.parse(String(await readBody(answer, 1e6))));
}
export function* pieces(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 50_000) yield bytes.subarray(at, at + 50_000);
}

/** The hashes of what is content: not of what says when it was made. */
export const contentOf = ({ files }: Manifest): string[] =>
  files.map(({ path, sha256 }) => `${path} ${sha256}`).filter((line) => !line.startsWith('README'));

export async function manifestOf(of: Room, archive: Buffer): Promise<Manifest> {
  const plain = await decrypted(of, archive);
  const text = String(plain.get('manifest.json'));
  return manifest.parse(JSON.parse(text));
}
export async function decrypted(of: Room, archive: Buffer): Promise<Map<string, Buffer>> {
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
export async function furnish({ rig }: Room): Promise<void> {
  const { assistant } = rig;
  rig.said('first question', 'first *answer*');
  rig.said('another chat', 'yes', '2');
  rig.said('long '.repeat(210_000), 'a very long one');
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
