/** Drives what bots send in the fake Telegram, with the real grammY over HTTPS. */
import type { Api } from 'grammy';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { trustTestCertificates } from '../certificates.js';
import { grammyBot, refusal } from './grammy-client.js';
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
});
afterAll(() => telegram.stop());

describe('messages', () => {
  beforeEach(() => {
    telegram.say(fake, { userId: USER, text: 'hello' });
  });

  it('sends, with the author, the chat and the time in seconds', async () => {
    const message = await api.sendMessage(USER, '<b>1 &lt; 2</b> 😀', { parse_mode: 'HTML' });
    expect(message).toMatchObject({
      from: { id: fake.id, is_bot: true, username: 'ara_bot' },
      chat: { id: USER, type: 'private' },
      text: '1 < 2 😀',
      entities: [{ type: 'bold', offset: 0, length: 5 }],
    });
    expect(Math.abs(message.date - Date.now() / 1000)).toBeLessThan(5);
    const [sent] = telegram.messages(fake, USER);
    expect(sent).toMatchObject({
      text: '1 < 2 😀',
      html: '<b>1 &lt; 2</b> 😀',
      edits: [],
      editedAt: undefined,
    });
  });

  it('edits, and keeps what was shown before', async () => {
    const { message_id } = await api.sendMessage(USER, 'one');
    const edited = await api.editMessageText(USER, message_id, '<i>two</i>', { parse_mode: 'HTML' });
    expect(edited).toMatchObject({
      message_id,
      text: 'two',
      entities: [{ type: 'italic', offset: 0, length: 3 }],
    });
    expect(edited).toHaveProperty('edit_date');
    expect(telegram.messages(fake)[0]).toMatchObject({ text: 'two', edits: ['two'] });
    expect(
      await refusal(api.editMessageText(USER, message_id, '<i>two</i>', { parse_mode: 'HTML' })),
    ).toMatch(/^400 Bad Request: message is not modified: /);
    expect(await refusal(api.editMessageText(USER, 999, 'x'))).toBe(
      '400 Bad Request: message to edit not found',
    );
    expect(await refusal(api.editMessageText(USER, 1, 'x'))).toBe("400 Bad Request: message can't be edited");
  });

  it.each([
    ['', '400 Bad Request: message text is empty'],
    ['<b> </b>', '400 Bad Request: text must be non-empty'],
    ['x'.repeat(4097), '400 Bad Request: message is too long'],
    ['😀'.repeat(2049), '400 Bad Request: message is too long'],
    ['<p>x</p>', '400 Bad Request: can\'t parse entities: Unsupported start tag "p" at byte offset 0'],
  ])('refuses the text %.20j', async (text, complaint) => {
    expect(await refusal(api.sendMessage(USER, text, { parse_mode: 'HTML' }))).toBe(complaint);
  });

  it('counts the length after parsing', async () => {
    const message = await api.sendMessage(USER, `<b>${'&lt;'.repeat(4096)}</b>`, { parse_mode: 'HTML' });
    expect(message.text).toHaveLength(4096);
  });

  it('cannot write first, nor to who blocked it', async () => {
    expect(await refusal(api.sendMessage(4711, 'hi'))).toBe('400 Bad Request: chat not found');
    telegram.block(fake, USER);
    expect(await refusal(api.sendMessage(USER, 'hi'))).toBe('403 Forbidden: bot was blocked by the user');
    telegram.block(fake, USER, false);
    await api.sendMessage(USER, 'hi');
    expect((await api.getUpdates()).map((update) => update.my_chat_member?.new_chat_member.status)).toEqual([
      undefined,
      'kicked',
      'member',
    ]);
  });

  it('keeps topics apart', async () => {
    telegram.say(fake, { userId: USER, text: 'in a topic', threadId: 7 });
    const message = await api.sendMessage(USER, 'there', { message_thread_id: 7 });
    expect(message).toMatchObject({ message_thread_id: 7, is_topic_message: true });
    expect(telegram.messages(fake, USER, 7)).toHaveLength(1);
    expect(await refusal(api.sendMessage(USER, 'x', { message_thread_id: 8 }))).toBe(
      '400 Bad Request: message thread not found',
    );
    telegram.say(fake, { userId: USER, chatId: -100, text: 'in a group' });
    expect((await api.sendMessage(-100, 'to all')).chat).toMatchObject({ type: 'supergroup' });
    expect(telegram.messages(fake, -100).map(({ messageId }) => messageId)).toEqual([2]);
  });

  it('deletes, reacts, shows typing and answers a reply', async () => {
    const { message_id } = await api.sendMessage(USER, 'soon gone', { reply_parameters: { message_id: 1 } });
    await api.setMessageReaction(USER, 1, [{ type: 'emoji', emoji: '👍' }]);
    await api.sendChatAction(USER, 'typing');
    await api.deleteMessage(USER, message_id);
    expect(await refusal(api.deleteMessage(USER, message_id))).toBe(
      '400 Bad Request: message to delete not found',
    );
    expect(await refusal(api.setMessageReaction(USER, 99, []))).toBe(
      '400 Bad Request: message to react not found',
    );
    expect(telegram.transcript(fake, USER)).toBe('user 42: hello (👍)\nbot: soon gone (deleted)');
  });

  it('prints the chat with its edits', async () => {
    const { message_id } = await api.sendMessage(USER, 'thinking');
    await api.editMessageText(USER, message_id, 'first\nsecond');
    telegram.edit(fake, { chatId: USER, messageId: 1, text: 'hello there' });
    expect(telegram.transcript(fake, USER)).toBe(
      'user 42: hello there (edited)\nbot: first\n    second (edited 1x)',
    );
    expect(telegram.transcripts()).toContain('@ara_bot, chat 42\nuser 42: hello there (edited)');
    expect((await api.getUpdates()).at(-1)?.edited_message?.text).toBe('hello there');
  });

  it('wakes who waits for a message, by the event of the edit', async () => {
    const waiting = telegram.waitForMessage(fake, ({ text }) => text === 'done');
    const { message_id } = await api.sendMessage(USER, 'working');
    await api.editMessageText(USER, message_id, 'done');
    expect(await waiting).toMatchObject({ messageId: message_id, edits: ['done'] });
    await expect(telegram.waitForMessage(fake, () => false, 10)).rejects.toThrow('bot: done (edited 1x)');
  });
});

describe('the smaller methods', () => {
  it('keeps commands by scope and language', async () => {
    const commands = [{ command: 'stop', description: 'Stop the answer' }];
    await api.setMyCommands(commands);
    await api.setMyCommands([], { scope: { type: 'all_private_chats' } });
    expect(await api.getMyCommands()).toEqual(commands);
    expect(await api.getMyCommands({ scope: { type: 'all_private_chats' } })).toEqual([]);
    await api.deleteMyCommands();
    expect(await api.getMyCommands()).toEqual([]);
    expect(await refusal(api.setMyCommands([{ command: 'Stop!', description: 'x' }]))).toBe(
      '400 Bad Request: BOT_COMMAND_INVALID',
    );
  });

  it('takes the answer to a tap once', async () => {
    const from = { id: USER, is_bot: false, first_name: 'Test' };
    telegram.push(fake, { callback_query: { id: 'q1', from, chat_instance: '1', data: 'yes' } });
    expect((await api.getUpdates())[0]?.callback_query?.data).toBe('yes');
    expect(await api.answerCallbackQuery('q1')).toBe(true);
    expect(await refusal(api.answerCallbackQuery('q1'))).toMatch(/^400 Bad Request: query is too old/);
  });

  it('hands out files', async () => {
    const id = telegram.addFile(fake, 'photos/a.jpg', Buffer.from('picture'));
    const file = await api.getFile(id);
    expect(file).toMatchObject({ file_path: 'photos/a.jpg', file_size: 7 });
    const download = await fetch(`${telegram.url}/file/bot${fake.token}/${file.file_path}`);
    expect(await download.text()).toBe('picture');
    expect(await refusal(api.getFile('other'))).toBe('400 Bad Request: invalid file_id');
  });

  it('takes forms as well as JSON, and refuses what it does not know', async () => {
    telegram.say(fake, { userId: USER, text: 'hello' });
    const post = async (body: URLSearchParams | FormData): Promise<unknown> =>
      (await fetch(`${telegram.url}/bot${fake.token}/sendMessage`, { method: 'POST', body })).json();
    const form = new FormData();
    form.set('chat_id', '42');
    form.set('text', 'by form');
    form.set('disable_notification', 'true');
    expect(await post(form)).toMatchObject({ ok: true, result: { text: 'by form' } });
    expect(await post(new URLSearchParams({ chat_id: '42', text: 'x' }))).toMatchObject({ ok: true });

    const before = telegram.violations.length;
    expect(await refusal(api.sendMessage(USER, 'x', { colour: 'red' } as never))).toMatch(
      /"colour" is unknown/,
    );
    expect(await refusal(api.raw.sendMessage({ text: 'x' } as never))).toBe(
      '400 Bad Request: chat_id is empty',
    );
    expect(await refusal(api.raw.sendMessage({ chat_id: {}, text: 'x' } as never))).toMatch(
      /invalid chat_id/,
    );
    expect(telegram.violations).toHaveLength(before + 3);
  });
});
