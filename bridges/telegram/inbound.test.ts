import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AraError } from '../../contracts/errors.js';
import { inboundMessage, MAX_TEXT } from '../../contracts/message.js';
import { parseBody, toInbound, type Ignored, type Received } from './inbound.js';

// Recorded from a bot of our own; names and ids changed.
const anna = { id: 5001, is_bot: false, first_name: 'Anna', username: 'anna_w', language_code: 'en' };
const ara = { id: 777, is_bot: true, first_name: 'Ara', username: 'ara_test_bot' };
const privateChat = { id: 5001, first_name: 'Anna', username: 'anna_w', type: 'private' };
const group = { id: -100200300, title: 'Trip', type: 'supergroup', is_forum: false };

const message = (fields: object): object => ({
  update_id: 88001,
  message: { message_id: 42, from: anna, chat: privateChat, date: 1795400000, text: 'Hello', ...fields },
});
const inGroup = (text: string, fields: object = {}): object => message({ chat: group, text, ...fields });

const textOf = (read: Received | Ignored): string =>
  'reason' in read ? `(${read.reason})` : read.message.text;
const read = (update: unknown, name: string | null = 'ara_test_bot'): Received | Ignored =>
  toInbound(update, name);

describe('toInbound', () => {
  it('makes a message of what a user writes', () => {
    expect(read(message({}))).toEqual({
      sender: '5001',
      message: {
        channel: 'telegram',
        chat: '5001',
        platformId: '5001.42',
        position: 88001,
        sentAt: 1795400000000,
        text: 'Hello',
      },
    });
  });

  it.each([
    ['a topic of a private chat', { message_thread_id: 9, is_topic_message: true }, '5001.9'],
    ['a private thread without the mark', { message_thread_id: 9 }, '5001.9'],
    ['a topic of a forum', { chat: group, message_thread_id: 9, is_topic_message: true }, '-100200300.9'],
    ['a chain of replies in a group', { chat: group, message_thread_id: 9 }, '-100200300'],
  ])('names the chat: %s', (_case, fields, chat) => {
    const got = read(message({ ...fields, text: '@ara_test_bot hi' }));
    expect('reason' in got ? got.reason : got.message.chat).toBe(chat);
  });

  it.each<[string, object, string]>([
    ['a caption', message({ text: undefined, caption: 'Look', photo: [{ file_id: 'x' }] }), 'Look'],
    ['a command', message({ text: '/new' }), '/new'],
    ['a command with our name', message({ text: '/new@ara_test_bot now' }), '/new now'],
    ['white space around', message({ text: '  two\nlines ' }), '  two\nlines '],
    ['half of a character', message({ text: 'a\ud83d' }), 'a\ufffd'],
    ['NUL', message({ text: 'a\0b' }), 'ab'],
    ['too much', message({ text: 'x'.repeat(MAX_TEXT + 5) }), 'x'.repeat(MAX_TEXT)],
    ['a mention first', inGroup('@ara_test_bot, what now?'), 'what now?'],
    ['a mention last', inGroup('what now @Ara_Test_Bot'), 'what now'],
    ['a mention in the middle', inGroup('does @ara_test_bot know'), 'does @ara_test_bot know'],
    ['nothing but a mention', inGroup('@ara_test_bot'), '@ara_test_bot'],
    ['a command to us in a group', inGroup('/status@ara_test_bot'), '/status'],
    ['a word to a group that we do not listen in', inGroup(' /Allow '), '/Allow'],
    ['a reply to us', inGroup('yes', { reply_to_message: { message_id: 1, from: ara } }), 'yes'],
    ['a reply with odd fields', message({ reply_to_message: 'no object' }), 'Hello'],
  ])('takes the text: %s', (_case, update, text) => {
    expect(textOf(read(update))).toBe(text);
  });

  it.each<[string, object, string]>([
    ['an edit', { update_id: 1, edited_message: { message_id: 1 } }, 'not-a-message'],
    ['our own message', message({ from: ara }), 'from-a-bot'],
    ['another bot', message({ from: { id: 9, is_bot: true, username: 'other_bot' } }), 'from-a-bot'],
    ['a channel as itself', message({ sender_chat: { id: -1001 } }), 'from-a-bot'],
    ['nobody', message({ from: undefined }), 'from-a-bot'],
    ['talk in a group', inGroup('hello all'), 'not-addressed'],
    ['a longer name than ours', inGroup('hello @ara_test_bot2'), 'not-addressed'],
    ['an address with our name in it', inGroup('mail me@ara_test_bot.com'), 'not-addressed'],
    ['a command to nobody', inGroup('/status'), 'not-addressed'],
    ['talk that begins with one', inGroup('/allow me to explain'), 'not-addressed'],
    ['a command to another', inGroup('/status@other_bot'), 'not-addressed'],
    ['a reply to somebody', inGroup('yes', { reply_to_message: { from: anna } }), 'not-addressed'],
    ['a picture in a group', message({ chat: group, text: undefined, photo: [] }), 'not-addressed'],
    ['a poll', message({ text: undefined, poll: { id: '1' } }), 'unreadable'],
    ['a picture without sizes', message({ text: undefined, photo: [] }), 'unreadable'],
    ['a voice note without a file', message({ text: undefined, voice: 'none' }), 'unreadable'],
    ['a pin', message({ text: undefined, pinned_message: { message_id: 3 } }), 'service'],
    ['a blank', message({ text: ' \n\0' }), 'service'],
  ])('ignores %s', (_case, update, reason) => {
    expect(textOf(read(update))).toBe(`(${reason})`);
  });

  it('asks for the name in a group, and does not need it elsewhere', () => {
    expect(textOf(read(inGroup('@ara_test_bot hi'), null))).toBe('(name-unknown)');
    expect(textOf(read(message({}), null))).toBe('Hello');
  });

  it('says where a poll came from, so that it can be answered', () => {
    const got = read(message({ text: undefined, poll: {} }));
    expect(got).toEqual({ reason: 'unreadable', origin: { chat: '5001', sender: '5001' } });
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a list', []],
    ['no update id', { message: {} }],
    ['a number as text', { ...message({}), update_id: '88001' }],
    ['a chat id as text', message({ chat: { id: '5001', type: 'private' } })],
    ['no chat', message({ chat: undefined })],
    ['a number beyond all', message({ date: 1e300 })],
    ['a text that is none', message({ text: { deep: true } })],
  ])('refuses what is no update: %s', (_case, update) => {
    expect(() => read(update)).toThrow(AraError);
  });

  it('gives a valid message or a reason or bad-request, whatever comes', () => {
    const fields = fc.record(
      {
        message_id: fc.anything(),
        date: fc.anything(),
        text: fc.oneof(fc.string({ unit: 'binary' }), fc.anything()),
        chat: fc.oneof(fc.constant(group), fc.anything()),
        from: fc.oneof(fc.constant(anna), fc.anything()),
        reply_to_message: fc.anything(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fields, fc.anything(), (changed, other) => {
        for (const update of [message(changed), other]) expectCalm(() => read(update));
      }),
    );
  });
});

describe('parseBody', () => {
  it.each([
    ['half an update', '{"update_id":1'],
    ['bytes', '\0\xff'],
    ['nothing', ''],
    ['a depth of 10,000', '['.repeat(10_000) + ']'.repeat(10_000)],
    ['a depth in a field', `{"update_id":1,"message":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}`],
  ])('refuses %s calmly', (_case, body) => {
    expect(() => read(parseBody(Buffer.from(body, 'latin1')))).toThrow(AraError);
  });

  it('bears a deep field that nobody reads', () => {
    const deep = '{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000);
    const body = JSON.stringify(message({ forward_origin: 'HERE' })).replace('"HERE"', deep);
    expect(textOf(read(parseBody(Buffer.from(body))))).toBe('Hello');
  });
});

function expectCalm(work: () => Received | Ignored): void {
  try {
    const got = work();
    if (!('reason' in got)) inboundMessage.parse(got.message);
  } catch (error) {
    expect(error).toBeInstanceOf(AraError);
    expect((error as AraError).code).toBe('bad-request');
  }
}
