/** WhatsApp from end to end: a real gateway and container, a server true to the protocol, a phone that scans. */
import { beforeAll, describe, expect, it } from 'vitest';
import { ogg } from '../../worker-image/rooms/media/test-rig.js';
import { ask, see } from '../kit/chats/chat.js';
import { TelegramChat } from '../kit/chats/telegram.js';
import { connected, linkWhatsApp, type WhatsAppChat } from '../kit/chats/whatsapp.js';
import { dialogue } from '../kit/models/dialogue.js';
import { Installation, type User } from '../kit/installation.js';
import { crash } from '../kit/parts.js';
import { PNG } from '../kit/pictures.js';
import type { User as Somebody } from '../kit/whatsapp/world.js';
import { installed } from './installed.js';

const setup = installed({ runtime: 'docker', whatsapp: true });
const png = Buffer.from(PNG, 'base64');

let user: User;
let owner: Somebody;
let chat: WhatsAppChat;
let telegram: TelegramChat;

beforeAll(async () => {
  user = await setup.ara.addUser('wanda', { anthropic: 'sk-ant-wanda', openai: 'sk-wanda' });
  owner = setup.internet.whatsapp.addUser('Wanda');
  telegram = new TelegramChat(setup.internet.telegram, user);
  chat = await linkWhatsApp(setup.ara, user.id, { owner });
});

const texts = async (): Promise<string[]> => (await chat.shown()).map(({ text }) => text);

describe('one’s own number', () => {
  it('is linked by the scanned code, and answers in the chat with oneself, once', async () => {
    expect((await ask(chat, 'how are you?')).text).toBe('echo: how are you?');
    expect(await texts()).toEqual(['echo: how are you?']);
    expect(owner.companions.size).toBe(1);
  });

  it('sees an answer grow in one message', async () => {
    const words = Array.from({ length: 40 }, (_, at) => `word${at} `);
    setup.internet.anthropic.script(() => ({ text: words.join(''), chunks: words, perChunkMs: 150 }));
    const grown = await ask(chat, 'count', 'word39', 30_000);
    setup.internet.anthropic.script(undefined);
    expect(grown.edits).toBeGreaterThanOrEqual(1);
    expect((await texts()).filter((text) => text.includes('word0 '))).toHaveLength(1);
  });

  it('shows a picture to the model, with what is written below it', async () => {
    const asked = setup.internet.anthropic.waitForRequest(
      ({ body }) => JSON.stringify(body).includes('what is on it?'),
      15_000,
    );
    const file = { kind: 'image', name: 'p.png', type: 'image/png', content: png } as const;
    await chat.send({ ...file, caption: 'what is on it?' });
    const last = JSON.stringify((await asked).body.messages.at(-1));
    expect(last).toContain('"type":"image"');
    await see(chat, ({ text }) => text.includes('what is on it?'));
  });

  it('has its voice notes written down', async () => {
    setup.internet.openai.speech = 'Please water the plants.';
    await chat.send({ kind: 'voice', name: 'v.ogg', type: 'audio/ogg; codecs=opus', content: ogg(3) });
    await see(chat, ({ text }) => text.includes('Please water the plants.'));
    expect(setup.internet.openai.heard).toHaveLength(1);
  });

  it('gets files', async () => {
    const path = 'plan.txt';
    setup.internet.anthropic.script(
      dialogue([
        [
          'send me the plan',
          { toolCalls: [{ name: 'write_file', arguments: { path, text: 'first breakfast' } }] },
          { toolCalls: [{ name: 'send_file', arguments: { path } }] },
          { text: 'Here it is.' },
        ],
      ]),
    );
    await ask(chat, 'send me the plan', 'Here it is.');
    const { file } = await see(chat, ({ file: sent }) => sent !== null);
    setup.internet.anthropic.script(undefined);
    expect(file).toMatchObject({ name: path, content: Buffer.from('first breakfast') });
  });

  it('is one person with the one on Telegram: what is remembered there is known here', async () => {
    setup.internet.anthropic.script(
      dialogue([
        [
          'my train leaves',
          { toolCalls: [{ name: 'remember', arguments: { where: 'always', text: 'train at 7:42' } }] },
          { text: 'Noted.' },
        ],
        [
          'when does it leave',
          ({ system }) => ({ text: system.includes('train at 7:42') ? 'At 7:42.' : 'Unknown.' }),
        ],
      ]),
    );
    await ask(telegram, 'my train leaves at 7:42', 'Noted.');
    expect((await ask(chat, 'when does it leave?', '.')).text).toBe('At 7:42.');
    setup.internet.anthropic.script(undefined);
    expect((await telegram.shown()).map(({ text }) => text)).not.toContain('At 7:42.');
  });
});

describe('trouble', () => {
  it('of a kill -9 while an answer goes out repeats nothing', async () => {
    const { whatsapp } = setup.internet;
    whatsapp.mute = true;
    await chat.say('are you sure?');
    await see(chat, ({ text }) => text === 'echo: are you sure?');
    await crash(setup.ara, user);
    whatsapp.mute = false;
    const sent = (): string[] =>
      whatsapp.log.flatMap(({ tag, attrs }) => (tag === 'message' && attrs['id'] ? [attrs['id']] : []));
    const { id } = await see(chat, ({ text }) => text === 'echo: are you sure?');
    await expect
      .poll(() => sent().filter((each) => each === id).length, { timeout: 20_000 })
      .toBeGreaterThan(1);
    await ask(chat, 'and now?');
    expect((await texts()).filter((text) => text === 'echo: are you sure?')).toHaveLength(1);
  });

  it('of a container that was away: what came meanwhile is answered after it', async () => {
    await setup.ara.stop();
    await chat.say('while you were away');
    await setup.ara.start();
    await see(chat, ({ text }) => text === 'echo: while you were away', 30_000);
    await connected(setup.ara, user.id, 'whatsapp');
  });

  it('of another program on the link is told on Telegram, and heals by linking anew', async () => {
    setup.internet.whatsapp.end(owner, 'replaced');
    await see(telegram, ({ text }) => text.includes('Another program uses my WhatsApp link'));
    await connected(setup.ara, user.id, 'whatsapp', 'conflict');
    chat = await linkWhatsApp(setup.ara, user.id, { owner });
    await ask(chat, 'back again?');
    // The device of the link before is gone from the phone's list.
    await expect.poll(() => owner.companions.size, { timeout: 20_000 }).toBe(1);
  });

  it('ends with the unlinking, which takes the device off the phone’s list', async () => {
    const before = owner.companions.size;
    await setup.ara.api('DELETE', `/v1/accounts/${user.id}/channels/whatsapp`);
    await Installation.until(() => owner.companions.size === before - 1);
    await chat.say('is anybody there?');
    await ask(telegram, 'and here?');
    expect((await texts()).some((text) => text.includes('is anybody there?'))).toBe(false);
    expect(setup.internet.whatsapp.problems).toEqual([]);
  });
});

describe('a number of its own', () => {
  it('is linked by a typed code, and its owner says who they are', async () => {
    const number = setup.internet.whatsapp.addUser('Ara');
    const dora = setup.internet.whatsapp.addUser('Dora');
    const own = await linkWhatsApp(setup.ara, user.id, { owner: dora, number, by: 'code' });
    await see(own, ({ text }) => text.startsWith('Linked'));
    await ask(own, 'do you hear me?');
    expect(await own.typing()).toBe(0);
    expect(dora.phone.readBy).toEqual([]);

    const path = `/v1/accounts/${user.id}/channels/whatsapp/settings`;
    await setup.ara.api('PUT', path, { readReceipts: true });
    await ask(own, 'have you read this?');
    await expect.poll(() => dora.phone.readBy.length, { timeout: 10_000 }).toBeGreaterThan(0);
  });
});
