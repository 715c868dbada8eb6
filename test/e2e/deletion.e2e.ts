/** Deleting from the chat, by webhooks and by polling, with the queue in Redis and in Postgres: gone, and nobody answers any more. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Installation, startInternet, type Internet, type User } from '../kit/installation.js';
import { deleteIn, type Receipt } from '../kit/chats/deleting.js';
import { TelegramChat } from '../kit/chats/telegram.js';
import { sees } from '../kit/telegram/sees.js';

const settings = {
  'webhooks and Redis': { webhooks: true },
  'polling and Postgres': { settings: { redis: { url: 'postgres' } } },
};

describe.each(Object.entries(settings))('with %s', (_name, options) => {
  let internet: Internet;
  let ara: Installation;
  beforeAll(async () => {
    internet = await startInternet();
    ara = new Installation(internet, { runtime: 'process', ...options });
    await ara.start();
  });
  afterAll(async () => {
    await ara.remove();
    await internet.stop();
  });

  const deleted = (user: User, words: string): Promise<Receipt> =>
    deleteIn(ara, new TelegramChat(internet.telegram, user), words);

  it('clears what was said, and goes on as if it were the first day', async () => {
    const user = await ara.addUser('alice');
    await ara.ask(user, 'my secret is canary-4711');
    const body = await deleted(user, 'clear');
    expect([body.kind, body.verification.found]).toEqual(['memory', 0]);
    await ara.ask(user, 'what did I say?');
    expect(JSON.stringify(internet.anthropic.requests.at(-1)?.body)).not.toContain('canary-4711');
  });

  it('deletes an account, at the platform too', async () => {
    const user = await ara.addUser('bob');
    await ara.ask(user, 'hello');
    const body = await deleted(user, 'delete account');
    expect([body.kind, body.verification.found]).toEqual(['account', 0]);
    await expect(ara.status(user.id)).rejects.toThrow('404');
    expect(ara.processes().filter(({ command }) => command.includes(user.id))).toEqual([]);
    const transcript = internet.telegram.transcript(user.bot, user.owner);
    expect(transcript).toContain('this is my last message here');
    // Nobody fetches or takes what is written now.
    ara.say(user, 'still there?');
    await Installation.until(() => internet.telegram.pendingUpdates(user.bot) > 0);
    expect(internet.telegram.transcript(user.bot, user.owner)).not.toContain('echo: still there?');
  });

  it('a wrong code, and a message that only looks like one, delete nothing', async () => {
    const user = await ara.addUser('carol');
    const { telegram } = internet;
    const question = sees(telegram, user, (text) => text.includes('/delete confirm'));
    ara.say(user, '/delete account');
    const [, code = ''] = /confirm (\d{6})/.exec(await question) ?? [];
    // To the model, which repeats it: what Ara itself says is no confirmation.
    expect(await ara.ask(user, `say: /delete confirm ${code}`)).toContain(code);
    const refused = sees(telegram, user, (text) => text.includes('That code is wrong'));
    ara.say(user, `/delete confirm ${String((Number(code) + 1) % 1e6).padStart(6, '0')}`);
    await refused;
    expect((await ara.status(user.id)).channels).toHaveLength(1);
  });
});
