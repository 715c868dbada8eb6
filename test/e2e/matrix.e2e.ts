/** Matrix from end to end: a real gateway and container, a real Synapse, and a client that nobody here wrote. */
import { beforeAll, describe, expect, it } from 'vitest';
import { ogg } from '../../worker-image/rooms/media/test-rig.js';
import { ask, see } from '../kit/chats/chat.js';
import { linkMatrix, newRoom, type MatrixChat } from '../kit/chats/matrix.js';
import { TelegramChat } from '../kit/chats/telegram.js';
import { connected } from '../kit/chats/whatsapp.js';
import { dialogue } from '../kit/models/dialogue.js';
import type { User } from '../kit/installation.js';
import { crash } from '../kit/parts.js';
import { PNG } from '../kit/pictures.js';
import { SYNAPSE_STARTS_WITHIN } from '../kit/matrix/synapse.js';
import { installed } from './installed.js';

const setup = installed({ runtime: 'docker', matrix: true });
const png = Buffer.from(PNG, 'base64');

let user: User;
let plain: MatrixChat;
let encrypted: MatrixChat;
let telegram: TelegramChat;

beforeAll(async () => {
  user = await setup.ara.addUser('mara', { anthropic: 'sk-ant-mara', openai: 'sk-openai-mara' });
  telegram = new TelegramChat(setup.internet.telegram, user);
  encrypted = await linkMatrix(setup.ara, user.id, { encrypted: true });
  const { people, owner, bot } = encrypted;
  plain = await newRoom(people, owner, bot, false);
}, SYNAPSE_STARTS_WITHIN);

const texts = async (chat: MatrixChat): Promise<string[]> => (await chat.shown()).map(({ text }) => text);

describe.each([
  ['a plain room', () => plain],
  ['an encrypted room', () => encrypted],
] as const)('%s', (_name, room) => {
  const path = `plan-${_name.replaceAll(' ', '-')}.txt`;

  it('is answered in, once', async () => {
    expect((await ask(room(), 'how are you?')).text).toBe('echo: how are you?');
    expect((await texts(room())).filter((text) => text.startsWith('echo'))).toEqual(['echo: how are you?']);
  });

  it('sees an answer grow in one message', async () => {
    const words = Array.from({ length: 30 }, (_, at) => `word${at} `);
    setup.internet.anthropic.script(() => ({ text: words.join(''), chunks: words, perChunkMs: 120 }));
    const grown = await ask(room(), 'count', 'word29', 30_000);
    setup.internet.anthropic.script(undefined);
    expect(grown.edits).toBeGreaterThanOrEqual(1);
    expect((await texts(room())).filter((text) => text.includes('word0 '))).toHaveLength(1);
  });

  it('shows a picture to the model, with what is written below it', async () => {
    const before = setup.internet.anthropic.requests.length;
    const file = { kind: 'image', name: 'p.png', type: 'image/png', content: png } as const;
    await room().send({ ...file, caption: 'what is on it?' });
    await see(room(), ({ text }) => text.includes('what is on it?'));
    const [asked] = setup.internet.anthropic.requests.slice(before);
    expect(JSON.stringify(asked?.body.messages.at(-1))).toContain('"type":"image"');
  });

  it('has its voice notes written down', async () => {
    setup.internet.openai.speech = 'Please water the plants.';
    await room().send({ kind: 'voice', name: 'v.ogg', type: 'audio/ogg', content: ogg(3) });
    await see(room(), ({ text }) => text.includes('Please water the plants.'));
  });

  it('gets files', async () => {
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
    await ask(room(), 'send me the plan', 'Here it is.');
    const { file } = await see(room(), ({ file: sent }) => sent !== null);
    setup.internet.anthropic.script(undefined);
    expect(file).toMatchObject({ name: path, content: Buffer.from('first breakfast') });
  });

  it('sees nothing twice after a kill -9 while an answer goes out', async () => {
    const { synapse } = setup.internet.matrix;
    const text = `echo: are you sure of ${path}?`;
    // Synapse takes it, and its word that it did never arrives.
    const held = synapse.holdAnswers('/send/');
    await room().say(`are you sure of ${path}?`);
    await held.taken;
    await crash(setup.ara, user);
    held.release();
    await see(room(), (seen) => seen.text === text, 30_000);
    await connected(setup.ara, user.id, 'matrix');
    await ask(room(), 'and now?');
    expect((await texts(room())).filter((each) => each === text)).toHaveLength(1);
    expect(held.requests()).toBeGreaterThan(1);
  });
});

it('a container that was away answers what came meanwhile, with the keys that it had', async () => {
  const devices = async (): Promise<unknown> => encrypted.owner.do('device', { of: encrypted.bot.id });
  const before = await devices();
  await setup.ara.stop();
  await encrypted.say('while you were away');
  await setup.ara.start();
  await see(encrypted, ({ text }) => text === 'echo: while you were away', 30_000);
  expect(await devices()).toEqual(before);
});

it('one person, many channels: what is remembered on Telegram is known here, and said only here', async () => {
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
  expect((await ask(encrypted, 'when does it leave?', '.')).text).toBe('At 7:42.');
  setup.internet.anthropic.script(undefined);
  expect((await telegram.shown()).map(({ text }) => text)).not.toContain('At 7:42.');
  expect(await texts(plain)).not.toContain('At 7:42.');
});

it('the end of its session is told on Telegram; unlinking takes the way out with it', async () => {
  const { synapse } = setup.internet.matrix;
  await synapse.logOutEverywhere(encrypted.bot);
  await see(telegram, ({ text }) => text.includes('Matrix no longer lets me in'));
  await connected(setup.ara, user.id, 'matrix', 'needs-relink');
  await setup.ara.api('DELETE', `/v1/accounts/${user.id}/channels/matrix`);
  const { channels } = await setup.ara.status(user.id);
  expect(channels.find(({ kind }) => kind === 'matrix')?.state).toBe('unlinked');
});
