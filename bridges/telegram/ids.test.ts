import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChatId, PlatformMessageId } from '../../contracts/ids.js';
import type { SentId } from '../bridge.js';
import {
  makeChatId,
  makePlatformMessageId,
  makeSentId,
  parseChatId,
  parsePlatformMessageId,
  parseSentId,
} from './ids.js';

const safe = fc.maxSafeInteger().filter((n) => !Object.is(n, -0));
const natural = fc.maxSafeNat();

describe('ids', () => {
  it('come back whole: chats', () => {
    fc.assert(
      fc.property(safe, fc.option(natural), (chat, topic) => {
        expect(parseChatId(makeChatId({ chat, topic }))).toEqual({ chat, topic });
      }),
    );
  });

  it('come back whole: messages', () => {
    fc.assert(
      fc.property(safe, natural, (chat, message) => {
        expect(parsePlatformMessageId(makePlatformMessageId(chat, message))).toEqual({ chat, message });
        expect(parseSentId(makeSentId(message))).toBe(message);
      }),
    );
  });

  it('are written as the contract says', () => {
    expect(makeChatId({ chat: -100123, topic: null })).toBe('-100123');
    expect(makeChatId({ chat: 7, topic: 3 })).toBe('7.3');
    expect(makePlatformMessageId(-5, 9)).toBe('-5.9');
  });

  it('of another channel are not taken', () => {
    expect(() => parseChatId('!room:server' as ChatId)).toThrow(TypeError);
    expect(() => parsePlatformMessageId('7' as PlatformMessageId)).toThrow(TypeError);
    expect(() => parseSentId('7.1' as SentId)).toThrow(TypeError);
  });
});
