/** End-to-end encryption of the Matrix bridge against a real homeserver and a client of another hand. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { refusalOf } from '../../bridges/conformance.js';
import { Client } from '../../bridges/matrix/client.js';
import { EncryptionSetup } from '../../bridges/matrix/encryption-test-rig.js';
import { MatrixFailure } from '../../bridges/matrix/failure.js';
import { notices } from '../../bridges/matrix/notices.js';
import { shownBy } from '../../bridges/matrix/test-rig.js';
import { RecordingHost, soon } from '../../bridges/recording-host.js';

const setup = new EncryptionSetup();
const { bridges, machines, afterCrash, running, send, started } = setup;

describe.each(machines)('messages, by %s,', (kind) => {
  beforeEach(() => void (setup.machine = kind));

  it('go both ways so that the homeserver reads none of them', async () => {
    const { rig, host, bridge } = await running();
    await rig.owner.say(rig.room, 'a secret question');
    await soon(() => expect(host.texts()).toEqual(['a secret question']));
    await send(bridge, rig, 'a **secret** answer');
    const seen = (await rig.events()).filter(
      ({ type, sender }) => type === 'm.room.message' && sender === rig.bot.id,
    );
    expect(seen).toMatchObject([{ encrypted: true, content: { body: 'a **secret** answer' } }]);
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(rig.room)}/messages?dir=b&limit=50`;
    const { body } = await setup.home.synapse.call(rig.owner.user, 'GET', path);
    expect(JSON.stringify(body)).toContain('m.room.encrypted');
    expect(JSON.stringify(body)).not.toContain('secret');
  });

  it('that were sent while we were away are read afterwards, with the keys that were kept', async () => {
    const { rig, host, bridge } = await running();
    await rig.owner.say(rig.room, 'before');
    await soon(() => expect(host.texts()).toEqual(['before']));
    const fingerprint = await bridge.fingerprint();
    await bridge.stop();
    for (const text of ['meanwhile', 'and then']) await rig.owner.say(rig.room, text);
    const again = afterCrash(host);
    const next = await started(rig, again);
    await soon(() => expect(again.texts()).toEqual(['before', 'meanwhile', 'and then']));
    expect(await next.fingerprint()).toEqual(fingerprint);
  });

  it('are never encrypted with a key that was used before, not even after a crash', async () => {
    const { rig, host, bridge } = await running();
    await send(bridge, rig, 'one');
    // Not stopped: what was not kept by now is gone.
    const next = rig.open(afterCrash(host));
    bridges.push(next);
    await send(next, rig, 'two');
    await send(next, rig, 'three');
    // The owner's client refuses a second message with one key as a replay.
    expect(await rig.seen()).toEqual(['one', 'two', 'three']);
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(rig.room)}/messages?dir=b&limit=50`;
    const { chunk } = (await setup.home.synapse.call(rig.owner.user, 'GET', path)).body as {
      chunk: { type: string; content: { session_id: string; ciphertext: string } }[];
    };
    const sealed = chunk.filter(({ type }) => type === 'm.room.encrypted').map(({ content }) => content);
    // The same session goes on: nothing was lost that would have made a new one needed.
    expect(new Set(sealed.map(({ session_id: session }) => session)).size).toBe(1);
    const indexes = sealed.map(({ ciphertext }) => Buffer.from(ciphertext, 'base64').readUInt16BE(1));
    expect(new Set(indexes).size).toBe(3);
  });

  it('with one key are shown once', async () => {
    const { rig, bridge } = await running();
    const part = bridge.render('only once')[0]!;
    const first = await bridge.send(rig.chat, part, 'same-key');
    expect(await bridge.send(rig.chat, part, 'same-key')).toBe(first);
    expect(await rig.seen()).toEqual(['only once']);
  });

  it('whose key comes late are read when it comes, and the user is told meanwhile', async () => {
    const { rig, host } = await running();
    await rig.owner.say(rig.room, 'first');
    await soon(() => expect(host.texts()).toEqual(['first']));
    await rig.owner.do('send_unshared', { room: rig.room, content: { msgtype: 'm.text', body: 'late' } });
    await expect.poll(() => rig.seen(), { timeout: 10_000 }).toEqual([notices.noKey]);
    // Kept on the volume, not in memory.
    const again = afterCrash(host);
    await bridges.pop()!.stop();
    await started(rig, again);
    await rig.owner.do('share');
    await soon(() => expect(again.texts()).toEqual(['first', 'late']), 10_000);
    expect(again.store.list('unread/')).toEqual([]);
  });

  it('that come without encryption in an encrypted room are not believed', async () => {
    const { rig, host } = await running();
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(rig.room)}/send/m.room.message/forged`;
    await setup.home.synapse.call(rig.owner.user, 'PUT', path, {
      msgtype: 'm.text',
      body: 'send me everything',
    });
    await expect.poll(() => rig.seen()).toEqual([notices.notEncrypted]);
    expect(host.texts()).toEqual([]);
  });

  it('are answered once, however often the homeserver shows them', async () => {
    const { rig, host } = await running();
    await rig.owner.say(rig.room, 'send him the money');
    await soon(() => expect(host.texts()).toEqual(['send him the money']));
    const at = `/_matrix/client/v3/rooms/${encodeURIComponent(rig.room)}`;
    const { chunk } = (await setup.home.synapse.call(rig.owner.user, 'GET', `${at}/messages?dir=b&limit=1`))
      .body as {
      chunk: { content: { ciphertext: string } }[];
    };
    const [{ content } = expect.unreachable()] = chunk;
    const again = { ...content, ciphertext: `${content.ciphertext}==` };
    for (const [index, replayed] of [content, again].entries()) {
      await setup.home.synapse.call(
        rig.owner.user,
        'PUT',
        `${at}/send/m.room.encrypted/replay${index}`,
        replayed,
      );
    }
    await rig.owner.say(rig.room, 'thank you');
    await soon(() => expect(host.texts()).toEqual(['send him the money', 'thank you']));
  });

  it('are edited so that clients see what is edited, but not how', async () => {
    const { rig, bridge } = await running();
    const sent = await bridge.send(rig.chat, bridge.render('one')[0]!, 'edited');
    await bridge.edit(rig.chat, sent, bridge.render('two')[0]!);
    expect(await rig.seen()).toEqual(['two']);
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(rig.room)}/messages?dir=b&limit=1`;
    const { body } = await setup.home.synapse.call(rig.owner.user, 'GET', path);
    const relation = { rel_type: 'm.replace', event_id: sent };
    expect(body).toMatchObject({
      chunk: [{ type: 'm.room.encrypted', content: { 'm.relates_to': relation } }],
    });
    expect(JSON.stringify(body)).not.toContain('two');
  });

  it('stay encrypted when the homeserver says that the room is not', async () => {
    const { rig, host, bridge } = await running();
    await send(bridge, rig, 'one');
    await bridges.pop()?.stop();
    // From here on the homeserver denies it.
    const again = rig.open(afterCrash(host));
    bridges.push(again);
    const getState = Client.prototype.getRoomStateEvent;
    onTestFinished(() => void (Client.prototype.getRoomStateEvent = getState));
    Client.prototype.getRoomStateEvent = () => Promise.reject(new MatrixFailure(404, 'M_NOT_FOUND', 0));
    await send(again, rig, 'two');
    expect((await rig.events()).at(-1)).toMatchObject({ encrypted: true, content: { body: 'two' } });
  });
});

describe('modes', () => {
  it('required: says nothing in a plain room but that it must be encrypted', async () => {
    const { rig, host, bridge } = await running({ mode: 'required', encrypted: false });
    await rig.owner.say(rig.room, 'hello');
    await expect.poll(() => rig.seen()).toEqual([notices.mustEncrypt]);
    expect(host.texts()).toEqual([]);
    expect(await refusalOf(send(bridge, rig, 'hello'))).toBe('refused');
    const file = { name: 'a', path: '/dev/null', size: 0, kind: 'file', type: 'text/plain' } as const;
    expect(await refusalOf(bridge.sendFile(rig.chat, file, 'file'))).toBe('refused');
    expect(await rig.seen()).toEqual([notices.mustEncrypt]);
    await rig.owner.call('PUT', `/rooms/${encodeURIComponent(rig.room)}/state/m.room.encryption`, {
      algorithm: 'm.megolm.v1.aes-sha2',
    });
    await rig.owner.say(rig.room, 'and now?');
    await soon(() => expect(host.texts()).toEqual(['and now?']));
    await send(bridge, rig, 'yes');
    expect((await rig.events()).at(-1)).toMatchObject({ encrypted: true, content: { body: 'yes' } });
  });

  it('off: says once that it cannot read', async () => {
    const { rig, host, bridge } = await running({ mode: 'off' });
    await rig.owner.say(rig.room, 'hello');
    await rig.owner.say(rig.room, 'hello?');
    await expect.poll(() => rig.seen()).toEqual([notices.cannotDecrypt]);
    expect([host.texts(), host.store.list('crypto/')]).toEqual([[], []]);
    expect(await refusalOf(send(bridge, rig, 'a secret'))).toBe('refused');
  });
});

describe.each(machines)('the device, by %s,', (kind) => {
  beforeEach(() => void (setup.machine = kind));

  it('is signed by an identity of the account, where the homeserver lets it', async () => {
    const { rig } = await running();
    const { body } = await setup.home.synapse.call(rig.owner.user, 'POST', '/_matrix/client/v3/keys/query', {
      device_keys: { [rig.bot.id]: [] },
    });
    const { device_keys: devices, master_keys: masters, self_signing_keys: selfs } = body;
    expect(masters).toHaveProperty([rig.bot.id]);
    const [self] = Object.keys((selfs as Record<string, { keys: object }>)[rig.bot.id]!.keys);
    expect(devices).toHaveProperty([rig.bot.id, rig.bot.device, 'signatures', rig.bot.id, self!]);
  });

  it('has to be made anew when its keys were lost', async () => {
    const { rig, host } = await running();
    await bridges.pop()!.stop();
    const lost = new RecordingHost(setup.home.agent, rig.owner.user.id);
    lost.checkpoints.push(host.checkpoint()!);
    const bridge = rig.open(lost);
    bridges.push(bridge);
    bridge.start();
    await lost.reaches('needs-relink');
  });
});

describe('the device, by wasm,', () => {
  beforeEach(() => void (setup.machine = 'wasm'));

  it('is verified by comparing emoji', async () => {
    const { rig, host, bridge } = await running();
    await rig.owner.say(rig.room, 'hello');
    await soon(() => expect(host.texts()).toEqual(['hello']));
    const target = { of: rig.bot.id, device: rig.bot.device };
    const { transaction, emoji } = await rig.owner.do<{ transaction: string; emoji: string[] }>(
      'verify',
      target,
    );
    await expect.poll(() => rig.seen()).toHaveLength(1);
    const [told = ''] = await rig.seen();
    const shown = told.split('\n').slice(-7);
    expect(shown.map((line) => line.split(' ')[0])).toEqual(emoji);
    expect(await rig.owner.do('confirm', { transaction })).toEqual({ verified: true });
    const known = await rig.owner.do<{ id: string; ed25519: string; verified: boolean }[]>('device', target);
    expect(known).toEqual([
      { id: rig.bot.device, ed25519: (await bridge.fingerprint())?.key, verified: true },
    ]);
    await expect.poll(() => rig.seen()).toEqual([told, 'This device is verified now.']);
  });

  it('promises nothing that was not kept', async () => {
    const { rig, host, bridge } = await running();
    await send(bridge, rig, 'one');
    const write = host.store.write.bind(host.store);
    host.store.write = (changes) => {
      if ([...changes].some(([name]) => name.startsWith('crypto/'))) throw new Error('the disk is full');
      write(changes);
    };
    expect(await refusalOf(send(bridge, rig, 'two'))).not.toBe('none');
    expect(await rig.seen()).toEqual(['one']);
    const checkpoint = host.checkpoint();
    await rig.owner.say(rig.room, 'three');
    // Another client's key cannot be kept: it has to come again.
    await rig.owner.do('sync');
    expect(host.checkpoint()).toBe(checkpoint);
    const again = afterCrash(host);
    await started(rig, again);
    await soon(() => expect(again.texts()).toEqual(['three']));
  });
});

describe.each(machines.filter((kind) => kind === 'native'))('the device, by %s,', (kind) => {
  beforeEach(() => void (setup.machine = kind));

  it('says what to compare by hand where it knows no emoji', async () => {
    const { rig, host, bridge } = await running();
    await rig.owner.say(rig.room, 'hello');
    await soon(() => expect(host.texts()).toEqual(['hello']));
    const target = { of: rig.bot.id, device: rig.bot.device };
    await expect(rig.owner.do('verify', target)).rejects.toThrow(/cancelled/);
    await expect.poll(() => rig.seen()).toHaveLength(1);
    const [told = ''] = await rig.seen();
    const { device, key } = (await bridge.fingerprint())!;
    expect(told.replaceAll(' ', '')).toContain(key);
    expect(told).toContain(device);
  });
});

describe.each(machines)('files, by %s,', (kind) => {
  beforeEach(() => void (setup.machine = kind));

  const content = randomBytes(300_000);
  const onDisk = (): string => {
    const folder = mkdtempSync(joinPath(tmpdir(), 'ara-file-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = joinPath(folder, 'file');
    writeFileSync(path, content);
    return path;
  };

  it.each([true, false])('come and go whole, encrypted: %s', async (encrypted) => {
    const { rig, host, bridge } = await running({ encrypted });
    const info = { mimetype: 'image/png', size: content.length };
    const picture = { msgtype: 'm.image', body: 'what is this?', filename: 'cat.png', info };
    await rig.owner.do('upload', { room: rig.room, path: onDisk(), content: picture });
    const voice = { msgtype: 'm.audio', body: 'Voice message', info: { ...info, mimetype: 'audio/ogg' } };
    await rig.owner.do('upload', {
      room: rig.room,
      path: onDisk(),
      content: { ...voice, 'org.matrix.msc3245.voice': {} },
    });
    await soon(() => expect(host.journal).toHaveLength(2));
    const [first, second] = host.journal;
    const reference: unknown = expect.any(String);
    expect(first).toMatchObject({
      text: 'what is this?',
      attachments: [{ kind: 'image', name: 'cat.png', type: 'image/png', size: 300_000, reference }],
    });
    expect(second).toMatchObject({ text: '', attachments: [{ kind: 'voice', type: 'audio/ogg' }] });
    for (const { attachments } of host.journal) {
      const stream = await bridge.fetch(attachments![0]!.reference, new AbortController().signal);
      expect((await buffer(stream)).equals(content)).toBe(true);
    }

    const file = {
      name: 'Stimme.ogg',
      path: onDisk(),
      size: content.length,
      kind: 'voice',
      type: 'audio/ogg',
    } as const;
    await bridge.sendFile(rig.chat, file, 'voice');
    const [sent] = shownBy(await rig.events(), rig.bot.id);
    expect(sent).toMatchObject({
      encrypted,
      content: { msgtype: 'm.audio', 'org.matrix.msc3245.voice': {} },
    });
    expect((await rig.owner.download(sent!.content)).equals(content)).toBe(true);
  });

  it('fail as such', async () => {
    const { bridge } = await running();
    const fetching = (reference: string): Promise<string> =>
      refusalOf(bridge.fetch(reference, new AbortController().signal));
    expect(await fetching('{"url":"mxc://localhost/nothing"}')).toBe('refused');
    expect(await fetching('{"url":"https://example.org/"}')).toBe('refused');
    expect(await fetching('nonsense')).toBe('refused');
  });
});
