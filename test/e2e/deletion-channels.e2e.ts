/** Deleting from Matrix and from WhatsApp: the same talk as in Telegram, and Ara's devices are logged out where they were. */
import { beforeAll, describe, expect, it } from 'vitest';
import { ask, see } from '../kit/chats/chat.js';
import { deleteIn } from '../kit/chats/deleting.js';
import { linkMatrix, type MatrixChat } from '../kit/chats/matrix.js';
import { TelegramChat } from '../kit/chats/telegram.js';
import { linkWhatsApp } from '../kit/chats/whatsapp.js';
import { SYNAPSE_STARTS_WITHIN } from '../kit/matrix/synapse.js';
import { installed } from './installed.js';

const setup = installed({ runtime: 'process', matrix: true, whatsapp: true });

/** Starts the homeserver, which the first test should not have to wait for. */
beforeAll(async () => {
  await setup.internet.matrix.synapse.addUser('nobody');
}, SYNAPSE_STARTS_WITHIN);

/** The names of the devices that the homeserver knows of an account, but for the one that asks. */
async function devicesOf({ bot }: MatrixChat): Promise<string[]> {
  const { synapse } = setup.internet.matrix;
  const { body } = await synapse.call(bot, 'GET', '/_matrix/client/v3/devices');
  const devices = body['devices'] as { device_id: string; display_name?: string }[];
  return devices.filter(({ device_id: id }) => id !== bot.device).map(({ display_name: name }) => name ?? '');
}

describe('an account with all three channels', () => {
  it('is deleted by a word on Matrix: every chat hears a last one, and every device is logged out', async () => {
    const user = await setup.ara.addUser('alice');
    const telegram = new TelegramChat(setup.internet.telegram, user);
    const owner = setup.internet.whatsapp.addUser('Alice');
    const whatsapp = await linkWhatsApp(setup.ara, user.id, { owner });
    const matrix = await linkMatrix(setup.ara, user.id, { encrypted: true });
    for (const chat of [telegram, whatsapp, matrix]) await ask(chat, `hello on ${chat.kind}`);
    expect(await devicesOf(matrix)).toEqual(['Ara']);
    expect(owner.companions.size).toBe(1);

    const receipt = await deleteIn(setup.ara, matrix, 'delete account', '!');
    expect([receipt.kind, receipt.verification.found]).toEqual(['account', 0]);
    for (const chat of [telegram, whatsapp, matrix])
      await see(chat, ({ text }) => text.includes('this is my last message here'));
    expect(await devicesOf(matrix)).toEqual([]);
    expect(owner.companions.size).toBe(0);
    await expect(setup.ara.status(user.id)).rejects.toThrow('404');
    expect(setup.ara.processes().filter(({ command }) => command.includes(user.id))).toEqual([]);
  });
});

describe('on WhatsApp', () => {
  it('memory and container go by a word there, and the account stays', async () => {
    const user = await setup.ara.addUser('wanda');
    const owner = setup.internet.whatsapp.addUser('Wanda');
    const chat = await linkWhatsApp(setup.ara, user.id, { owner });
    await ask(chat, 'my secret is canary-4711');
    const cleared = await deleteIn(setup.ara, chat, 'clear');
    expect([cleared.kind, cleared.verification.found]).toEqual(['memory', 0]);
    await ask(chat, 'what did I say?');
    expect(JSON.stringify(setup.internet.anthropic.requests.at(-1)?.body)).not.toContain('canary-4711');

    const receipt = await deleteIn(setup.ara, chat, 'delete container');
    expect([receipt.kind, receipt.verification.found]).toEqual(['container', 0]);
    expect(owner.companions.size).toBe(0);
    expect((await setup.ara.status(user.id)).channels).toEqual([]);
  });
});

describe('a platform that is away', () => {
  it('holds nothing up, and the receipt says which one, and why', async () => {
    const { synapse } = setup.internet.matrix;
    const user = await setup.ara.addUser('mona');
    const owner = setup.internet.whatsapp.addUser('Mona');
    const whatsapp = await linkWhatsApp(setup.ara, user.id, { owner });
    await ask(await linkMatrix(setup.ara, user.id), 'hello on matrix');
    await synapse.goDown();
    try {
      const { notReached } = await deleteIn(setup.ara, whatsapp, 'delete account');
      const why = (name: string): string | undefined => notReached.find(({ what }) => what === name)?.why;
      expect(why('matrix')).toContain('it did not answer');
      expect([why('whatsapp'), owner.companions.size]).toEqual([undefined, 0]);
    } finally {
      await synapse.comeBack();
    }
  });
});
