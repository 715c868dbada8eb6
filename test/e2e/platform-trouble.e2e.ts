/** Trouble with Telegram: pauses, rivals, revoked tokens, blocked bots. Nothing is lost, and the operator can see it. */
import { describe, expect, it } from 'vitest';
import { echoes, waitForEcho } from '../kit/models/echoes.js';
import { command } from '../kit/command-line.js';
import type { User } from '../kit/installation.js';
import type { CallRecord } from '../kit/telegram/telegram.js';
import { haveMessages } from './conversations.js';
import { installed } from './installed.js';

const setup = installed({ runtime: 'docker' });

const calls = ({ bot }: { bot: { id: number } }, method: string): CallRecord[] =>
  setup.internet.telegram.calls.filter((call) => call.botId === bot.id && call.method === method);

const stateIs = (user: { id: string }, state: string): Promise<void> =>
  expect
    .poll(async () => (await setup.ara.status(user.id)).channels[0]?.state, { timeout: 30_000 })
    .toBe(state);

const advice = async (user: User): Promise<string> =>
  (await command(setup.ara.configFile, ['status', '--user', user.name])).output;

describe('a pause that Telegram asks for', () => {
  it('is kept before an answer is sent, and the answer comes once', async () => {
    const user = await setup.ara.addUser('paused');
    setup.internet.telegram.fail(user.bot, 'sendMessage', { status: 429, retryAfter: 2 });
    const before = calls(user, 'sendMessage').length;
    expect(await setup.ara.ask(user, 'slowly')).toBe('echo: slowly');
    await haveMessages(setup.ara, user, { answered: 1 });
    const [refused, taken, ...more] = calls(user, 'sendMessage').slice(before);
    expect([refused?.status, taken?.status, more.length]).toEqual([429, 200, 0]);
    const waited = (taken?.at ?? 0) - (refused?.answeredAt ?? 0);
    expect(waited).toBeGreaterThanOrEqual(1_990);
    expect(waited).toBeLessThan(3_500);
  });

  it('is kept between edits, and the last one still shows the whole answer', async () => {
    const user = await setup.ara.addUser('edited');
    const chunks = Array.from({ length: 15 }, (_, at) => `part${at} `);
    setup.internet.anthropic.script(() => ({ text: chunks.join(''), chunks, perChunkMs: 150 }));
    setup.internet.telegram.fail(user.bot, 'editMessageText', { status: 429, retryAfter: 2 });
    const whole = setup.internet.telegram.waitForMessage(
      user.bot,
      ({ text }) => text === chunks.join('').trim(),
      15_000,
    );
    setup.ara.say(user, 'in parts');
    const message = await whole;
    setup.internet.anthropic.script(undefined);
    const [refused, next] = calls(user, 'editMessageText');
    expect(refused?.status).toBe(429);
    expect((next?.at ?? 0) - (refused?.answeredAt ?? 0)).toBeGreaterThanOrEqual(1_990);
    expect(
      setup.internet.telegram.messages(user.bot, user.owner).filter(({ text }) => text.startsWith('part')),
    ).toEqual([message]);
  });

  it('in receiving is a state, which passes by itself', async () => {
    const user = await setup.ara.addUser('limited');
    setup.internet.telegram.fail(user.bot, 'getUpdates', { status: 429, retryAfter: 2 });
    // Ends the poll under way, so that the next one meets the fault.
    const asked = setup.ara.ask(user, 'before it');
    await stateIs(user, 'rate-limited');
    await asked;
    expect(await setup.ara.ask(user, 'after it')).toBe('echo: after it');
    await stateIs(user, 'connected');
  });
});

describe('an answer that Telegram', () => {
  it('took without saying so is sent again with a mark, never silently twice', async () => {
    const user = await setup.ara.addUser('repeat');
    setup.internet.telegram.fail(user.bot, 'sendMessage', 'reset-after-taking');
    await setup.ara.ask(user, 'did you get it?');
    const marked = await setup.internet.telegram.waitForMessage(user.bot, ({ text }) =>
      text.startsWith('♻️'),
    );
    expect(marked.text).toContain('echo: did you get it?');
    await haveMessages(setup.ara, user, { answered: 1 });
  });

  it('refuses because the user blocked the bot has failed, and the next one is not held up', async () => {
    const user = await setup.ara.addUser('blocked');
    setup.ara.say(user, 'you will not reach me');
    setup.internet.telegram.block(user.bot, user.owner);
    await haveMessages(setup.ara, user, { failed: 1 });
    setup.internet.telegram.block(user.bot, user.owner, false);
    expect(await setup.ara.ask(user, 'I am back')).toContain('I am back');
  });
});

describe('Telegram', () => {
  it('down for a while loses nothing of what was written meanwhile', async () => {
    const user = await setup.ara.addUser('patient');
    await setup.internet.telegram.stop();
    for (const text of ['first', 'second', 'third']) setup.ara.say(user, text);
    await stateIs(user, 'unreachable');
    const last = waitForEcho(setup.ara, user, 'third', 20_000);
    await setup.internet.telegram.restart();
    await last;
    expect(echoes(setup.ara, user)).toEqual(['first', 'second', 'third']);
    await stateIs(user, 'connected');
  });

  it('used by another program with the same token is a conflict, until that stops', async () => {
    const user = await setup.ara.addUser('rival');
    const polls = (): number => calls(user, 'getUpdates').length;
    // Past the first seconds, in which our own last run could be the rival.
    await expect
      .poll(() => performance.now() - (calls(user, 'getUpdates')[0]?.at ?? Infinity), { timeout: 10_000 })
      .toBeGreaterThan(3_500);
    setup.internet.telegram.conflict(user.bot);
    await stateIs(user, 'conflict');
    expect(await advice(user)).toContain('Another program uses the same link');
    const before = polls();
    expect(await setup.ara.ask(user, 'who has you?', 20_000)).toBe('echo: who has you?');
    await stateIs(user, 'connected');
    expect(polls()).toBeGreaterThan(before);
  });

  it('that took the token back needs a new link, and says so; with a new token all is well', async () => {
    const user = await setup.ara.addUser('revoked');
    setup.internet.telegram.revoke(user.bot);
    await stateIs(user, 'needs-relink');
    expect(await advice(user)).toContain('The platform no longer accepts the link. Link the channel again.');
    const bot = setup.internet.telegram.addBot({ username: 'revoked_new_bot' });
    const { code } = await setup.ara.link(user.id, bot.token);
    const welcomed = setup.internet.telegram.waitForMessage(bot, ({ text }) => text.startsWith('Linked'));
    setup.internet.telegram.say(bot, { userId: user.owner, text: `/link ${code}` });
    await welcomed;
    expect(await setup.ara.ask({ ...user, bot }, 'new?')).toBe('echo: new?');
    await stateIs(user, 'connected');
  });

  it('with a token that never was refuses the link in plain words', async () => {
    const { id } = await setup.ara.api<{ id: string }>('POST', '/v1/accounts', { name: 'mistyped' });
    const refused = setup.ara.link(id, '123456789:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA');
    await expect(refused).rejects.toThrow(
      'The platform refused the credential. Check that it was copied whole.',
    );
    expect((await setup.ara.status(id)).channels.map(({ state }) => state)).toEqual(['unlinked']);
  });

  it('is left alone once it is unlinked: the menu is gone, and nothing polls', async () => {
    const user = await setup.ara.addUser('leaver');
    await setup.ara.api('DELETE', `/v1/accounts/${user.id}/channels/telegram`);
    await stateIs(user, 'unlinked');
    expect(calls(user, 'deleteMyCommands').at(-1)?.status).toBe(200);
    const underWay = setup.internet.telegram.calls.filter(
      ({ botId, status }) => botId === user.bot.id && status === undefined,
    );
    expect(underWay).toEqual([]);
    const before = setup.internet.telegram.calls.filter(({ botId }) => botId === user.bot.id).length;
    setup.ara.say(user, 'are you still there?');
    // Another user's round trip: time enough for a poller that should not be.
    const other = await setup.ara.addUser('stayer');
    await setup.ara.ask(other, 'hello');
    expect(setup.internet.telegram.calls.filter(({ botId }) => botId === user.bot.id)).toHaveLength(before);
    expect(setup.internet.telegram.pendingUpdates(user.bot)).toBe(1);
  });
});
