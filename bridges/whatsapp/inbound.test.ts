import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inboundMessage } from '../../contracts/message.js';
import { Account } from './account.js';
import { attachmentOf, parseReference } from './attachment.js';
import { readEnvelope } from './envelope.js';
import { makeMessageId } from './ids.js';
import { toInbound } from './inbound.js';

const OWNER = '49170@s.whatsapp.net';
const OTHER = '49171@s.whatsapp.net';
/** The assistant's own number. */
const SELF = '49199@s.whatsapp.net';
const ME = '49199:4@s.whatsapp.net';

const accountOf = (mode: 'own' | 'dedicated', lids: Record<string, string> = {}): Account =>
  new Account(mode, {
    creds: { me: { id: mode === 'own' ? '49170:4@s.whatsapp.net' : ME, lid: '99:4@lid' } },
    counterpart: (_kind, user) => lids[user] ?? null,
  });

const base = { id: 'A1', t: '1800000000' };
const dedicated = accountOf('dedicated');
const own = accountOf('own');

describe('the outside of a stanza', () => {
  it.each([
    ['the owner writes', dedicated, { from: OWNER }, OWNER],
    ['the owner writes from a browser', dedicated, { from: '49170:7@s.whatsapp.net' }, OWNER],
    ['the owner writes under the hidden number', dedicated, { from: '55@lid', sender_pn: OWNER }, OWNER],
    ['a stranger writes', dedicated, { from: OTHER }, null],
    [
      'our own number writes to somebody',
      dedicated,
      { from: '49199@s.whatsapp.net', recipient: OWNER },
      null,
    ],
    ['the owner writes to themselves', own, { from: OWNER, recipient: OWNER }, OWNER],
    ['the owner writes to themselves, hidden', own, { from: '99@lid', recipient: '99@lid' }, OWNER],
    ['the owner writes to a friend', own, { from: OWNER, recipient: OTHER }, null],
    ['a friend writes to the owner', own, { from: OTHER }, null],
    ['somebody shows a status', dedicated, { from: 'status@broadcast', participant: OWNER }, null],
    ['a channel speaks', dedicated, { from: '1@newsletter' }, null],
    ['the owner writes in a group', dedicated, { from: '1@g.us', participant: OWNER }, OWNER],
    ['another writes in a group', dedicated, { from: '1@g.us', participant: OTHER }, null],
    [
      'our own number writes in a group',
      dedicated,
      { from: '1@g.us', participant: '49199@s.whatsapp.net' },
      null,
    ],
    ['another owner writes in a group of ours', own, { from: '1@g.us', participant: SELF }, null],
    ['nobody writes in a group', dedicated, { from: '1@g.us' }, null],
    ['nobody writes', dedicated, {}, null],
  ])('%s', (_what, account, attrs, sender) => {
    expect(readEnvelope({ ...base, ...attrs }, account, [OWNER, SELF])?.sender ?? null).toBe(sender);
  });

  it('does not take a stranger for the owner because a stanza says so, against what WhatsApp said before', () => {
    const account = accountOf('dedicated', { '66': '49171', '49171': '66' });
    const stanza = { ...base, from: '66@lid', sender_pn: OWNER };
    expect(readEnvelope(stanza, account, [OWNER])).toBeNull();
  });

  it('takes anybody as long as there is no owner: they may bring the code', () => {
    expect(readEnvelope({ ...base, from: OTHER }, dedicated, [])?.sender).toBe(OTHER);
  });

  it('throws nothing, whatever it holds', () => {
    const attrs = fc.dictionary(
      fc.constantFrom('id', 'from', 't', 'participant', 'recipient', 'sender_pn'),
      fc.string(),
    );
    fc.assert(fc.property(attrs, (given) => void readEnvelope(given, dedicated, [OWNER])));
  });
});

describe('what a message holds', () => {
  const envelope = readEnvelope({ ...base, from: OWNER }, dedicated, [OWNER]) ?? expect.unreachable();
  const read = (content: object | undefined, id = 'A1') =>
    toInbound({ ...envelope, key: { ...envelope.key, id } }, content, dedicated, 7);

  it('is a message with its time and its place', () => {
    expect(read({ conversation: 'hi' })).toEqual({
      channel: 'whatsapp',
      chat: OWNER,
      platformId: `${OWNER}/A1`,
      position: 7,
      sentAt: 1_800_000_000_000,
      text: 'hi',
    });
  });

  it.each([
    ['ours, come back', { conversation: 'hi' }, makeMessageId('a', 'b', 'c'), 'ours'],
    ['empty', {}, 'A1', 'nothing-said'],
    ['missing', undefined, 'A1', 'nothing-said'],
    ['an edit', { protocolMessage: { type: 14 } }, 'A1', 'nothing-said'],
    ['blank', { conversation: ' \n' }, 'A1', 'unreadable'],
    ['a poll', { pollCreationMessage: {} }, 'A1', 'unreadable'],
    ['a picture without a key', { imageMessage: { directPath: '/x' } }, 'A1', 'unreadable'],
  ])('%s', (_what, content, id, reason) => expect(read(content, id)).toEqual({ reason }));

  it('is cut, and holds no NUL and no half of a character', () => {
    const long = read({ conversation: `a\0${'😀'.repeat(60_000)}` });
    expect(inboundMessage.safeParse(long).success).toBe(true);
    expect('text' in long && long.text.startsWith('a😀') && long.text.isWellFormed()).toBe(true);
  });

  it('throws nothing and gives only what the contract takes, whatever it is', () => {
    const value = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.uint8Array({ maxLength: 40 }),
    );
    const kinds = [
      'conversation',
      'extendedTextMessage',
      'imageMessage',
      'documentMessage',
      'locationMessage',
      'contactMessage',
    ];
    const fields = [
      'text',
      'caption',
      'directPath',
      'mediaKey',
      'fileEncSha256',
      'fileLength',
      'fileName',
      'mimetype',
      'vcard',
    ];
    const content = fc.dictionary(
      fc.constantFrom(...kinds),
      fc.dictionary(fc.constantFrom(...fields), value),
    );
    fc.assert(
      fc.property(content, (given) => {
        // As the protocol's own reader gives them: texts where texts belong.
        const { conversation: _, ...typed } = given;
        let said;
        try {
          said = read(typed);
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError);
          return;
        }
        if (!('reason' in said)) expect(inboundMessage.safeParse(said).success).toBe(true);
      }),
    );
  });
});

describe('a reference', () => {
  it('comes back, and holds no way to another host', () => {
    const media = {
      directPath: '/v/t62/1?x=1',
      mediaKey: Buffer.alloc(32, 1),
      fileEncSha256: Buffer.alloc(32, 2),
    };
    const [attachment] = attachmentOf({ imageMessage: { ...media, url: 'https://evil.example/x' } });
    expect(parseReference(attachment?.reference ?? '')).toMatchObject({
      kind: 'image',
      path: '/v/t62/1?x=1',
    });
    for (const directPath of ['https://evil.example/', 'evil', '/a b', '/a\nb', '/é']) {
      expect(attachmentOf({ imageMessage: { ...media, directPath } })).toEqual([]);
    }
    expect(parseReference('{"kind":"image","path":"//evil.example/x"}')).toBeNull();
  });
});
