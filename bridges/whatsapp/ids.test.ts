import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chatId } from '../../contracts/ids.js';
import {
  bare,
  isOurs,
  makeChatId,
  makeMessageId,
  makePlatformMessageId,
  parseAddress,
  parseChatId,
  parsePlatformMessageId,
} from './ids.js';

describe('the ids of WhatsApp', () => {
  it.each([
    ['491701234567@s.whatsapp.net', '491701234567@s.whatsapp.net', 'number', 0],
    ['491701234567:12@s.whatsapp.net', '491701234567@s.whatsapp.net', 'number', 12],
    ['123456:3@lid', '123456@lid', 'hidden', 3],
    ['4917012-1600000@g.us', '4917012-1600000@g.us', 'group', 0],
  ])('%s', (jid, address, kind, device) => {
    expect([bare(jid), parseAddress(jid)?.kind, parseAddress(jid)?.device]).toEqual([address, kind, device]);
    expect(parseChatId(makeChatId(jid))).toBe(address);
  });

  it.each([
    '',
    'x',
    '@s.whatsapp.net',
    'status@broadcast',
    '1@newsletter',
    '1@s.whatsapp.net ',
    '1@S.WHATSAPP.NET',
    '1_1@lid',
  ])('%j is no address', (jid) => {
    expect([parseAddress(jid), bare(jid)]).toEqual([null, null]);
    expect(() => makeChatId(jid)).toThrow(TypeError);
  });

  it('come back as they were', () => {
    const number = fc.bigInt({ min: 1n, max: 10n ** 15n });
    fc.assert(
      fc.property(number, fc.stringMatching(/^[A-Z0-9]{1,40}$/), fc.option(number), (user, id, writer) => {
        const key = { chat: `${user}@g.us`, id, participant: writer === null ? null : `${writer}@lid` };
        expect(parsePlatformMessageId(makePlatformMessageId(key))).toEqual(key);
      }),
    );
    expect(() => parseChatId(chatId.parse('1:2@s.whatsapp.net'))).toThrow(TypeError);
  });

  it('of our messages are the same for the same key, and known as ours by any Ara', () => {
    const made = makeMessageId('me', 'chat', 'key');
    expect(makeMessageId('me', 'chat', 'key')).toBe(made);
    expect(
      new Set([made, makeMessageId('me', 'chat', 'other'), makeMessageId('me', 'chat2', 'key')]).size,
    ).toBe(3);
    expect(isOurs(made)).toBe(true);
    for (const other of [`${made}0`, made.toLowerCase(), `3EB0${'A'.repeat(32)}`, '3A000', ''])
      expect(isOurs(other)).toBe(false);
  });
});
