import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Attachment } from '../../contracts/message.js';
import type { OutgoingFile } from '../bridge.js';
import { refusalOf } from '../conformance.js';
import { soon } from '../recording-host.js';
import { startRig, type Rig } from './test-rig.js';

function fileOf(content: Buffer, kind: OutgoingFile['kind'], type: string, name = 'a'): OutgoingFile {
  const folder = mkdtempSync(join(tmpdir(), 'ara-file-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, '1');
  writeFileSync(path, content);
  return { name, path, size: content.length, kind, type };
}

/** The last page of an Ogg file of this many seconds. */
function voiceOf(seconds: number): Buffer {
  const page = Buffer.alloc(200);
  page.write('OggS', 100);
  page.writeBigInt64LE(BigInt(seconds * 48_000), 106);
  return page;
}

describe('files', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
    rig.bridge.start();
    await rig.host.reaches('connected');
  });
  afterEach(async () => {
    await rig.close();
    expect(rig.whatsapp.problems).toEqual([]);
  });

  const forever = new AbortController().signal;
  const fetched = async ({ reference }: Attachment): Promise<Buffer> =>
    buffer(await rig.bridge.fetch(reference, forever));
  const attached = async (count = 1): Promise<Attachment[]> => {
    await soon(() => expect(rig.host.journal).toHaveLength(count));
    return rig.host.journal.flatMap(({ attachments }) => attachments ?? []);
  };

  it('come with a message, and are fetched and decrypted', async () => {
    const contents = [0, 1, 15, 16, 17, 100_000, 3_000_001].map((size) => randomBytes(size));
    const { phone } = rig.owner;
    for (const content of contents)
      await phone.sendFile(rig.account, 'document', content, { fileName: 'a.bin' });
    const found = await attached(contents.length);
    for (const [index, content] of contents.entries()) {
      const attachment = found[index] ?? expect.unreachable();
      expect(attachment).toMatchObject({ kind: 'file', name: 'a.bin', size: content.length });
      expect((await fetched(attachment)).equals(content)).toBe(true);
    }
  });

  it('come as what they are', async () => {
    const { phone } = rig.owner;
    const content = Buffer.from('x');
    await phone.sendFile(rig.account, 'image', content, { mimetype: 'image/jpeg', caption: 'look' });
    await phone.sendFile(rig.account, 'audio', content, { mimetype: 'audio/ogg; codecs=opus', ptt: true });
    await phone.sendFile(rig.account, 'audio', content, { mimetype: 'audio/mpeg' });
    await phone.sendFile(rig.account, 'video', content, { mimetype: 'video/mp4' });
    await phone.sendFile(rig.account, 'sticker', content, { mimetype: 'image/webp' });
    const found = await attached(5);
    expect(found.map(({ kind }) => kind)).toEqual(['image', 'voice', 'audio', 'video', 'image']);
    expect(found[1]?.type).toBe('audio/ogg; codecs=opus');
    expect(rig.host.texts()).toEqual(['look', '', '', '', '']);
    for (const attachment of found) expect((await fetched(attachment)).equals(content)).toBe(true);
  });

  it('are refused when they are not what the message spoke of', async () => {
    const content = randomBytes(5_000);
    await rig.owner.phone.sendFile(rig.account, 'image', content);
    const [attachment = expect.unreachable()] = await attached();
    const [[path, blob] = expect.unreachable()] = [...rig.whatsapp.media.blobs];
    for (const at of [0, 2_000, blob.length - 1]) {
      const changed = Buffer.from(blob);
      changed[at] = (changed[at] ?? 0) ^ 1;
      rig.whatsapp.media.blobs.set(path, changed);
      expect(await refusalOf(fetched(attachment))).toBe('refused');
    }
    for (const length of [0, 9, 10, 26, blob.length - 16]) {
      rig.whatsapp.media.blobs.set(path, blob.subarray(0, length));
      expect(await refusalOf(fetched(attachment))).toBe('refused');
    }
    rig.whatsapp.media.blobs.delete(path);
    expect(await refusalOf(fetched(attachment))).toBe('refused');
  });

  it.each(['', '{', 'null', '{}', '{"kind":"image","path":"http://evil","key":"","hash":""}'])(
    'are not fetched by %j',
    async (reference) => {
      expect(await refusalOf(rig.bridge.fetch(reference, forever))).toBe('refused');
    },
  );

  it('outlast what passes', async () => {
    await rig.owner.phone.sendFile(rig.account, 'image', Buffer.from('x'));
    const [attachment = expect.unreachable()] = await attached();
    rig.whatsapp.media.faults.push(503, 500);
    expect((await fetched(attachment)).toString()).toBe('x');
    rig.whatsapp.media.faults.push(503, 503, 503);
    expect(await refusalOf(fetched(attachment))).toBe('unreachable');
  });

  it('are given up when nobody waits for them any more', async () => {
    await rig.owner.phone.sendFile(rig.account, 'image', randomBytes(4_000_000));
    const [attachment = expect.unreachable()] = await attached();
    const stop = new AbortController();
    const stream = await rig.bridge.fetch(attachment.reference, stop.signal);
    stop.abort();
    expect(await refusalOf(buffer(stream))).toBe('unreachable');
  });

  it('go out as pictures, voice notes and files', async () => {
    const { bridge, ownerChat, owner } = rig;
    const image = randomBytes(70_000);
    await bridge.sendFile(ownerChat, fileOf(image, 'image', 'image/png'), 'k1');
    await bridge.sendFile(ownerChat, fileOf(voiceOf(7), 'voice', 'audio/ogg'), 'k2');
    await bridge.sendFile(ownerChat, fileOf(image, 'image', 'image/webp', 'a.webp'), 'k3');
    await bridge.sendFile(ownerChat, fileOf(Buffer.alloc(0), 'file', 'text/plain', 'empty.txt'), 'k4');
    const shown = owner.phone.inChat();
    expect(shown.map(({ file }) => [file?.kind, file?.type, file?.voice, file?.name])).toEqual([
      ['image', 'image/png', false, null],
      ['audio', 'audio/ogg; codecs=opus', true, null],
      ['document', 'image/webp', false, 'a.webp'],
      ['document', 'text/plain', false, 'empty.txt'],
    ]);
    expect(shown[1]?.content.audioMessage?.seconds).toBe(7);
    expect(shown[0]?.file?.content.equals(image)).toBe(true);
  });

  it('come once, however often they are sent', async () => {
    const file = fileOf(randomBytes(100), 'file', 'text/plain', 'a.txt');
    for (let time = 0; time < 3; time++) await rig.bridge.sendFile(rig.ownerChat, file, 'same');
    expect(rig.owner.phone.inChat()).toHaveLength(1);
  });

  it('that cannot be uploaded were not sent', async () => {
    rig.whatsapp.media.faults.push(500);
    const file = fileOf(randomBytes(100), 'file', 'text/plain');
    expect(await refusalOf(rig.bridge.sendFile(rig.ownerChat, file, 'k'))).toBe('unreachable');
    expect(rig.owner.phone.shown).toEqual([]);
  });
});

describe('connections', () => {
  it('all go through the agent of the room', async () => {
    const rig = await startRig();
    let made = 0;
    const create = Agent.prototype.createConnection;
    vi.spyOn(rig.agent, 'createConnection').mockImplementation((...given) => {
      made++;
      return create.apply(rig.agent, given);
    });
    const fetching = vi.spyOn(globalThis, 'fetch').mockRejectedValue(new Error('no way out'));
    onTestFinished(() => {
      fetching.mockRestore();
    });
    rig.bridge.start();
    await rig.host.reaches('connected');
    const link = 'https://example.com/page see https://wa.me';
    await rig.bridge.send(rig.ownerChat, { body: link, plain: link }, 'k');
    await rig.bridge.sendFile(rig.ownerChat, fileOf(Buffer.from('x'), 'file', 'text/plain'), 'k2');
    await rig.owner.phone.sendFile(rig.account, 'image', Buffer.from('x'));
    const companion = rig.account.companions.get(1) ?? expect.unreachable();
    const attrs = { id: 'N1', from: 's.whatsapp.net', type: 'server_sync', t: '1' };
    const content = [{ tag: 'collection', attrs: { name: 'regular', version: '1' } }];
    rig.whatsapp.push(companion, { tag: 'notification', attrs, content });
    await soon(() => expect(rig.host.journal).toHaveLength(1));
    const [attachment = expect.unreachable()] = rig.host.journal[0]?.attachments ?? [];
    await buffer(await rig.bridge.fetch(attachment.reference, new AbortController().signal));
    await soon(() => expect(companion.pending).toEqual([]));
    expect([made, fetching.mock.calls]).toEqual([rig.whatsapp.accepted, []]);
    expect(rig.whatsapp.log.filter(({ attrs: sent }) => sent['xmlns'] === 'w:sync:app:state')).toEqual([]);
    await rig.close();
  });
});
