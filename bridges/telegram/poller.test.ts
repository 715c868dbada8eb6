import { afterEach, describe, expect, it, vi } from 'vitest';
import { REFUSAL, soon } from '../recording-host.js';
import { NOT_READABLE } from './intake.js';
import { OWNER, startRig, STRANGER, type Rig, type RigOptions } from './test-rig.js';

describe('polling', () => {
  let rig: Rig;
  afterEach(async () => {
    expect(rig.telegram.violations).toEqual([]);
    await rig.close();
  });

  const start = async (options?: RigOptions): Promise<Rig> => {
    rig = await startRig(options);
    rig.bridge.start();
    await rig.host.reaches('connected');
    return rig;
  };
  const say = (text: string, userId = OWNER): unknown => rig.telegram.say(rig.bot, { userId, text });

  it('confirms a batch only when the journal holds it', async () => {
    rig = await startRig();
    for (let count = 0; count < 150; count++) say(`message ${count}`);
    const accept = vi.spyOn(rig.host, 'accept').mockImplementationOnce(() => {
      throw new Error('the disk is full');
    });
    rig.bridge.start();
    await soon(() => expect(rig.host.journal).toHaveLength(150));
    await soon(() => expect(rig.telegram.pendingUpdates(rig.bot)).toBe(0));
    expect(accept.mock.calls.map(([messages]) => messages.length)).toEqual([100, 100, 50]);
    expect(rig.host.states).toEqual(['connecting', 'connected']);
  });

  it('asks as it should', async () => {
    const { host, calls } = await start();
    say('hello');
    await soon(() => expect(host.journal).toHaveLength(1));
    await soon(() => expect(calls('getUpdates')).toHaveLength(2));
    expect(calls('deleteWebhook')).toEqual([{ drop_pending_updates: false }]);
    expect(calls('getUpdates')[0]).toEqual({ limit: 100, timeout: 2, allowed_updates: ['message'] });
    expect(calls('getUpdates')[1]).toMatchObject({ offset: Number(host.checkpoint()) });
    expect(calls('setMyCommands')).toHaveLength(1);
  });

  it('moves on past strangers, pictures and rubbish', async () => {
    const { telegram, bot, host } = await start();
    say('let me in', STRANGER);
    const chat = { id: OWNER, type: 'private', first_name: 'Test' };
    const from = { id: OWNER, is_bot: false, first_name: 'Test' };
    for (const id of [1, 2]) {
      telegram.push(bot, { message: { message_id: id, date: 1, chat, from, photo: [] } as never });
    }
    telegram.push(bot, { message: { message_id: 3, date: 'rubbish', chat } as never });
    say('hello');
    await soon(() => expect(host.texts()).toEqual(['hello']));
    await telegram.waitForMessage(bot, ({ chatId, text }) => chatId === STRANGER && text === REFUSAL);
    await telegram.waitForMessage(bot, ({ chatId, text }) => chatId === OWNER && text === NOT_READABLE);
    await soon(() => expect(telegram.pendingUpdates(bot)).toBe(0));
    expect(telegram.messages(bot)).toHaveLength(2);
  });

  it('hears its name in a group, and needs to ask for it only there', async () => {
    const { telegram, bot, host, calls } = await start();
    say('hello');
    await soon(() => expect(host.journal).toHaveLength(1));
    expect(calls('getMe')).toEqual([]);
    host.groups.add('-100500');
    for (const text of ['to all', '@ara_test_bot to you', '/new@ara_test_bot']) {
      telegram.say(bot, { userId: OWNER, chatId: -100500, text });
    }
    await soon(() => expect(host.texts()).toEqual(['hello', 'to you', '/new']));
    expect(calls('getMe')).toHaveLength(1);
  });

  it('keeps the topics of a private chat apart and answers into them', async () => {
    const { telegram, bot, host, bridge } = await start();
    telegram.say(bot, { userId: OWNER, threadId: 9, text: 'hello' });
    await soon(() => expect(host.journal[0]?.chat).toBe(`${OWNER}.9`));
    const chat = host.journal[0]?.chat ?? expect.unreachable();
    await bridge.showTyping(chat);
    await bridge.send(chat, { body: 'hi', plain: 'hi' });
    expect(telegram.messages(bot, OWNER, 9)).toHaveLength(1);
  });

  it('stops at once while it asks for its name', async () => {
    const { telegram, bot, bridge, host, calls } = await start();
    host.groups.add('-100500');
    telegram.fail(bot, 'getMe', 'hang');
    telegram.say(bot, { userId: OWNER, chatId: -100500, text: '@ara_test_bot hello' });
    await soon(() => expect(calls('getMe')).toHaveLength(1));
    const since = performance.now();
    await bridge.stop();
    expect(performance.now() - since).toBeLessThan(100);
    bridge.start();
    await soon(() => expect(host.texts()).toEqual(['hello']));
  });

  it('waits as long as it is told to', async () => {
    rig = await startRig();
    rig.telegram.fail(rig.bot, 'getUpdates', { status: 429, retryAfter: 1 });
    rig.bridge.start();
    await rig.host.reaches('rate-limited');
    const since = performance.now();
    await rig.host.reaches('connected');
    expect(performance.now() - since).toBeGreaterThan(800);
  });

  it('takes a conflict right after the start for its own last run', async () => {
    rig = await startRig();
    rig.telegram.fail(rig.bot, 'getUpdates', { status: 409 }, 3);
    rig.bridge.start();
    say('hello');
    await soon(() => expect(rig.host.texts()).toEqual(['hello']));
    expect(rig.host.states).toEqual(['connecting', 'connected']);
  });

  it('reports a lasting conflict, and its end', async () => {
    const { telegram, bot, host } = await start({ timing: { conflictGrace: 0, conflictPause: 50 } });
    telegram.conflict(bot);
    await host.reaches('conflict');
    say('hello');
    await host.reaches('connected');
    expect(host.texts()).toEqual(['hello']);
  });

  it('takes the updates back from a webhook that somebody set', async () => {
    const { telegram, bot, host } = await start({ timing: { conflictGrace: 0, conflictPause: 50 } });
    await fetchMethod(rig, 'setWebhook', { url: 'https://example.org/hook' });
    await host.reaches('conflict');
    say('hello');
    await host.reaches('connected');
    await soon(() => expect(host.texts()).toEqual(['hello']));
    expect(telegram.pendingUpdates(bot)).toBeLessThanOrEqual(1);
  });

  it('gives up a poll that never returns', async () => {
    rig = await startRig({ timing: { poll: 1_000 } });
    rig.telegram.fail(rig.bot, 'getUpdates', 'hang');
    rig.bridge.start();
    // It may be over before anybody looks.
    await soon(() => expect(rig.host.states).toContain('unreachable'));
    say('hello');
    await rig.host.reaches('connected');
    await soon(() => expect(rig.host.texts()).toEqual(['hello']));
  });

  it('comes through broken answers and cut connections', async () => {
    rig = await startRig();
    for (const fault of [
      'reset-after-taking',
      { status: 502 },
      'reset-before-taking',
      { status: 500 },
    ] as const) {
      rig.telegram.fail(rig.bot, 'getUpdates', fault);
    }
    say('hello');
    rig.bridge.start();
    await soon(() => expect(rig.host.texts()).toEqual(['hello']));
    expect(rig.host.states).toEqual(['connecting', 'connected', 'unreachable', 'connected']);
  });

  it('stops for good when the token is refused, and at once while it waits', async () => {
    const { telegram, bot, host, bridge, calls } = await start();
    telegram.revoke(bot);
    await host.reaches('needs-relink');
    const before = calls('getUpdates').length;
    await new Promise((done) => setTimeout(done, 200));
    expect(calls('getUpdates')).toHaveLength(before);
    await bridge.stop();
  });
});

async function fetchMethod(rig: Rig, method: string, body: object): Promise<void> {
  const { makeApi } = await import('./transport.js');
  const api = makeApi(rig.bot.token, rig.agent, 1_000, rig.telegram.url);
  await (api.raw as unknown as Record<string, (payload: object) => Promise<unknown>>)[method]?.(body);
}
