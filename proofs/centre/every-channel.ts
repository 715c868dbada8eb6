/** The same user on all channels, with media: each picture, name, caption and spoken word is a value of its own, and so is each credential. */
import { DatabaseSync } from 'node:sqlite';
import { ogg } from '../../worker-image/rooms/media/test-rig.js';
import { ask, see, type Chat } from '../../test/kit/chats/chat.js';
import { linkMatrix } from '../../test/kit/chats/matrix.js';
import { TelegramChat } from '../../test/kit/chats/telegram.js';
import { linkWhatsApp } from '../../test/kit/chats/whatsapp.js';
import { setKey, type Person } from '../kit/person.js';
import { openaiKey } from './assets.js';
import { withText } from './pictures.js';
import { said, type Traffic } from './traffic.js';

export async function everyChannel(traffic: Traffic, person: Person): Promise<void> {
  const { centre, assets } = traffic;
  const { ara, title } = centre;
  // Somebody must listen to voice notes.
  await setKey(ara, person.id, 'openai', openaiKey(assets.secret(`${title}: OpenAI key for voice notes`)));
  await media(traffic, new TelegramChat(ara.internet.telegram, person));
  await media(traffic, await onWhatsApp(traffic, person));
  await media(traffic, await onMatrix(traffic, person));
}

async function onWhatsApp({ centre, assets }: Traffic, person: Person): Promise<Chat> {
  const { ara, title } = centre;
  const owner = ara.internet.whatsapp.addUser(`Ann ${assets.text(`${title}: name on WhatsApp`)}`);
  assets.add(`${title}: phone number`, owner.pn);
  assets.add(`${title}: hidden number`, owner.lid);
  const steps: string[] = [];
  const chat = await linkWhatsApp(ara, person.id, { owner, onStep: (text) => steps.push(text) });
  const [, , , secret = ''] = (steps[0] ?? '').split(',');
  assets.bytes(`${title}: secret of the QR code`, Buffer.from(secret, 'base64'));
  for (const { noiseKey, bundle } of owner.companions.values()) {
    assets.bytes(`${title}: key of the WhatsApp device`, noiseKey);
    if (bundle) assets.bytes(`${title}: identity of the WhatsApp device`, bundle.identity);
  }
  return chat;
}

async function onMatrix({ centre, assets }: Traffic, person: Person): Promise<Chat> {
  const { ara, title } = centre;
  const chat = await linkMatrix(ara, person.id, {
    encrypted: true,
    // The passwords have the names in them.
    names: [assets.secret(`${title}: bot on Matrix`), assets.text(`${title}: user on Matrix`)],
  });
  assets.add(`${title}: Matrix room`, chat.room.slice(1));
  for (const [at, token] of tokensOf(ara.internet.matrix.synapse.database, chat.bot.id).entries())
    assets.addSecret(`${title}: Matrix token ${at}`, token);
  return chat;
}

/** Only one recording at a time is given its words. */
let listening: Promise<unknown> = Promise.resolve();

/** A text, a picture, a file and a voice note in, and what the model says of each. */
async function media({ centre, assets, models }: Traffic, chat: Chat): Promise<void> {
  const { openai } = centre.ara.internet;
  const text = (what: string): string => assets.text(`${centre.title}: ${what} on ${chat.kind}`);
  const answered = async (what: string, question: string, send: () => Promise<unknown>): Promise<void> => {
    const answer = text(`answer to ${what}`);
    models.to(question, { text: said(answer) });
    await send();
    await see(chat, (seen) => seen.text.includes(answer));
  };
  const question = text('text asked');
  await answered('a text', question, () => ask(chat, said(question), ''));

  const caption = text('caption of a picture');
  const picture = {
    name: `${text('name of a picture')}.png`,
    content: withText(text('words in a picture')),
  };
  await answered('a picture', caption, () =>
    chat.send({ kind: 'image', type: 'image/png', caption: said(caption), ...picture }),
  );
  const below = text('caption of a file');
  const file = { name: `${text('name of a file')}.txt`, content: Buffer.from(said(text('words in a file'))) };
  await answered('a file', below, () =>
    chat.send({ kind: 'file', type: 'text/plain', caption: said(below), ...file }),
  );
  const words = text('words of a voice note');
  const sound = { name: 'voice.ogg', type: 'audio/ogg; codecs=opus', content: ogg(3) };
  const heard = listening.then(() => {
    openai.speech = said(words);
    return answered('a voice note', words, () => chat.send({ kind: 'voice', ...sound }));
  });
  listening = heard.catch(() => undefined);
  await heard;
}

/** The unguessable parts of an account's tokens, as its homeserver has them. */
function tokensOf(database: string, user: string): string[] {
  const server = new DatabaseSync(database, { readOnly: true });
  try {
    const rows = server.prepare('SELECT token FROM access_tokens WHERE user_id = ?').all(user);
    return rows.map(({ token }) => String(token).split('_')[2] ?? String(token));
  } finally {
    server.close();
  }
}
