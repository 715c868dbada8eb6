import { describe, expect, it } from 'vitest';
import type { ChatId } from '../../contracts/ids.js';
import { PlatformError } from '../bridge.js';
import { readCheckpoint, writeCheckpoint } from './checkpoint.js';
import { readEvents, syncAnswer, type MatrixEvent } from './events.js';
import { isUserId, makeChatId, parseChatId } from './ids.js';
import { mentions, readMessage, readReaction, withAlias, withoutAddress } from './inbound.js';
import { attachmentOf, parseReference } from './reference.js';

const event = (content: object, type = 'm.room.message'): MatrixEvent =>
  ({ type, event_id: '$1', sender: '@me:x', origin_server_ts: 1, content }) as MatrixEvent;
const self = { userId: '@ara:example.org', displayName: 'Ara' };

describe('readMessage', () => {
  it('strips what old clients repeat of the message that is replied to', () => {
    const relation = { 'm.relates_to': { 'm.in_reply_to': { event_id: '$0' } } };
    const body = '> <@a:x> what\n> else?\n\nnothing';
    expect(readMessage(event({ msgtype: 'm.text', body, ...relation }))).toMatchObject({
      text: 'nothing',
      replyTo: '$0',
    });
    expect(readMessage(event({ msgtype: 'm.text', body }))).toMatchObject({ text: body });
  });

  it.each([
    [{}],
    [{ msgtype: 'm.text' }],
    [{ msgtype: 'm.text', body: ' \0 ' }],
    [{ msgtype: 'm.text', body: 7 }],
    [{ msgtype: 'm.notice', body: 'x' }],
    [{ msgtype: 7, body: 'x' }],
    [{ msgtype: 'm.text', body: 'x', 'm.relates_to': { rel_type: 'm.replace', event_id: '$0' } }],
  ])('takes %j for nothing', (content) => expect(readMessage(event(content))).toBeNull());

  it.each([
    { 'm.relates_to': null },
    { 'm.relates_to': 7 },
    { 'm.relates_to': { event_id: {}, rel_type: [] } },
  ])('bears a relation such as %j', (more) =>
    expect(readMessage(event({ msgtype: 'm.text', body: 'x', ...more }))).toMatchObject({
      text: 'x',
      replyTo: null,
    }),
  );
});

it('knows who is spoken to', () => {
  const says = (content: object): boolean => mentions(event({ msgtype: 'm.text', ...content }), self);
  expect(says({ body: 'x', 'm.mentions': { user_ids: ['@ara:example.org'] } })).toBe(true);
  expect(says({ body: 'Ara, x', 'm.mentions': { user_ids: ['@b:example.org'] } })).toBe(false);
  expect(says({ body: 'Ara, x' })).toBe(true);
  expect(says({ body: 'Sarah and Aram' })).toBe(false);
  expect(says({ body: 'x', formatted_body: '<a href="https://matrix.to/#/@ara:example.org">A</a> x' })).toBe(
    true,
  );
  expect(says({})).toBe(false);
  expect(withoutAddress('Ara: hello', self)).toBe('hello');
  expect(withoutAddress('@ara:example.org, hello', self)).toBe('hello');
  expect(withoutAddress('Ara', self)).toBe('Ara');
  expect(withoutAddress('Aram, hello', self)).toBe('Aram, hello');
});

it('takes `!` for `/` before a command, and before nothing else', () => {
  expect(['!help', ' !HELP me', '!link AB12', '!allow', '!wow', 'a !help', '!'].map(withAlias)).toEqual([
    '/help',
    '/HELP me',
    '/link AB12',
    '/allow',
    '!wow',
    'a !help',
    '!',
  ]);
});

it('reads a reaction', () => {
  const relation = { rel_type: 'm.annotation', event_id: '$0', key: 'yes' };
  expect(readReaction(event({ 'm.relates_to': relation }, 'm.reaction'))).toEqual({
    event: '$0',
    key: 'yes',
  });
  for (const broken of [null, 7, {}, { event_id: 'x', key: 'y' }])
    expect(readReaction(event({ 'm.relates_to': broken }, 'm.reaction'))).toBeNull();
});

describe('attachments', () => {
  it('are named by their reference, with the key where there is one', () => {
    const file = {
      url: 'mxc://x/abc',
      key: { k: 'k', kty: 'oct' },
      iv: 'i',
      hashes: { sha256: 'h' },
      v: 'v2',
    };
    const found = attachmentOf({
      msgtype: 'm.file',
      body: 'a\nb.txt',
      file,
      info: { size: 3, mimetype: 'text/plain' },
    });
    expect(found).toMatchObject({ kind: 'file', name: 'a b.txt', type: 'text/plain', size: 3 });
    expect(parseReference(found?.reference ?? '')).toMatchObject({ url: 'mxc://x/abc', key: { k: 'k' } });
  });

  it.each([{ url: 'https://x/y' }, { url: 7 }, { file: { url: 'mxc://x/y' } }, { url: 'mxc://x/../y' }, {}])(
    'are none with %j',
    (lies) => expect(attachmentOf({ msgtype: 'm.image', body: 'x', ...lies })).toBeNull(),
  );

  it('bear sizes and names that are none', () => {
    const content = { msgtype: 'm.image', url: 'mxc://x/y', body: 7, info: { size: -1, mimetype: {} } };
    expect(attachmentOf(content)).toMatchObject({ name: null, type: null, size: null });
  });
});

describe('ids', () => {
  it('of chats say the room and the thread', () => {
    for (const chat of [
      { room: '!a:x', thread: null },
      { room: '!a:x', thread: '$b' },
    ])
      expect(parseChatId(makeChatId(chat) ?? ('' as ChatId))).toEqual(chat);
    expect(makeChatId({ room: '!' + 'a'.repeat(300), thread: null })).toBeNull();
  });

  it.each(['', '1', '\0 no chat', '!a:x|', '!a:x|b', '!a b', '#a:x'])(
    'of others, such as %j, are refused',
    (id) => expect(() => parseChatId(id as ChatId)).toThrow(PlatformError),
  );

  it('of users have a server', () => {
    expect(['@a:x', '@a', 'a:x', '@ a:x', `@${'a'.repeat(300)}:x`].map(isUserId)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});

it('keeps the count beside the token', () => {
  const checkpoint = { since: 's1|2_3', position: 7 };
  expect(readCheckpoint(writeCheckpoint(checkpoint))).toEqual(checkpoint);
  for (const none of [null, '', '|x', 'x|y', '1|']) expect(readCheckpoint(none)).toBeNull();
});

it('reads a sync however little of it is there, and passes over events that are none', () => {
  expect(syncAnswer.safeParse({}).success).toBe(false);
  const bare = syncAnswer.parse({
    next_batch: 's',
    rooms: { join: { '!a': {}, '!b': { timeline: { events: 7 } } } },
  });
  expect(bare.rooms.join['!a']?.timeline).toEqual({ events: [], limited: false, prev_batch: null });
  expect(bare.to_device.events).toEqual([]);
  expect(bare.device_unused_fallback_key_types).toBeUndefined();
  const good = { type: 't', event_id: '$1', sender: '@a:x', origin_server_ts: 1.5 };
  expect(readEvents([null, 7, {}, { ...good, event_id: 'x' }, good])).toMatchObject([
    { event: { event_id: '$1', origin_server_ts: 0, content: {} } },
  ]);
});
