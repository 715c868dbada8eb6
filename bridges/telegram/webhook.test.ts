import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AraError } from '../../contracts/errors.js';
import { NOT_READABLE } from './intake.js';
import { OWNER, startRig, STRANGER, type Rig } from './test-rig.js';

/** Nobody listens there, and no name server is asked where it is. */
const URL = 'https://localhost:9/webhooks/telegram/abc';

describe('webhook', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig({ webhookUrl: URL });
    // So that the chats are known, as they are when people have written before.
    for (const userId of [OWNER, STRANGER]) rig.telegram.say(rig.bot, { userId, text: '/start' });
  });
  afterEach(async () => {
    expect(rig.telegram.violations).toEqual([]);
    await rig.close();
  });

  const body = (fields: object = {}, id = OWNER): Buffer => {
    const chat = { id, type: 'private' };
    const message = {
      message_id: 7,
      date: 1_795_400_000,
      chat,
      from: { id, is_bot: false },
      text: 'hello',
      ...fields,
    };
    return Buffer.from(JSON.stringify({ update_id: 12, message }));
  };

  it('is set with a secret, whose hash the gateway gets', async () => {
    rig.bridge.start();
    await rig.host.reaches('connected');
    expect(rig.calls('setWebhook')).toEqual([
      {
        url: URL,
        secret_token: rig.host.webhookSecret,
        allowed_updates: ['message'],
        max_connections: 1,
        drop_pending_updates: false,
      },
    ]);
    expect(rig.host.hashes).toEqual([createHash('sha256').update(rig.host.webhookSecret).digest('hex')]);
    expect(rig.calls('getUpdates')).toEqual([]);
  });

  it('is set in the end, whatever happens first', async () => {
    rig.telegram.fail(rig.bot, 'setWebhook', { status: 502 });
    rig.telegram.fail(rig.bot, 'setWebhook', 'reset-before-taking');
    rig.telegram.fail(rig.bot, 'setWebhook', { status: 429, retryAfter: 1 });
    rig.bridge.start();
    await rig.host.reaches('connected');
    expect(rig.host.states).toEqual(['connecting', 'unreachable', 'rate-limited', 'connected']);
  });

  it('hands a body in once', async () => {
    expect(await rig.bridge.takeWebhook(body())).toBe('accepted');
    expect(await rig.bridge.takeWebhook(body())).toBe('duplicate');
    expect(rig.host.texts()).toEqual(['hello']);
    // The checkpoint follows, for the order of what comes next and for polling later on.
    expect(new Set(rig.host.checkpoints).size).toBe(1);
  });

  it('takes nothing from strangers, and answers a picture', async () => {
    expect(await rig.bridge.takeWebhook(body({}, STRANGER))).toBe('accepted');
    expect(await rig.bridge.takeWebhook(body({ text: undefined, photo: [] }))).toBe('accepted');
    await rig.telegram.waitForMessage(
      rig.bot,
      ({ chatId, text }) => chatId === OWNER && text === NOT_READABLE,
    );
    expect(rig.host.journal).toEqual([]);
  });

  it('refuses what is no update', async () => {
    await expect(rig.bridge.takeWebhook(body({ chat: 1 }))).rejects.toThrow(AraError);
    await expect(rig.bridge.takeWebhook(Buffer.from('{'))).rejects.toMatchObject({ code: 'bad-request' });
  });

  it('wants a group message again when Telegram cannot tell the name it needs', async () => {
    const inGroup = body({ chat: { id: -100500, type: 'supergroup' }, text: '@ara_test_bot hello' });
    rig.host.groups.add('-100500');
    rig.telegram.fail(rig.bot, 'getMe', { status: 502 });
    await expect(rig.bridge.takeWebhook(inGroup)).rejects.toMatchObject({ code: 'platform-unreachable' });
    expect(await rig.bridge.takeWebhook(inGroup)).toBe('accepted');
    expect(rig.host.texts()).toEqual(['hello']);
  });

  it('is taken away, with the menu, when the channel is unlinked', async () => {
    rig.bridge.start();
    await rig.host.reaches('connected');
    await rig.bridge.unlink();
    expect(rig.calls('deleteWebhook')).toEqual([{ drop_pending_updates: false }]);
    expect(rig.calls('deleteMyCommands')).toHaveLength(1);
  });
});
