import { proto } from '@whiskeysockets/baileys';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { Group } from '../../test/kit/whatsapp/world.js';
import { pnOf } from '../../test/kit/whatsapp/world.js';
import { chatId } from '../../contracts/ids.js';
import { platformMessageId } from '../../contracts/ids.js';
import { refusalOf } from '../conformance.js';
import { soon } from '../recording-host.js';
import { Account } from './account.js';
import { OwnChats } from './own-chat.js';
import { startRig, type Rig } from './test-rig.js';

/** What only our own phone may say. */
const history = {
  type: proto.Message.ProtocolMessage.Type.HISTORY_SYNC_NOTIFICATION,
  historySyncNotification: { syncType: proto.Message.HistorySyncType.INITIAL_BOOTSTRAP },
};

/** What may reach somebody who is not linked: that their message came to this device. Nobody sees it as read. */
const harmless = ({ tag, attrs }: { tag: string; attrs: Record<string, string> }): boolean =>
  tag === 'ack' || (tag === 'receipt' && [undefined, 'inactive', 'retry'].includes(attrs['type']));

const contents = (owner: string): fc.Arbitrary<object> =>
  fc.oneof<fc.Arbitrary<object>[]>(
    fc.string({ unit: 'binary', maxLength: 60 }).map((text) => ({ conversation: text || ' ' })),
    fc
      .constantFrom('/link ABCD2345', '/allow', '/help', '@4917000000003 hi', '@Ara')
      .map((conversation) => ({ conversation })),
    fc.constant({
      extendedTextMessage: { text: 'hi', contextInfo: { mentionedJid: ['4917000000003@s.whatsapp.net'] } },
    }),
    fc.constant({
      extendedTextMessage: {
        text: 'hi',
        contextInfo: { stanzaId: 'X', participant: owner, quotedMessage: { conversation: 'x' } },
      },
    }),
    fc.constant({ reactionMessage: { key: { id: 'X', fromMe: true }, text: '👍' } }),
    fc.constant({ protocolMessage: { type: 0, key: { id: 'X', fromMe: true } } }),
    fc.constant({ protocolMessage: history }),
    fc.constant({ deviceSentMessage: { destinationJid: owner, message: { conversation: 'as the owner' } } }),
    fc.constant({
      imageMessage: { directPath: '/v/x', mediaKey: Buffer.alloc(32), fileEncSha256: Buffer.alloc(32) },
    }),
    fc.constant({ pollCreationMessage: { name: 'Which?', options: [] } }),
    fc.constant({}),
  );

describe.each(['dedicated', 'own'] as const)('strangers (%s)', { timeout: 60_000 }, (mode) => {
  let rig: Rig;
  afterEach(async () => {
    await rig.close();
    expect(rig.whatsapp.problems).toEqual([]);
  });

  /** All stanzas to anybody but the server, the owner and their phone. */
  const toOthers = (groups: Group[] = []) => [
    ...rig.whatsapp.sentTo(rig.stranger),
    ...rig.whatsapp.log.filter(({ attrs }) => groups.some(({ id }) => attrs['to'] === id)),
  ];

  it('get nothing, whatever they and their groups send', async () => {
    rig = await startRig({ mode });
    const { whatsapp, owner, stranger, account, host } = rig;
    const groups = [
      whatsapp.addGroup('theirs', [stranger, account]),
      whatsapp.addGroup('ours', [stranger, account, owner], 'pn'),
    ];
    rig.bridge.start();
    await host.reaches('connected');
    const step = fc.record({
      content: contents(pnOf(owner)),
      to: fc.constantFrom(0, 0, 1, 2),
      addressing: fc.constantFrom('pn' as const, 'lid' as const),
      disturb: fc.constantFrom('nothing', 'nothing', 'nothing', 'cut', 'retry', 'history'),
    });
    let rounds = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        for (const { content, to, addressing, disturb } of steps) {
          await stranger.phone.say([account, ...groups][to] ?? account, content, { addressing });
          if (disturb === 'cut') whatsapp.cut();
          if (disturb === 'retry') whatsapp.askAgain(account, stranger, whatsapp.lastMessageId());
        }
        await owner.phone.say(account, `round ${++rounds}`);
        await soon(() => expect(host.texts()).toContain(`round ${rounds}`), 8_000);
        await soon(() => expect(account.companions.get(1)?.pending).toEqual([]), 8_000);
        expect(toOthers(groups).filter((stanza) => !harmless(stanza))).toEqual([]);
      }),
      { numRuns: 25, interruptAfterTimeLimit: 40_000 },
    );
    expect(stranger.phone.shown).toEqual([]);
    expect([stranger.phone.typing, stranger.phone.readBy]).toEqual([[], []]);
    expect(host.texts().every((text) => text.startsWith('round'))).toBe(true);
  });

  it('get nothing that the room may ask for by mistake', async () => {
    rig = await startRig({ mode, readReceipts: true });
    const { bridge, host, stranger, whatsapp, account } = rig;
    const group = whatsapp.addGroup('theirs', [stranger, account]);
    bridge.start();
    await host.reaches('connected');
    for (const chat of [
      pnOf(stranger),
      group.id,
      'status@broadcast',
      '1@newsletter',
      '',
      pnOf(stranger, 2),
    ]) {
      const to = chat as ReturnType<typeof chatId.parse>;
      const message = platformMessageId.parse(`${chat}/X1`);
      const part = { body: 'x', plain: 'x' };
      expect(await refusalOf(bridge.send(to, part, 'k'))).toBe('refused');
      expect(await refusalOf(bridge.edit(to, 'x' as never, part))).toBe('refused');
      expect(await refusalOf(bridge.delete(to, 'x' as never))).toBe('refused');
      const file = { name: 'a', path: '/dev/null', size: 0, kind: 'file', type: 'text/plain' } as const;
      expect(await refusalOf(bridge.sendFile(to, file, 'k'))).toBe('refused');
      await bridge.showTyping(to);
      await bridge.markRead(to, message);
      await bridge.react(to, message, '👍');
    }
    expect(toOthers([group])).toEqual([]);
  });

  it('cannot pass for our own phone', async () => {
    rig = await startRig({ mode });
    const { whatsapp, stranger, account, host, owner } = rig;
    rig.bridge.start();
    await host.reaches('connected');
    const { push } = whatsapp;
    whatsapp.push = (to, { tag, attrs, content }) => {
      const mark = attrs['from']?.startsWith(stranger.pn) ? { category: 'peer' } : {};
      push.call(whatsapp, to, { tag, attrs: { ...attrs, ...mark }, ...(content ? { content } : {}) });
    };
    await stranger.phone.say(account, {
      protocolMessage: history,
    });
    await owner.phone.say(account, 'hello');
    await soon(() => expect(host.texts()).toEqual(['hello']));
    expect(toOthers().filter(({ tag }) => tag !== 'ack')).toEqual([]);
  });

  it('hear nothing of the device that comes and goes', async () => {
    rig = await startRig({ mode });
    rig.bridge.start();
    await rig.host.reaches('connected');
    rig.whatsapp.end(rig.account, 'unavailable');
    await soon(() => expect(rig.host.states.filter((state) => state === 'connected')).toHaveLength(2));
    rig.whatsapp.end(rig.account, 'restart');
    await soon(() => expect(rig.whatsapp.connections).toBe(3));
    await rig.bridge.stop();
    const { log } = rig.whatsapp;
    expect(log.filter(({ tag }) => ['message', 'receipt', 'chatstate', 'call'].includes(tag))).toEqual([]);
    const presence = log.filter(({ tag }) => tag === 'presence').map(({ attrs }) => attrs['type']);
    expect(presence.filter((type) => type !== 'unavailable')).toEqual([]);
  });
});

it("of a user's own number the other chats are not even decrypted", async () => {
  const rig = await startRig({ mode: 'own' });
  rig.bridge.start();
  await rig.host.reaches('connected');
  await rig.stranger.phone.say(rig.account, 'for your eyes only', { addressing: 'lid' });
  await rig.owner.phone.say(rig.stranger, 'and this');
  await rig.owner.phone.say(rig.owner, 'hello');
  await soon(() => expect(rig.host.texts()).toEqual(['hello']));
  await soon(() => expect(rig.account.companions.get(1)?.pending).toEqual([]));
  const sessions = rig.host.store.list('keys/session/').map(([name]) => name);
  expect(sessions).toEqual([`keys/session/${rig.owner.lid}_1.0`]);
  await rig.close();
});

describe('our own chats', () => {
  const numbers = {
    creds: { me: { id: '49170:3@s.whatsapp.net', lid: '2000:3@lid' } },
    counterpart: () => null,
  };
  const addresses = fc.oneof(
    fc.constantFrom(
      '49170@s.whatsapp.net',
      '2000@lid',
      '49171@s.whatsapp.net',
      '3000@lid',
      '1@g.us',
      '2@g.us',
    ),
    fc.constantFrom(
      '49171:2@s.whatsapp.net',
      'status@broadcast',
      '5@newsletter',
      ' 49171@s.whatsapp.net',
      '*',
      '',
    ),
    fc.string({ maxLength: 30 }),
  );

  it('are the owners and the allowed groups, and nothing else', () => {
    fc.assert(
      fc.property(
        addresses,
        fc.array(addresses),
        fc.array(addresses),
        fc.constantFrom('own' as const, 'dedicated' as const),
        (chat, owners, groups, mode) => {
          const host = { owners: () => owners, allowsGroup: (group: string) => groups.includes(group) };
          const found = new OwnChats(host, new Account(mode, numbers)).find(chat as never);
          const right = /^\d+(-\d+)?@g\.us$/.test(chat)
            ? groups.includes(chat)
            : /^\d+@(s\.whatsapp\.net|lid)$/.test(chat) &&
              owners.includes(chat) &&
              (mode === 'dedicated' || /^(49170|2000)@/.test(chat));
          expect(found !== null).toBe(right);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
