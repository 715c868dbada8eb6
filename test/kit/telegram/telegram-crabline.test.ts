/** Has one small conversation with our fake and with crabline's, and compares the shapes of the answers. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTelegramServer } from '@openclaw/crabline';
import { Api } from 'grammy';
import { expect, it } from 'vitest';
import { startFakeTelegram } from './telegram.js';

const USER = 100_001;

/** Every path in an answer with the kind of value there; lists by their first item. */
function shape(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [`${path}: ${typeof value}`];
  if (Array.isArray(value)) return value.length > 0 ? shape(value[0], `${path}[]`) : [`${path}[]`];
  return Object.entries(value).flatMap(([key, inner]) => shape(inner, `${path}.${key}`));
}

async function converse(api: Api, say: (text: string) => Promise<unknown>): Promise<Record<string, unknown>> {
  const me = await api.getMe();
  await say('hello');
  const updates = await api.getUpdates({ timeout: 5 });
  const confirmed = await api.getUpdates({ offset: (updates[0]?.update_id ?? 0) + 1 });
  const sent = await api.sendMessage(USER, 'hi there');
  const edited = await api.editMessageText(USER, sent.message_id, 'hi again');
  const reaction = await api.setMessageReaction(USER, sent.message_id, [{ type: 'emoji', emoji: '👍' }]);
  const typing = await api.sendChatAction(USER, 'typing');
  const commands = await api.setMyCommands([{ command: 'stop', description: 'Stop' }]);
  const deleted = await api.deleteMessage(USER, sent.message_id);
  const webhook = await api.getWebhookInfo();
  return { me, updates, confirmed, sent, edited, reaction, typing, commands, deleted, webhook };
}

it('answers in the shapes that crabline answers in', { timeout: 20_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ara-crabline-'));
  const crabline = await startTelegramServer({ recorderPath: join(folder, 'record.jsonl') });
  const telegram = await startFakeTelegram();
  try {
    const fake = telegram.addBot({ username: 'ara_bot' });
    const ours = await converse(new Api(fake.token, { apiRoot: telegram.url }), (text) =>
      Promise.resolve(telegram.say(fake, { userId: USER, text })),
    );
    const { adminToken, botToken, endpoints } = crabline.manifest;
    const theirs = await converse(new Api(botToken, { apiRoot: endpoints.apiRoot }), (text) =>
      fetch(endpoints.adminInboundUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-crabline-admin-token': adminToken },
        body: JSON.stringify({ chatId: String(USER), fromId: USER, text }),
      }),
    );
    const known = new Set(shape(ours));
    // Crabline shows a bot's getMe fields on its messages too; Telegram gives them in getMe alone.
    const fromGetMe = /^\.(?:sent|edited)\.from\.(?:can|has|supports)_/;
    expect(shape(theirs).filter((part) => !known.has(part) && !fromGetMe.test(part))).toEqual([]);
  } finally {
    await telegram.stop();
    await crabline.close();
    await rm(folder, { recursive: true, force: true });
  }
});
