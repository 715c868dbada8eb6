/** Webhooks: set by the container, taken by the gateway unread, refused by form, and enough to wake who sleeps. */
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { errorBody } from '../../contracts/errors.js';
import { echoes, waitForEcho } from '../kit/models/echoes.js';
import type { Answer, RequestParts, User } from '../kit/installation.js';
import { QueueKit, redisPid } from '../kit/queue.js';
import { haveMessages } from './conversations.js';
import { installed } from './installed.js';

const setup = installed({
  runtime: 'docker',
  webhooks: true,
  settings: { containers: { idleStopSeconds: 1 } },
});
/** Nobody writes to this one until it sleeps. */
let sleeper: User;
let user: User;
let asleep: Promise<unknown>;
beforeAll(async () => {
  sleeper = await setup.ara.addUser('sleeper');
  asleep = setup.ara.container(sleeper).wait();
  user = await setup.ara.addUser('hooked');
});

const webhookOf = ({ bot }: User): Record<string, unknown> => {
  const call = setup.internet.telegram.calls.findLast(
    ({ method, botId }) => method === 'setWebhook' && botId === bot.id,
  );
  return call?.params ?? {};
};

let nextMessage = 9_000;
/** An update as Telegram would post it. */
function update({ owner }: User, text: string): string {
  const id = nextMessage++;
  const chat = { id: owner, type: 'private', first_name: 'Test' };
  const from = { id: owner, is_bot: false, first_name: 'Test' };
  return JSON.stringify({
    update_id: id,
    message: { message_id: id, date: Math.floor(Date.now() / 1_000), chat, from, text },
  });
}

/** Posts as Telegram does, or as told otherwise. */
function post(
  body: RequestParts['body'],
  headers: Record<string, string> = {},
  account = user.id,
): Promise<Answer> {
  const secret = String(webhookOf(user)['secret_token']);
  return setup.ara.send('POST', `/webhooks/telegram/${account}`, {
    headers: { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': secret, ...headers },
    ...(body === undefined ? {} : { body }),
  });
}

describe('a webhook', () => {
  it('is set by the container, with a secret, one connection and messages only', () => {
    expect(webhookOf(user)).toMatchObject({
      url: `${setup.ara.address}/webhooks/telegram/${user.id}`,
      allowed_updates: ['message'],
      max_connections: 1,
    });
    expect(webhookOf(user)['secret_token']).toMatch(/^[\w-]{43}$/);
    expect(webhookOf(user)['secret_token']).not.toBe(webhookOf(sleeper)['secret_token']);
    expect(setup.internet.telegram.calls.filter(({ method }) => method === 'getUpdates')).toEqual([]);
  });

  it('brings messages, in order, and answers', async () => {
    const last = waitForEcho(setup.ara, user, 'number 10', 15_000);
    for (let number = 1; number <= 10; number++) setup.ara.say(user, `number ${number}`);
    await last;
    expect(echoes(setup.ara, user)).toEqual(Array.from({ length: 10 }, (_, at) => `number ${at + 1}`));
    expect(setup.internet.telegram.violations).toEqual([]);
  });

  it('that comes a hundred times is answered once, even in other bytes', async () => {
    const before = (await setup.ara.status(user.id)).container.messages?.['answered'] ?? 0;
    const body = update(user, 'only once');
    const answer = setup.internet.telegram.waitForMessage(user.bot, ({ text }) => text === 'echo: only once');
    const replies = await Promise.all(Array.from({ length: 100 }, () => post(body)));
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
    await answer;
    expect((await post(`${body}\n`)).status).toBe(200);
    const queue = new QueueKit(setup.ara.runDir);
    await expect.poll(() => queue.isEmpty()).toBe(true);
    await queue.close();
    await haveMessages(setup.ara, user, { answered: before + 1 });
    const answers = setup.internet.telegram
      .messages(user.bot)
      .filter(({ text }) => text.includes('only once'));
    expect(answers).toHaveLength(1);
  });
});

describe('what is no webhook of ours', () => {
  const OTHER = '00000000-0000-4000-8000-000000000000';
  const deep = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`;

  it.each<[string, number, string, () => Promise<Answer>]>([
    [
      'a wrong secret',
      401,
      'wrong-secret',
      () => post('{}', { 'x-telegram-bot-api-secret-token': 'A'.repeat(43) }),
    ],
    ['an unknown account', 401, 'wrong-secret', () => post('{}', {}, OTHER)],
    ['an account that is no name of one', 401, 'wrong-secret', () => post('{}', {}, '..%2f..%2fetc')],
    ["another user's secret", 401, 'wrong-secret', () => post('{}', {}, sleeper.id)],
    ['half an object', 400, 'bad-request', () => post('{"update_id": 1, "message": ')],
    ['a list', 400, 'bad-request', () => post('[1,2,3]')],
    ['no body', 400, 'bad-request', () => post('')],
    ['two megabytes', 413, 'too-large', () => post(JSON.stringify({ text: 'x'.repeat(2_000_000) }))],
    ['ten thousand levels', 422, 'too-deep', () => post(deep)],
    [
      'a form',
      415,
      'wrong-type',
      () => post('update_id=1', { 'content-type': 'application/x-www-form-urlencoded' }),
    ],
    ['no type', 415, 'wrong-type', () => post('{}', { 'content-type': '' })],
    ['packed bytes', 400, 'bad-request', () => post(gzipSync('{}'), { 'content-encoding': 'gzip' })],
  ])('is refused by name and counted: %s', async (_name, status, code, attempt) => {
    const before = await setup.ara.refused('http', code);
    const answer = await attempt();
    expect(errorBody.parse(JSON.parse(answer.text)).error.code).toBe(code);
    expect(answer.status).toBe(status);
    expect(await setup.ara.refused('http', code)).toBe(before + 1);
  });

  it('does not tell whether there is such an account', async () => {
    const unknown = await post('{}', {}, OTHER);
    const wrong = await post('{}', { 'x-telegram-bot-api-secret-token': 'A'.repeat(43) });
    expect(unknown).toEqual(wrong);
  });

  it('but passes the form is dropped by the container, and costs nothing', async () => {
    const messages = async () => (await setup.ara.status(user.id)).container.messages;
    await expect.poll(messages).toBeDefined();
    const before = await messages();
    const models = setup.internet.anthropic.requests.length;
    for (const body of [
      '{}',
      '{"update_id":"x"}',
      '{"update_id":1,"message":{"__proto__":{"text":"x"}}}',
      '{"a":\u0000}',
    ]) {
      expect((await post(body)).status).toBe(200);
    }
    const stranger = { ...user, owner: 666 };
    expect((await post(update(stranger, 'let me in'))).status).toBe(200);
    const queue = new QueueKit(setup.ara.runDir);
    await expect.poll(() => queue.isEmpty()).toBe(true);
    await queue.close();
    expect(await messages()).toEqual(before);
    expect(setup.internet.anthropic.requests.length).toBe(models);
  });

  it('leaves everything as it was: the next message is answered', async () => {
    expect(await setup.ara.ask(user, 'all well?')).toBe('echo: all well?');
  });
});

describe('a queue that is away', () => {
  it('is said to Telegram, which keeps the message and brings it later', async () => {
    const redis = redisPid(setup.ara);
    process.kill(redis, 'SIGSTOP');
    const answer = await post(update(user, 'nobody promised this'));
    expect([answer.status, errorBody.parse(JSON.parse(answer.text)).error.code]).toEqual([
      503,
      'queue-unavailable',
    ]);
    const answered = waitForEcho(setup.ara, user, 'keep it', 30_000);
    setup.ara.say(user, 'keep it');
    expect((await setup.ara.send('GET', '/health/ready')).status).toBe(503);
    expect(setup.internet.telegram.pendingUpdates(user.bot)).toBe(1);
    process.kill(redis, 'SIGCONT');
    await answered;
    await expect.poll(async () => (await setup.ara.send('GET', '/health/ready')).status).toBe(200);
  });

  it('because its server crashed comes back by itself', async () => {
    const redis = redisPid(setup.ara);
    process.kill(redis, 'SIGKILL');
    expect(await setup.ara.ask(user, 'after the crash', 20_000)).toBe('echo: after the crash');
    expect(redisPid(setup.ara)).not.toBe(redis);
  });
});

describe('a container that nobody writes to', () => {
  it('stops, and a message wakes it', async () => {
    await asleep;
    await expect.poll(async () => (await setup.ara.status(sleeper.id)).container.state).toBe('asleep');
    const began = performance.now();
    const called = setup.internet.anthropic.waitForRequest(({ body }) =>
      JSON.stringify(body).includes('wake up'),
    );
    expect(await setup.ara.ask(sleeper, 'wake up')).toBe('echo: wake up');
    console.log(`  woken: message in → model called ${Math.round((await called).at - began)} ms`);
    expect((await setup.ara.status(sleeper.id)).container.state).toBe('awake');
  });
});
