/** Drives files and reply keyboards in the fake Telegram, with the real grammY over HTTPS. */
import { InputFile, type Api } from 'grammy';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { trustTestCertificates } from '../certificates.js';
import { grammyBot, refusal } from './grammy-client.js';
import { PNG } from '../pictures.js';
import { startFakeTelegram, type FakeBot, type FakeTelegram } from './telegram.js';

const USER = 42;
let telegram: FakeTelegram;
let fake: FakeBot;
let ca: string;
let api: Api;

beforeAll(async () => {
  const tls = await trustTestCertificates();
  ca = tls.ca;
  telegram = await startFakeTelegram({ tls });
});
beforeEach(() => {
  fake = telegram.addBot({ username: 'ara_bot' });
  ({ api } = grammyBot(telegram, fake, ca));
  telegram.say(fake, { userId: USER, text: 'hello' });
});
afterAll(() => telegram.stop());

describe('documents', () => {
  const file = (content: string | Buffer, name: string): InputFile =>
    new InputFile(Buffer.from(content), name);

  it('come by multipart, with a name and a caption, and can be fetched again', async () => {
    const message = await api.sendDocument(USER, file('\r\n--bytes\0\r\n', 'Grüße an 日本.txt'), {
      caption: 'here',
    });
    expect(message).toMatchObject({
      from: { id: fake.id },
      chat: { id: USER },
      caption: 'here',
      document: { file_name: 'Grüße an 日本.txt', file_size: 12 },
    });
    expect(telegram.messages(fake)[0]?.document).toMatchObject({
      name: 'Grüße an 日本.txt',
      content: Buffer.from('\r\n--bytes\0\r\n'),
    });
    expect(telegram.transcript(fake, USER)).toBe('user 42: hello\nbot: [Grüße an 日本.txt] here');
    const { file_path } = await api.getFile(message.document.file_id);
    const download = await fetch(`${telegram.url}/file/bot${fake.token}/${file_path}`);
    expect(await download.text()).toBe('\r\n--bytes\0\r\n');
    expect(await refusal(api.editMessageText(USER, message.message_id, 'x'))).toMatch(/can't be edited$/);
  });

  it('lose their name at a semicolon, as with Telegram itself', async () => {
    const { document } = await api.sendDocument(USER, file('x', 'one;two.txt'));
    expect(document.file_name).toBe('one');
  });

  it('are refused when empty, too large, unnamed, missing, or for a chat that is not there', async () => {
    const send = (...of: Parameters<Api['sendDocument']>): Promise<string> =>
      refusal(api.sendDocument(...of));
    expect(await send(USER, file('', 'a.txt'))).toBe('400 Bad Request: file must be non-empty');
    expect(await send(USER, file(Buffer.alloc(50_000_001), 'a'))).toBe('413 Request Entity Too Large');
    expect(await send(USER, file('x', ';'))).toBe('400 Bad Request: the document has no name');
    expect(await send(USER, 'attach://nothing')).toBe('400 Bad Request: there is no document in the request');
    expect(await send(4711, file('x', 'a.txt'))).toBe('400 Bad Request: chat not found');
    telegram.block(fake, USER);
    expect(await send(USER, file('x', 'a.txt'))).toBe('403 Forbidden: bot was blocked by the user');
    expect(telegram.messages(fake)).toEqual([]);
  });

  it.each([
    ['no boundary', 'multipart/form-data', 'x'],
    ['another boundary', 'multipart/form-data; boundary=a', '--b\r\n\r\n'],
    ['no end', 'multipart/form-data; boundary=a', '--a\r\ncontent-disposition:form-data;name="x"\r\n\r\ny'],
    [
      'no field name',
      'multipart/form-data; boundary=a',
      '--a\r\ncontent-disposition:form-data\r\n\r\ny\r\n--a--',
    ],
  ])('are not read from a form with %s', async (_what, type, body) => {
    const address = `${telegram.url}/bot${fake.token}/sendDocument`;
    const answer = await fetch(address, { method: 'POST', headers: { 'content-type': type }, body });
    expect(answer.status).toBe(400);
  });
});

describe('photos and voice notes', () => {
  const picture = Buffer.from(PNG, 'base64');
  const opus = Buffer.from(`OggS${'\0'.repeat(24)}OpusHead`);
  const file = (content: Buffer): InputFile => new InputFile(content, 'it');

  it('are shown as what they are, and can be fetched again', async () => {
    const { photo } = await api.sendPhoto(USER, file(picture), { caption: 'Look' });
    const { voice } = await api.sendVoice(USER, file(opus));
    expect(telegram.messages(fake).map(({ shownAs }) => shownAs)).toEqual(['photo', 'voice']);
    for (const [{ file_id } = { file_id: '' }, content] of [
      [photo.at(-1), picture],
      [voice, opus],
    ] as const) {
      const { file_path } = await api.getFile(file_id);
      const download = await fetch(`${telegram.url}/file/bot${fake.token}/${file_path}`);
      expect(Buffer.from(await download.arrayBuffer()).equals(content)).toBe(true);
    }
  });

  it('are refused when they are none, too large, or not wanted', async () => {
    expect(await refusal(api.sendPhoto(USER, file(opus)))).toMatch(/IMAGE_PROCESS_FAILED$/);
    const large = Buffer.concat([picture, Buffer.alloc(11_000_000)]);
    expect(await refusal(api.sendPhoto(USER, file(large)))).toMatch(/too big for a photo/);
    telegram.refuseVoice(fake);
    expect(await refusal(api.sendVoice(USER, file(opus)))).toMatch(/VOICE_MESSAGES_FORBIDDEN$/);
    expect(telegram.messages(fake)).toEqual([]);
  });

  it('come from people in the sizes that Telegram makes', async () => {
    telegram.share(fake, { userId: USER, caption: 'Look' }, { photo: picture });
    const [, update] = await api.getUpdates();
    expect(update?.message?.caption).toBe('Look');
    expect(update?.message?.text).toBeUndefined();
    expect(update?.message?.photo?.map(({ width }) => width)).toEqual([90, 320, 1_280]);
    const { file_id = '' } = update?.message?.photo?.at(-1) ?? {};
    expect((await api.getFile(file_id)).file_size).toBe(picture.length);
  });

  it('are not given out when they are larger than a bot may have', async () => {
    const id = telegram.addFile(fake, 'videos/large.mp4', Buffer.alloc(21_000_000));
    expect(await refusal(api.getFile(id))).toBe('400 Bad Request: file is too big');
  });
});

describe('reply keyboards', () => {
  const choices = (...rows: string[][]) => ({
    reply_markup: {
      keyboard: rows.map((row) => row.map((text) => ({ text }))),
      one_time_keyboard: true,
      resize_keyboard: true,
    },
  });

  it('are shown until a bot removes them; a tap sends the text and puts a one-time one away', async () => {
    await api.sendMessage(USER, 'Which?', choices(['yes', 'no'], ['later']));
    expect(telegram.keyboard(fake, USER)).toEqual([['yes', 'no'], ['later']]);
    expect(() => telegram.tap(fake, USER, 'never')).toThrow('no button never to tap');
    telegram.tap(fake, USER, 'yes');
    expect(telegram.keyboard(fake, USER)).toEqual([]);
    expect((await api.getUpdates()).at(-1)?.message?.text).toBe('yes');

    await api.sendMessage(USER, 'And now?', choices(['stop']));
    await api.sendMessage(USER, 'Well?');
    expect(telegram.keyboard(fake, USER)).toEqual([['stop']]);
    await api.sendMessage(USER, 'Never mind', { reply_markup: { remove_keyboard: true } });
    expect(telegram.keyboard(fake, USER)).toEqual([]);
  });

  it('go with their message', async () => {
    const { message_id } = await api.sendMessage(USER, 'Which?', choices(['yes']));
    await api.deleteMessage(USER, message_id);
    expect(telegram.keyboard(fake, USER)).toEqual([]);
  });

  it('keep the message that brought or removed them from being edited', async () => {
    const brought = await api.sendMessage(USER, 'Which?', choices(['yes']));
    const removed = await api.sendMessage(USER, 'Well', { reply_markup: { remove_keyboard: true } });
    for (const { message_id } of [brought, removed]) {
      expect(await refusal(api.editMessageText(USER, message_id, 'x'))).toBe(
        "400 Bad Request: message can't be edited",
      );
    }
    const inline = { reply_markup: { inline_keyboard: [[{ text: 'a', callback_data: 'a' }]] } };
    const { message_id } = await api.sendMessage(USER, 'inline', inline);
    await api.editMessageText(USER, message_id, 'edited');
  });

  it.each([
    [{}, 'object expected as reply markup'],
    [{ keyboard: [] }, 'REPLY_MARKUP_INVALID'],
    [{ keyboard: [Array.from({ length: 13 }, () => ({ text: 'x' }))] }, 'REPLY_MARKUP_INVALID'],
    [{ keyboard: ['yes'] }, 'field "keyboard" must be an Array of Arrays'],
    [{ keyboard: [[{}]] }, 'can\'t parse keyboard button: can\'t find field "text"'],
    [{ keyboard: [[{ text: ' ' }]] }, "can't parse keyboard button: text must be non-empty"],
    [{ remove_keyboard: false }, 'field "remove_keyboard" must be True'],
    [{ keyboard: [[{ text: 'x' }]], remove_keyboard: true }, 'object expected as reply markup'],
  ])('are refused as %j', async (markup, complaint) => {
    expect(await refusal(api.sendMessage(USER, 'x', { reply_markup: markup as never }))).toBe(
      `400 Bad Request: ${complaint}`,
    );
    expect(telegram.messages(fake)).toEqual([]);
  });
});
