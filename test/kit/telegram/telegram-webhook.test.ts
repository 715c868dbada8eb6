/** Drives webhooks: real grammY sets them, a real HTTPS server takes the posts. */
import type { Update } from '@grammyjs/types';
import { GrammyError, type Api } from 'grammy';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { testCertificates } from '../certificates.js';
import { grammyBot } from './grammy-client.js';
import { Listener } from '../listener.js';
import { startFakeTelegram, type FakeBot, type FakeTelegram } from './telegram.js';
import { WatchedList } from '../watched-list.js';

interface Post {
  text: string | undefined;
  secret: unknown;
}

let telegram: FakeTelegram;
let fake: FakeBot;
let api: Api;
let receiver: Listener;
let posts: WatchedList<Post>;
let answer: (post: Post) => number | Promise<number>;

beforeEach(async () => {
  const tls = await testCertificates();
  telegram = await startFakeTelegram({ tls, webhookCa: tls.ca, webhookRetryDelayMs: 5 });
  fake = telegram.addBot({ username: 'ara_bot' });
  ({ api } = grammyBot(telegram, fake, tls.ca));
  posts = new WatchedList();
  answer = () => 200;
  receiver = new Listener({ tls }, async (request, response, body) => {
    const update = JSON.parse(body.toString()) as Update;
    const post = { text: update.message?.text, secret: request.headers['x-telegram-bot-api-secret-token'] };
    posts.add(post);
    response.writeHead(await answer(post)).end();
  });
  await receiver.start();
});
afterEach(async () => {
  await telegram.stop();
  await receiver.stop();
});

const posted = (text: string): Promise<Post> =>
  posts.waitFor(
    (post) => post.text === text,
    2000,
    () => '',
  );
const texts = (): (string | undefined)[] => posts.items.map(({ text }) => text);

it('posts updates with the secret and shuts getUpdates out', async () => {
  telegram.say(fake, { userId: 1, text: 'before' });
  await api.setWebhook(receiver.url, { secret_token: 'abc-DEF_1', max_connections: 1 });
  telegram.say(fake, { userId: 1, text: 'after' });
  await posted('after');
  expect(texts()).toEqual(['before', 'after']);
  expect(posts.items[0]?.secret).toBe('abc-DEF_1');
  await expect(api.getUpdates()).rejects.toThrow(
    "409: Conflict: can't use getUpdates method while webhook is active",
  );
  expect(await api.getWebhookInfo()).toMatchObject({ url: receiver.url, max_connections: 1 });
  await api.deleteWebhook();
  expect(await api.getWebhookInfo()).toMatchObject({ url: '', pending_update_count: 0 });
  expect(await api.getUpdates()).toEqual([]);
});

it('posts again until it is taken, and keeps the order of a chat', async () => {
  let failures = 2;
  answer = () => (failures-- > 0 ? 500 : 200);
  await api.setWebhook(receiver.url);
  telegram.say(fake, { userId: 1, text: 'first' });
  telegram.say(fake, { userId: 1, text: 'second' });
  await posted('second');
  expect(texts()).toEqual(['first', 'first', 'first', 'second']);
  expect(await api.getWebhookInfo()).toMatchObject({
    last_error_message: 'Wrong response from the webhook: 500',
  });
});

it('serves chats side by side up to the number of connections', async () => {
  const gate = Promise.withResolvers<number>();
  answer = ({ text }) => (text === 'slow' ? gate.promise : 200);
  await api.setWebhook(receiver.url, { max_connections: 2 });
  telegram.say(fake, { userId: 1, text: 'slow' });
  telegram.say(fake, { userId: 1, text: 'behind slow' });
  telegram.say(fake, { userId: 2, text: 'other chat' });
  await posted('other chat');
  expect(texts()).not.toContain('behind slow');
  gate.resolve(200);
  await posted('behind slow');
});

it('ends a poll that waits, drops on demand, and refuses bad settings', async () => {
  const poll = api.getUpdates({ timeout: 30 }).catch((error: unknown) => error);
  await api.getMe();
  await api.setWebhook(receiver.url);
  expect(await poll).toMatchObject({
    error_code: 409,
    description: expect.stringContaining('setWebhook') as string,
  });
  answer = () => 503;
  telegram.say(fake, { userId: 1, text: 'never taken' });
  await posted('never taken');
  await api.deleteWebhook({ drop_pending_updates: true });
  expect(telegram.pendingUpdates(fake)).toBe(0);
  await expect(api.setWebhook('http://localhost/x')).rejects.toThrow('An HTTPS URL must be provided');
  await expect(api.setWebhook(receiver.url, { secret_token: 'no spaces' })).rejects.toThrow(GrammyError);
});

it('goes on posting after a restart', async () => {
  await api.setWebhook(receiver.url);
  await telegram.stop();
  telegram.say(fake, { userId: 1, text: 'while down' });
  await telegram.restart();
  await posted('while down');
});
