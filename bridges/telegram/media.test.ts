/** Tests of pictures, voice notes, files, quotes and signs, both ways, against the fake Telegram. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { platformMessageId } from '../../contracts/ids.js';
import type { Attachment, InboundMessage } from '../../contracts/message.js';
import { PNG } from '../../test/kit/pictures.js';
import type { OutgoingFile } from '../bridge.js';
import { refusalOf } from '../conformance.js';
import { soon } from '../recording-host.js';
import { toInbound } from './inbound.js';
import { OWNER, OWNER_CHAT, shown, startRig, type Rig } from './test-rig.js';

/** Longer than the smaller sizes that Telegram makes of it. */
const picture = Buffer.concat([Buffer.from(PNG, 'base64'), Buffer.alloc(2_000, 1)]);
const opus = Buffer.from(`OggS${'\0'.repeat(24)}OpusHead and the sound`);
const never = new AbortController().signal;
const userId = OWNER;

let rig: Rig;
beforeEach(async () => (rig = await startRig()));
afterEach(() => rig.close());

/** What the host has got, once it has so many. */
async function got(count: number): Promise<InboundMessage[]> {
  await soon(() => expect(rig.host.journal).toHaveLength(count));
  return rig.host.journal;
}

describe('what the owner sends', () => {
  beforeEach(() => rig.bridge.start());
  const fetched = async ({ attachments }: InboundMessage): Promise<Buffer> =>
    buffer(await rig.bridge.fetch(attachments?.[0]?.reference ?? '', never));

  it('is a picture in its largest size, with its caption, and can be fetched', async () => {
    rig.telegram.share(rig.bot, { userId, caption: 'Look' }, { photo: picture });
    const [message] = await got(1);
    expect(message).toMatchObject({
      text: 'Look',
      attachments: [{ kind: 'image', name: null, type: 'image/jpeg', size: picture.length }],
    });
    expect((await fetched(message!)).equals(picture)).toBe(true);
    expect(rig.telegram.violations).toEqual([]);
  });

  it.each<[string, Parameters<Rig['telegram']['share']>[2], Partial<Attachment>]>([
    ['a voice note', { voice: opus }, { kind: 'voice', type: 'audio/ogg', name: null }],
    [
      'music',
      { audio: { content: opus, name: 'a.mp3', type: 'audio/mpeg' } },
      { kind: 'audio', name: 'a.mp3' },
    ],
    ['a film', { video: { content: opus, type: 'video/mp4' } }, { kind: 'video', name: null }],
    ['an animation, once', { animation: { content: opus, name: 'a.mp4' } }, { kind: 'video', name: 'a.mp4' }],
    [
      'a file',
      { document: { content: opus, name: 'Grüße.pdf', type: 'application/pdf' } },
      { kind: 'file', name: 'Grüße.pdf' },
    ],
    [
      'a picture as a file',
      { document: { content: picture, type: 'image/png' } },
      { kind: 'image', type: 'image/png' },
    ],
  ])('is %s, without a word of text', async (_what, shared, attachment) => {
    rig.telegram.share(rig.bot, { userId }, shared);
    const [message] = await got(1);
    expect(message?.text).toBe('');
    expect(message?.attachments).toMatchObject([attachment]);
    expect((await fetched(message!)).length).toBeGreaterThan(0);
  });

  it.each<[Parameters<Rig['telegram']['share']>[2], string]>([
    [{ sticker: '👍' }, '(sticker: 👍)'],
    [{ location: { latitude: 52.5163, longitude: 13.3777 } }, '(location: 52.5163, 13.3777)'],
    [{ contact: { phone_number: '+49 30 1', first_name: 'Bob' } }, '(contact: Bob, +49 30 1)'],
  ])('that is no file is said in words: %j', async (shared, words) => {
    rig.telegram.share(rig.bot, { userId }, shared);
    expect(await got(1)).toMatchObject([{ text: words, attachments: [] }]);
  });

  it('is an album as its pictures, in order', async () => {
    for (let each = 0; each < 10; each++) rig.telegram.share(rig.bot, { userId }, { photo: picture });
    const references = (await got(10)).map(({ attachments }) => attachments?.[0]?.reference);
    expect(new Set(references).size).toBe(10);
    expect(rig.telegram.messages(rig.bot)).toEqual([]);
  });
});

describe('fetching', () => {
  const fetching = (reference: string, stop = never): Promise<Buffer> =>
    rig.bridge.fetch(reference, stop).then(buffer);
  const add = (content: Buffer): string => rig.telegram.addFile(rig.bot, 'documents/a file (1).pdf', content);

  it('takes a large file piece by piece, whatever its name', async () => {
    const large = Buffer.alloc(15_000_000, 7);
    expect((await fetching(add(large))).equals(large)).toBe(true);
  });

  it.each([
    ['unknown', () => 'nothing'],
    ['larger than a bot may have', () => add(Buffer.alloc(21_000_000))],
  ])('refuses what is %s', async (_what, reference) => {
    expect(await refusalOf(fetching(reference()))).toBe('refused');
  });

  it('breaks off as a platform that cannot be reached does', async () => {
    const reference = add(Buffer.alloc(1_000_000));
    rig.telegram.breakDownloads(rig.bot, 1);
    expect(await refusalOf(fetching(reference))).toBe('unreachable');
    expect(await fetching(reference)).toHaveLength(1_000_000);
    await rig.telegram.stop();
    expect(await refusalOf(fetching(reference))).toBe('unreachable');
  });

  it('says nothing of the token, whatever goes wrong', async () => {
    rig.telegram.breakDownloads(rig.bot, 1);
    const error = await fetching(add(Buffer.alloc(1_000_000))).catch((thrown: unknown) => thrown);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(
      rig.bot.token.split(':')[1],
    );
  });

  it('ends when it is told to', async () => {
    const stop = new AbortController();
    const bytes = await rig.bridge.fetch(add(Buffer.alloc(15_000_000)), stop.signal);
    stop.abort();
    expect(await refusalOf(buffer(bytes))).toBe('unreachable');
  });

  it('asks to be linked again when the token is refused', async () => {
    const reference = add(Buffer.from('x'));
    rig.telegram.revoke(rig.bot);
    expect(await refusalOf(fetching(reference))).toBe('bad-credential');
    expect(rig.host.states).toEqual(['needs-relink']);
  });
});

describe('what a message replies to', () => {
  const user = { id: OWNER, is_bot: false, first_name: 'Anna' };
  const chat = { id: OWNER, type: 'private' };
  const quotedOf = (fields: object): string | null | undefined => {
    const read = toInbound(
      { update_id: 1, message: { message_id: 9, date: 1, chat, from: user, text: 'why?', ...fields } },
      'ara',
    );
    return 'reason' in read ? read.reason : read.message.quoted;
  };
  const replying = (fields: object): object => ({
    reply_to_message: { message_id: 3, from: user, ...fields },
  });

  it.each<[string, object, string | undefined]>([
    ['a text', replying({ text: 'Buy milk' }), 'Buy milk'],
    ['a caption', replying({ caption: 'At sea', photo: [{ file_id: 'x', width: 1, height: 1 }] }), 'At sea'],
    ['a picture', replying({ photo: [{ file_id: 'x', width: 1, height: 1 }] }), '(image)'],
    ['a file', replying({ document: { file_id: 'x', file_name: 'a.pdf' } }), '(file: a.pdf)'],
    ['a place', replying({ location: { latitude: 1, longitude: 2 } }), '(location: 1, 2)'],
    [
      'the part that was chosen',
      { ...replying({ text: 'Buy milk and tea' }), quote: { text: 'tea' } },
      'tea',
    ],
    ['a long text', replying({ text: 'x'.repeat(2_000) }), `${'x'.repeat(999)}…`],
    [
      'half of a character at the cut',
      replying({ text: `${'x'.repeat(998)}😀${'x'.repeat(99)}` }),
      `${'x'.repeat(998)}\ufffd…`,
    ],
    ['nothing', {}, undefined],
    ['a pin', replying({ pinned_message: {} }), undefined],
    [
      'what opened the topic',
      { ...replying({ text: 'Travel' }), message_thread_id: 3, is_topic_message: true },
      undefined,
    ],
    ['what is no message', { reply_to_message: 'none' }, undefined],
  ])('is %s', (_what, fields, quoted) => expect(quotedOf(fields)).toBe(quoted));

  it('comes through the fake Telegram, too', async () => {
    rig.bridge.start();
    const { messageId } = rig.telegram.say(rig.bot, { userId, text: 'Buy milk' });
    rig.telegram.say(rig.bot, { userId, text: 'Why?', replyToMessageId: messageId });
    expect((await got(2))[1]).toMatchObject({ text: 'Why?', quoted: 'Buy milk' });
  });
});

describe('what the owner gets', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ara-media-'));
    rig.telegram.say(rig.bot, { userId, text: '/start' });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const send = async (content: Buffer, kind: OutgoingFile['kind'], type: string): Promise<void> => {
    const path = join(folder, 'file');
    writeFileSync(path, content);
    await rig.bridge.sendFile(OWNER_CHAT, { name: 'it', path, size: content.length, kind, type });
  };
  const seen = () => shown(rig).map(({ shownAs, document }) => [shownAs, document?.content.length]);

  it.each<[OutgoingFile['kind'], string, Buffer, string]>([
    ['image', 'image/png', picture, 'photo'],
    ['image', 'image/gif', picture, 'document'],
    ['voice', 'audio/ogg', opus, 'voice'],
    ['file', 'application/pdf', Buffer.from('%PDF'), 'document'],
  ])('%s of type %s is shown as it should be', async (kind, type, content, as) => {
    await send(content, kind, type);
    expect(seen()).toEqual([[as, content.length]]);
    expect(rig.telegram.violations).toEqual([]);
  });

  it('is a file when it is too large for a picture', async () => {
    const large = Buffer.concat([picture, Buffer.alloc(10_000_000)]);
    await send(large, 'image', 'image/png');
    expect(seen()).toEqual([['document', large.length]]);
    expect(rig.calls('sendPhoto')).toEqual([]);
  });

  it('is a file, whole, when Telegram does not want it otherwise', async () => {
    await send(Buffer.from('no picture after all'), 'image', 'image/png');
    rig.telegram.refuseVoice(rig.bot);
    await send(opus, 'voice', 'audio/ogg');
    expect(seen()).toEqual([
      ['document', 20],
      ['document', opus.length],
    ]);
  });

  it.each([
    ['reset-after-taking', 'uncertain'],
    [{ status: 403 }, 'refused'],
  ] as const)('is sent once when a picture meets %j', async (fault, refusal) => {
    rig.telegram.fail(rig.bot, 'sendPhoto', fault);
    expect(await refusalOf(send(picture, 'image', 'image/png'))).toBe(refusal);
    expect(rig.calls('sendDocument')).toEqual([]);
  });
});

describe('a sign', () => {
  const on = (message: number) => platformMessageId.parse(`${OWNER}.${message}`);

  it('is put on a message and taken away again', async () => {
    const { messageId } = rig.telegram.say(rig.bot, { userId, text: 'I did it' });
    const signs = (): readonly string[] => rig.telegram.reactions(rig.bot, OWNER, messageId);
    await rig.bridge.react(OWNER_CHAT, on(messageId), '🎉');
    expect(signs()).toEqual(['🎉']);
    await rig.bridge.react(OWNER_CHAT, on(messageId), '❤️');
    expect(signs()).toEqual(['❤']);
    await rig.bridge.react(OWNER_CHAT, on(messageId), null);
    expect(signs()).toEqual([]);
    expect(rig.telegram.violations).toEqual([]);
  });

  it('that Telegram does not have is left out, and no failure is thrown', async () => {
    await rig.bridge.react(OWNER_CHAT, on(1), '🥕');
    expect(rig.calls('setMessageReaction')).toEqual([]);
    await rig.bridge.react(OWNER_CHAT, on(4711), '👍');
    await rig.bridge.react(OWNER_CHAT, platformMessageId.parse('own.1'), '👍');
    await rig.telegram.stop();
    await rig.bridge.react(OWNER_CHAT, on(1), '👍');
  });
});
