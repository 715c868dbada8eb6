/** What the backup does in trouble; what it does with a real homeserver is in test/e2e/matrix-encryption.e2e.ts. */
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { MemoryStore } from '../../recording-host.js';
import { MatrixFailure } from '../failure.js';
import { TransportError } from '../transport.js';
import { Backup, REPLACED } from './backup.js';
import { ALGORITHM, MADE_BY_ARA, readBackup } from './backup-record.js';
import { openMachine } from './choose-machine.js';
import { KeyServer } from './key-server-test-rig.js';
import type { Machine } from './machine.js';
import { base64, publicKeyOf } from './recovery-key.js';

const MINUTE = 60_000;
const ARA = '@ara:example.org';
const ROOM = '!room:example.org';

let server: KeyServer;
let store: MemoryStore;
let machine: Machine;
let told: string[];
/** Whether the owner has written, so that there is a chat. */
let hasChat: boolean;

const open = (): Backup =>
  new Backup(machine, {
    client: server.clientFor(ARA, 'DEVICE'),
    store,
    owners: () => [],
    tell: (_room, text) => {
      if (hasChat) told.push(text);
      return hasChat;
    },
  });
const later = (milliseconds: number): void => void vi.setSystemTime(Date.now() + milliseconds);
const foreign = (more: object = {}): void => {
  const auth_data = { public_key: publicKeyOf(randomBytes(32)), ...more };
  server.versions.push({ version: String(server.versions.length + 1), algorithm: ALGORITHM, auth_data });
};
/** A key that has not been backed up yet. */
const newKey = async (): Promise<string> => {
  await machine.track([ARA]);
  await machine.share(`!room${Math.random()}:example.org`, [ARA], {});
  return ROOM;
};
const puts = (): number => server.calls.filter((call) => call.startsWith('PUT')).length;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  [server, store, told, hasChat] = [new KeyServer(), new MemoryStore(), [], true];
  machine = await openMachine(ARA, 'DEVICE', store, 'wasm');
});
afterEach(async () => {
  await machine.close();
  vi.useRealTimers();
});

it('is made where there is none, signed, and marked as one that only we can open', async () => {
  await newKey();
  await open().keepUp();
  const kept = readBackup(store)!;
  expect(server.versions).toMatchObject([
    {
      version: kept.version,
      algorithm: ALGORITHM,
      auth_data: {
        public_key: publicKeyOf(Buffer.from(kept.secret, 'base64')),
        [MADE_BY_ARA]: true,
        signatures: { [ARA]: { 'ed25519:DEVICE': expect.any(String) as unknown } },
      },
    },
  ]);
  expect(server.backedUp.size).toBe(1);
  expect(JSON.stringify([server.versions, ...server.backedUp])).not.toContain(kept.secret);
  // Another start goes on with it.
  await open().keepUp();
  expect(server.versions).toHaveLength(1);
});

it.each<[string, object]>([
  ['of another client', {}],
  ['with a mark that is none', { [MADE_BY_ARA]: 'yes' }],
])('%s is left alone', async (_which, more) => {
  foreign(more);
  await newKey();
  await open().keepUp();
  expect([server.versions.length, puts(), readBackup(store)]).toEqual([1, 0, null]);
});

it('of a kind that we do not know is left alone, even where its key is ours', async () => {
  await open().keepUp();
  server.versions[0]!.algorithm = 'org.example.new';
  await open().keepUp();
  expect(readBackup(store)?.replaced).toEqual({ told: true });
});

it.each([
  new MatrixFailure(500, 'M_UNKNOWN', 0),
  new MatrixFailure(502, '', 0),
  new MatrixFailure(429, 'M_LIMIT_EXCEEDED', 4 * MINUTE),
  new TransportError(true),
])('is put off for a while by %o, and nobody is troubled', async (error) => {
  const backup = open();
  server.trouble = { path: /room_keys/, error };
  await backup.keepUp();
  expect(await backup.restore(ROOM, 'session')).toBe(false);
  const asked = server.calls.length;
  server.trouble = null;
  await backup.keepUp();
  expect(server.calls).toHaveLength(asked);
  later(5 * MINUTE);
  await backup.keepUp();
  expect(readBackup(store)?.isOurs).toBe(true);
});

it('is none where the homeserver takes none', async () => {
  const backup = open();
  server.trouble = { path: /room_keys/, error: new MatrixFailure(404, 'M_UNRECOGNIZED', 0) };
  await newKey();
  for (let syncs = 0; syncs < 3; syncs++) await backup.keepUp();
  expect([server.calls.filter((call) => call.includes('room_keys')).length, readBackup(store)]).toEqual([
    2,
    null,
  ]);
});

it('loses no key that could not be put there', async () => {
  const backup = open();
  await backup.keepUp();
  await newKey();
  server.trouble = { path: /room_keys\/keys/, error: new TransportError(true) };
  await backup.keepUp();
  server.trouble = null;
  later(5 * MINUTE);
  await backup.keepUp();
  expect(server.backedUp.size).toBe(1);
});

it('whose place another has taken is given up, and the owner hears of it once there is a chat', async () => {
  hasChat = false;
  const backup = open();
  await backup.keepUp();
  foreign({ [MADE_BY_ARA]: true });
  await newKey();
  await backup.keepUp();
  expect([readBackup(store)?.replaced, told, server.backedUp.size]).toEqual([{ told: false }, [], 0]);
  hasChat = true;
  for (const each of [backup, open(), open()]) await each.keepUp();
  expect([told, server.versions.length, server.backedUp.size]).toEqual([[REPLACED], 2, 0]);
  expect(await backup.restore(ROOM, 'session')).toBe(false);
});

it('that is gone is made anew, with all keys', async () => {
  const backup = open();
  await newKey();
  await backup.keepUp();
  const { secret } = readBackup(store)!;
  server.versions.splice(0);
  server.backedUp.clear();
  await newKey();
  for (let syncs = 0; syncs < 2; syncs++) await backup.keepUp();
  expect([server.versions.length, server.backedUp.size, told]).toEqual([1, 2, []]);
  expect(readBackup(store)?.secret).not.toBe(secret);
});

it('is asked for a key that is not there again and again, less and less often', async () => {
  const backup = open();
  await backup.keepUp();
  const asks = (): number =>
    server.calls.filter((call) => call.startsWith('GET') && call.includes('/keys/')).length;
  for (const [wait, expected] of [
    [0, 1],
    [1_000, 1],
    [29_000, 2],
    [59_000, 2],
    [1_000, 3],
  ] as const) {
    // prettier-ignore
    later(wait);
    expect(await backup.restore(ROOM, 'session')).toBe(false);
    expect(asks()).toBe(expected);
  }
  expect(await backup.restore(ROOM, null)).toBe(false);
  expect(await backup.restore(ROOM, '../other')).toBe(false);
  expect(server.calls.at(-1)).toContain('..%2Fother');
});

it('opens with the key that the owner gave', async () => {
  const key = randomBytes(32);
  foreign({ public_key: publicKeyOf(key) });
  const record = { version: '1', secret: base64(key), isOurs: false, replaced: null };
  store.write([['backup', Buffer.from(JSON.stringify(record))]]);
  await newKey();
  await open().keepUp();
  expect([server.backedUp.size, server.versions.length]).toEqual([1, 1]);
});
