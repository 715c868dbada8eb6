import { proto } from '@whiskeysockets/baileys';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { lidOf, pnOf } from '../../test/kit/whatsapp/world.js';
import type { InboundMessage } from '../../contracts/message.js';
import type { BridgeHost } from '../bridge.js';
import { soon } from '../recording-host.js';
import { startRig, type Rig, type RigOptions } from './test-rig.js';

describe('taking messages in', () => {
  let rig: Rig;
  afterEach(async () => {
    await rig.close();
    expect(rig.whatsapp.problems).toEqual([]);
  });

  const start = async (options: RigOptions = {}): Promise<void> => {
    rig = await startRig(options);
    rig.bridge.start();
    await rig.host.reaches('connected');
  };
  const arrive = (texts: string[]): Promise<void> => soon(() => expect(rig.host.texts()).toEqual(texts));
  const receipts = () => rig.whatsapp.log.filter(({ tag }) => tag === 'receipt');

  it('takes what came while it was away, once and in order', async () => {
    rig = await startRig();
    for (const text of ['one', 'two', 'three']) await rig.owner.phone.say(rig.account, text);
    rig.bridge.start();
    await arrive(['one', 'two', 'three']);
    await soon(() => expect(rig.whatsapp.world.users[2]?.companions.get(1)?.pending).toEqual([]));
    await rig.bridge.stop();
    rig.bridge.start();
    await rig.host.reaches('connected');
    expect(rig.host.texts()).toEqual(['one', 'two', 'three']);
  });

  it('answers nothing of the history', async () => {
    await start();
    await rig.whatsapp.sendHistory(rig.account, rig.owner, 'said long ago');
    await rig.owner.phone.say(rig.account, 'now');
    await arrive(['now']);
    await soon(() => expect(receipts().map(({ attrs }) => attrs['type'])).toContain('hist_sync'));
    expect(rig.host.texts()).toEqual(['now']);
  });

  it('acknowledges nothing that the journal did not take, and gets it again', async () => {
    await start();
    const accept = rig.host.accept.bind(rig.host);
    let failures = 0;
    rig.host.accept = () => {
      failures++;
      throw new Error('the disk is full');
    };
    await rig.owner.phone.say(rig.account, 'first');
    await soon(() => expect(failures).toBeGreaterThanOrEqual(2));
    expect(receipts()).toEqual([]);
    rig.host.accept = accept;
    await rig.owner.phone.say(rig.account, 'second');
    await arrive(['first', 'second']);
    await soon(() => expect(receipts()).toHaveLength(2));
  });

  it('has a message in the journal before its session moves on', async () => {
    await start();
    await rig.owner.phone.say(rig.account, 'hello');
    await arrive(['hello']);
    const order: string[] = [];
    const [accept, write] = [rig.host.accept.bind(rig.host), rig.host.store.write.bind(rig.host.store)];
    rig.host.accept = (messages: InboundMessage[], checkpoint) => {
      order.push('accept');
      return accept(messages, checkpoint);
    };
    rig.host.store.write = (changes) => {
      const all = [...changes];
      for (const [name] of all) if (name.startsWith('keys/session/')) order.push('session');
      write(all);
    };
    await rig.owner.phone.say(rig.account, 'again');
    await soon(() => expect(receipts()).toHaveLength(2));
    expect(order).toEqual(['accept', 'session']);
  });

  it('has a session on the disk before what it encrypted leaves', async () => {
    await start();
    await rig.bridge.send(rig.ownerChat, { body: 'one', plain: 'one' }, 'k1');
    const order: string[] = [];
    const write = rig.host.store.write.bind(rig.host.store);
    rig.host.store.write = (changes) => {
      const all = [...changes];
      if (all.some(([name]) => name.startsWith('keys/session/'))) order.push('written');
      write(all);
    };
    const send = WebSocket.prototype.send;
    const sending = vi.spyOn(WebSocket.prototype, 'send').mockImplementation(function (
      this: WebSocket,
      ...given
    ) {
      // The side of the client knows where it is connected to.
      if (this.url) order.push('sent');
      send.apply(this, given);
    });
    await rig.bridge.send(rig.ownerChat, { body: 'two', plain: 'two' }, 'k2');
    sending.mockRestore();
    // Once for the reader, once for our own phone.
    expect(order.slice(0, 3)).toEqual(['written', 'written', 'sent']);
  });

  it('knows one person by the phone number and by the hidden one', async () => {
    await start();
    await rig.owner.phone.say(rig.account, 'by number');
    await rig.owner.phone.say(rig.account, 'hidden', { addressing: 'lid' });
    await arrive(['by number', 'hidden']);
    expect(new Set(rig.host.journal.map(({ chat }) => chat))).toEqual(new Set([rig.ownerChat]));
  });

  it('keeps to the id that the owner was linked with, and answers there', async () => {
    rig = await startRig({ unowned: true });
    const hidden = lidOf(rig.owner);
    rig.host.owners = () => [hidden];
    rig.host.admit = (sender) => ({ admitted: sender === hidden, reply: null });
    rig.bridge.start();
    await rig.owner.phone.say(rig.account, 'by number');
    await rig.owner.phone.say(rig.account, 'hidden', { addressing: 'lid' });
    await arrive(['by number', 'hidden']);
    expect(new Set(rig.host.journal.map(({ chat }) => chat))).toEqual(new Set([hidden]));
    await rig.host.reaches('connected');
    await rig.bridge.send(
      rig.host.journal[0]?.chat ?? expect.unreachable(),
      { body: 'hi', plain: 'hi' },
      'k',
    );
    expect(rig.owner.phone.texts(rig.account)).toEqual(['hi']);
  });

  it('binds whoever sends the code, and answers them', async () => {
    rig = await startRig({ unowned: true });
    const owners: string[] = [];
    rig.host.owners = () => owners;
    const host: BridgeHost = rig.host;
    host.admit = (sender, text) => {
      if (text !== '/link ABCD') return { admitted: owners.includes(sender), reply: 'No.' };
      owners.push(sender);
      return { admitted: false, reply: 'Linked.' };
    };
    rig.bridge.start();
    await rig.stranger.phone.say(rig.account, 'hello');
    await rig.owner.phone.say(rig.account, '/link ABCD');
    await soon(() => expect(rig.owner.phone.texts()).toEqual(['Linked.']));
    await rig.owner.phone.say(rig.account, 'hello');
    await arrive(['hello']);
    expect(owners).toEqual([pnOf(rig.owner)]);
    expect(rig.stranger.phone.shown).toEqual([]);
  });

  it('reads along what is quoted, and what comes in other forms', async () => {
    await start();
    const contextInfo = {
      stanzaId: 'X1',
      participant: pnOf(rig.account),
      quotedMessage: { conversation: 'the old text' },
    };
    const { phone } = rig.owner;
    await phone.say(rig.account, { extendedTextMessage: { text: 'what is this?', contextInfo } });
    await phone.say(rig.account, { ephemeralMessage: { message: { conversation: 'it will vanish' } } });
    await phone.say(rig.account, {
      locationMessage: { degreesLatitude: 52.5, degreesLongitude: 13.4, name: 'Berlin' },
    });
    await phone.say(rig.account, {
      contactMessage: { displayName: 'Max', vcard: 'BEGIN:VCARD\nTEL;type=CELL:+49 170 1\nEND:VCARD' },
    });
    await arrive(['what is this?', 'it will vanish', 'Berlin\n52.5, 13.4', 'Max\n+49 170 1']);
    expect(rig.host.journal.map(({ quoted }) => quoted)).toEqual(['the old text', null, null, null]);
  });

  it('says what it cannot read, and says nothing of what says nothing', async () => {
    await start();
    const { phone } = rig.owner;
    await phone.say(rig.account, { reactionMessage: { key: { id: 'X' }, text: '👍' } });
    await phone.say(rig.account, {
      protocolMessage: { type: proto.Message.ProtocolMessage.Type.REVOKE, key: { id: 'X' } },
    });
    await phone.say(rig.account, { pollCreationMessage: { name: 'Which?', options: [{ optionName: 'a' }] } });
    await soon(() => expect(phone.texts()).toEqual([expect.stringContaining('cannot read')]));
    expect(rig.host.journal).toEqual([]);
  });

  it('takes nothing that is not encrypted for it', async () => {
    await start();
    const companion = rig.account.companions.get(1) ?? expect.unreachable();
    const attrs = { id: 'PLAIN1', from: pnOf(rig.owner), t: '1800000000', type: 'text' };
    const content = [{ tag: 'plaintext', attrs: {}, content: Buffer.from([10, 2, 104, 105]) }];
    rig.whatsapp.push(companion, { tag: 'message', attrs, content });
    await rig.owner.phone.say(rig.account, 'hello');
    await arrive(['hello']);
  });

  it('asks for a message that it could not read, and takes it then', async () => {
    await start();
    await rig.owner.phone.say(rig.account, 'before');
    await arrive(['before']);
    const companion = rig.account.companions.get(1) ?? expect.unreachable();
    const { push } = rig.whatsapp;
    let broken = false;
    rig.whatsapp.push = (to, stanza) => {
      const [enc] = Array.isArray(stanza.content) ? stanza.content : [];
      if (!broken && to === companion && enc?.tag === 'enc' && enc.content instanceof Uint8Array) {
        broken = true;
        enc.content[enc.content.length - 1] = (enc.content.at(-1) ?? 0) ^ 1;
      }
      push.call(rig.whatsapp, to, stanza);
    };
    await rig.owner.phone.say(rig.account, 'broken on the way');
    await arrive(['before', 'broken on the way']);
  });

  it('takes from our own phone what it could not read at all', { timeout: 15_000 }, async () => {
    await start();
    const companion = rig.account.companions.get(1) ?? expect.unreachable();
    const attrs = { id: 'LOST1', from: pnOf(rig.owner), t: '1800000000', type: 'text' };
    rig.whatsapp.push(companion, { tag: 'message', attrs, content: [{ tag: 'unavailable', attrs: {} }] });
    const asked = () => rig.account.phone.asked.at(-1)?.peerDataOperationRequestMessage;
    await soon(() => expect(asked()?.placeholderMessageResendRequest).toHaveLength(1), 8_000);
    const message = {
      key: { remoteJid: pnOf(rig.owner), fromMe: false, id: 'LOST1' },
      message: { conversation: 'found' },
    };
    await rig.whatsapp.answerPlaceholder(rig.account, { ...message, messageTimestamp: 1_800_000_000 });
    await arrive(['found']);
    expect(rig.host.journal[0]).toMatchObject({
      platformId: `${rig.ownerChat}/LOST1`,
      sentAt: 1_800_000_000_000,
    });
  });

  it('sends again what a phone could not read, also after a restart', async () => {
    await start();
    rig.owner.phone.deaf = true;
    await rig.bridge.send(rig.ownerChat, { body: 'one', plain: 'one' }, 'k1');
    await soon(() => expect(rig.owner.phone.texts()).toEqual(['one']));
    rig.owner.phone.deaf = true;
    rig.owner.phone.online = false;
    await rig.bridge.send(rig.ownerChat, { body: 'two', plain: 'two' }, 'k2');
    await rig.bridge.stop();
    const second = rig.open(rig.host);
    second.start();
    await rig.host.reaches('connected');
    rig.owner.phone.online = true;
    rig.whatsapp.askAgain(rig.account, rig.owner, rig.whatsapp.lastMessageId());
    await soon(() => expect(rig.owner.phone.texts()).toEqual(['one', 'two']));
    await second.stop();
  });

  it('does not send a stranger again what was for the owner', async () => {
    await start();
    await rig.bridge.send(rig.ownerChat, { body: 'secret', plain: 'secret' }, 'k1');
    rig.whatsapp.askAgain(rig.account, rig.stranger, rig.whatsapp.lastMessageId());
    await rig.owner.phone.say(rig.account, 'hello');
    await arrive(['hello']);
    await soon(() => expect(rig.account.companions.get(1)?.pending).toEqual([]));
    expect(rig.stranger.phone.shown).toEqual([]);
    expect(rig.whatsapp.log.filter(({ tag }) => tag === 'message')).toHaveLength(1);
  });
});
