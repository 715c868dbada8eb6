/** Drives the fake Telegram with the real grammY over HTTPS. */
import { HttpError, type Api, type Bot } from 'grammy';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { trustTestCertificates } from '../certificates.js';
import { grammyBot, refusal } from './grammy-client.js';
import { startFakeTelegram, type FakeBot, type FakeTelegram } from './telegram.js';

const USER = 42;
let telegram: FakeTelegram;
let fake: FakeBot;
let ca: string;
let bot: Bot;
let api: Api;

const clientOf = (token: string): Bot => grammyBot(telegram, { token }, ca);

beforeAll(async () => {
  const tls = await trustTestCertificates();
  ca = tls.ca;
  telegram = await startFakeTelegram({ tls });
});
beforeEach(() => {
  fake = telegram.addBot({ username: 'ara_bot' });
  bot = clientOf(fake.token);
  api = bot.api;
});
afterEach(() => bot.stop().catch(() => undefined));
afterAll(() => telegram.stop());

describe('who may call', () => {
  it('knows its bots and refuses other tokens', async () => {
    expect(await api.getMe()).toMatchObject({ id: fake.id, is_bot: true, username: 'ara_bot' });
    expect(await refusal(clientOf('1:nobody').api.getMe())).toBe('401 Unauthorized');
  });

  it('refuses a revoked token, also in a poll that waits', async () => {
    const poll = refusal(api.getUpdates({ timeout: 30 }));
    await api.getMe();
    telegram.revoke(fake);
    expect(await poll).toBe('401 Unauthorized');
    expect(await refusal(api.getMe())).toBe('401 Unauthorized');
  });

  it('answers unknown methods and paths with 404 in its own form, and takes any case', async () => {
    const get = async (path: string): Promise<unknown> => (await fetch(`${telegram.url}${path}`)).json();
    expect(await get(`/bot${fake.token}/fly`)).toEqual({
      ok: false,
      error_code: 404,
      description: 'Not Found: method not found',
    });
    expect(await get('/')).toEqual({ ok: false, error_code: 404, description: 'Not Found' });
    expect(await get(`/bot${fake.token}/GETME`)).toMatchObject({ ok: true });
  });
});

describe('getUpdates', () => {
  it('waits for an update and hands it out until its offset confirms it', async () => {
    const poll = api.getUpdates({ timeout: 30 });
    await api.getMe();
    const said = telegram.say(fake, { userId: USER, text: '/start now' });
    const [update] = await poll;
    expect(update).toMatchObject({
      update_id: said.updateId,
      message: {
        message_id: said.messageId,
        from: { id: USER, is_bot: false },
        chat: { id: USER, type: 'private' },
        text: '/start now',
        entities: [{ type: 'bot_command', offset: 0, length: 6 }],
      },
    });
    expect(Math.abs((update?.message?.date ?? 0) - Date.now() / 1000)).toBeLessThan(5);
    expect(await api.getUpdates()).toHaveLength(1);
    expect(await api.getUpdates({ offset: said.updateId + 1 })).toEqual([]);
    expect(telegram.pendingUpdates(fake)).toBe(0);
  });

  it('keeps the limit, and a negative offset keeps the newest', async () => {
    for (const text of ['a', 'b', 'c']) telegram.say(fake, { userId: USER, text });
    const texts = async (given: object): Promise<unknown> =>
      (await api.getUpdates(given)).map((update) => update.message?.text);
    expect(await texts({ limit: 2 })).toEqual(['a', 'b']);
    expect(await texts({ offset: -1 })).toEqual(['c']);
    expect(await texts({})).toEqual(['c']);
  });

  it('answers empty when the time is over', async () => {
    const start = performance.now();
    expect(await api.getUpdates({ timeout: 1 })).toEqual([]);
    expect(performance.now() - start).toBeGreaterThan(950);
  });

  it('delivers only the kinds that were asked for', async () => {
    await api.getUpdates({ allowed_updates: ['callback_query'] });
    telegram.say(fake, { userId: USER, text: 'unheard' });
    expect(await api.getUpdates()).toEqual([]);
    await api.getUpdates({ allowed_updates: [] });
    telegram.say(fake, { userId: USER, text: 'heard' });
    expect(await api.getUpdates()).toHaveLength(1);
  });

  it('lets the newer of two polls win', async () => {
    const earlier = refusal(api.getUpdates({ timeout: 30 }));
    await api.getMe();
    const later = api.getUpdates({ timeout: 30 });
    expect(await earlier).toBe(
      '409 Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
    );
    telegram.say(fake, { userId: USER, text: 'for the later one' });
    expect(await later).toHaveLength(1);
  });

  it('makes a conflict on demand', async () => {
    const poll = refusal(api.getUpdates({ timeout: 30 }));
    await api.getMe();
    telegram.conflict(fake);
    expect(await poll).toMatch(/^409 Conflict/);
    telegram.conflict(fake);
    expect(await refusal(api.getUpdates())).toMatch(/^409 Conflict/);
    expect(await api.getUpdates()).toEqual([]);
  });

  it('loses nothing when the poller goes away', async () => {
    const gone = new AbortController();
    const poll = api.getUpdates({ timeout: 30 }, gone.signal as never).catch(() => 'gone');
    await api.getMe();
    gone.abort();
    expect(await poll).toBe('gone');
    telegram.say(fake, { userId: USER, text: 'still there' });
    expect(await api.getUpdates()).toHaveLength(1);
  });
});

describe('faults', () => {
  beforeEach(() => {
    telegram.say(fake, { userId: USER, text: 'hello' });
  });

  it('answers with the ordered status as often as ordered', async () => {
    telegram.fail(fake, 'sendMessage', { status: 429, retryAfter: 3 });
    const error = await api.sendMessage(USER, 'x').catch((problem: unknown) => problem);
    expect(error).toMatchObject({ error_code: 429, parameters: { retry_after: 3 } });
    telegram.fail(fake, 'every-method', { status: 500 }, 2);
    expect(await refusal(api.getMe())).toBe('500 Internal Server Error');
    expect(await refusal(api.sendMessage(USER, 'x'))).toBe('500 Internal Server Error');
    await api.sendMessage(USER, 'x');
    telegram.fail(fake, 'getMe', { status: 401 });
    telegram.heal(fake);
    await api.getMe();
  });

  it('cuts the connection before or after taking the message', async () => {
    telegram.fail(fake, 'sendMessage', 'reset-before-taking');
    await expect(api.sendMessage(USER, 'lost')).rejects.toThrow(HttpError);
    telegram.fail(fake, 'sendMessage', 'reset-after-taking');
    await expect(api.sendMessage(USER, 'taken')).rejects.toThrow(HttpError);
    expect(telegram.messages(fake).map(({ text }) => text)).toEqual(['taken']);
  });

  it('hangs until the client gives up', async () => {
    telegram.fail(fake, 'sendMessage', 'hang');
    const patience = AbortSignal.timeout(100) as never;
    await expect(api.sendMessage(USER, 'x', {}, patience)).rejects.toThrow();
    expect(telegram.messages(fake)).toEqual([]);
  });

  it('comes back after a stop with everything it knew', async () => {
    const poll = api.getUpdates({ timeout: 30 });
    poll.catch(() => undefined);
    const { url } = telegram;
    await telegram.stop();
    await expect(poll.then(() => api.getMe())).rejects.toThrow(HttpError);
    telegram.say(fake, { userId: USER, text: 'written meanwhile' });
    await telegram.restart();
    expect(telegram.url).toBe(url);
    expect(await api.getUpdates()).toHaveLength(2);
  });
});

it('serves a whole grammY bot and records when what happened', async () => {
  bot.on('message:text', (context) => context.reply(`you said ${context.message.text}`));
  const running = bot.start();
  const { updateId } = telegram.say(fake, { userId: USER, text: 'hi' });
  await telegram.waitForMessage(fake, ({ text }) => text === 'you said hi');
  await bot.stop();
  await running;
  const told = telegram.timeline.filter(({ botId }) => botId === fake.id);
  const order = told.map((entry) => (entry.kind === 'call' ? entry.method : entry.kind));
  expect(order.filter((step) => step !== 'getUpdates')).toEqual([
    'say',
    'getMe',
    'deleteWebhook',
    'delivered',
    'sendMessage',
  ]);
  expect(told.map(({ at }) => at)).toEqual(told.map(({ at }) => at).toSorted((a, b) => a - b));
  expect(told.find(({ kind }) => kind === 'delivered')).toMatchObject({ updateId });
  expect(telegram.pendingUpdates(fake)).toBe(0);
  const send = telegram.calls.find(({ botId, method }) => botId === fake.id && method === 'sendMessage');
  expect(send).toMatchObject({ status: 200, params: { chat_id: USER, text: 'you said hi' } });
});
