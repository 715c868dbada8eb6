/** What takes an export in: the same again, and nothing at all of what is not as it should be. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { Encrypter, generateIdentity, identityToRecipient } from 'age-encryption';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Manifest } from '../../../../contracts/archive.js';
import { chatId } from '../../../../contracts/ids.js';
import { TAR_END, tarPieces } from '../../../../contracts/tar.js';
import { settleStaging } from '../export/staging.js';
import {
  contentOf,
  decrypted,
  exported,
  FIGURES,
  furnish,
  imported,
  manifestOf,
  PASSPHRASE,
  room,
  rooms,
  stopRooms,
  type Room,
} from './archive-test-rig.js';

afterEach(stopRooms);

describe('the import', () => {
  let from: Room;
  let archive: Buffer;
  beforeAll(async () => {
    from = await room();
    // Stays for all tests here.
    rooms.splice(rooms.indexOf(from), 1);
    await furnish(from);
    archive = await exported(from);
  });
  afterAll(() => from.rig.stop());

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
    const lengths = [10, 200, 70_000, archive.length - 100_000, archive.length - 1];
    for (const length of lengths)
      await expect(imported(into, archive.subarray(0, length)), `${length}`).rejects.toMatchObject({
        code: 'bad-archive',
      });
    const changed = Buffer.from(archive);
    changed[100_000]! ^= 1;
    for (const bytes of [changed, Buffer.concat([archive, Buffer.alloc(9)])])
      await expect(imported(into, bytes)).rejects.toMatchObject({ code: 'bad-archive' });
    await untouched(into);
  });

  it('says of what is no export that it is none', async () => {
    const into = await room();
    const forSomebody = new Encrypter();
    forSomebody.addRecipient(await identityToRecipient(await generateIdentity()));
    const wrong = [
      Buffer.alloc(0),
      randomBytes(5_000),
      Buffer.alloc(500_000, 65),
      Buffer.from(await forSomebody.encrypt('for a key, and under no passphrase')),
    ];
    for (const bytes of wrong)
      await expect(imported(into, bytes)).rejects.toMatchObject({ code: 'no-archive' });
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
