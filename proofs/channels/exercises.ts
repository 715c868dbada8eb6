/** What is done for each line of the table of channels; each gives how many things it saw, and throws when one is not as promised. */
import type { Feature } from '../../bridges/bridge.js';
import { ogg } from '../../worker-image/rooms/media/test-rig.js';
import { see } from '../../test/kit/chats/chat.js';
import type { Line } from '../../test/kit/models/dialogue.js';
import { Installation } from '../../test/kit/installation.js';
import { crash } from '../../test/kit/parts.js';
import { PNG } from '../../test/kit/pictures.js';
import type { Lane } from './lane.js';

const png = Buffer.from(PNG, 'base64');
const slow = Array.from({ length: 45 }, (_, at) => `word${at} `);
const paragraph = 'Lorem ipsum dolor sit amet, and so on and on. '.repeat(8).trim();
const long = `${Array.from({ length: 28 }, (_, at) => `Paragraph ${at}. ${paragraph}`).join('\n\n')}\n\nThe end.`;
const sends = (path: string) => ({ toolCalls: [{ name: 'send_file', arguments: { path } }] });

/** What the model answers, whoever asks. */
export const lines: readonly Line[] = [
  ['formatting', { text: '# Title\n\nThis is **loud** and `code`.\n\n- one\n- two' }],
  ['long messages', { text: long }],
  ['streaming by edits', { text: slow.join(''), chunks: slow, perChunkMs: 110 }],
  ['typing', { text: 'After a while.', delayMs: 1_200 }],
  ['reactions', { toolCalls: [{ name: 'react', arguments: { emoji: '👍' } }] }, { text: 'With a sign.' }],
  ['send me the picture', sends('out.png'), { text: 'A picture.' }],
  ['send me the file', sends('out.txt'), { text: 'A file.' }],
  ['send me the voice note', sends('out.ogg'), { text: 'A voice note.' }],
];

export const exercises: Record<Feature, (lane: Lane) => Promise<number>> = {
  formatting: async (lane) => {
    const seen = await lane.ask('formatting', 'loud');
    must(await lane.isBold(seen), 'bold is not bold');
    return 1;
  },
  'long messages': async (lane) => {
    await lane.ask('long messages', 'The end.');
    const parts = (await lane.chat.shown()).filter(({ text }) => /Paragraph|The end/.test(text));
    must(parts.length > 1 && parts.every(({ text }) => text.length <= lane.maxText), 'it is not in parts');
    const numbers = parts.flatMap(({ text }) =>
      [...text.matchAll(/Paragraph (\d+)\./g)].map(([, at]) => Number(at)),
    );
    must(numbers.length === 28 && numbers.every((number, at) => number === at), 'something of it is missing');
    return parts.length;
  },
  'streaming by edits': async (lane) => {
    const { edits } = await lane.ask('streaming by edits', 'word44');
    must(
      (await lane.chat.shown()).filter(({ text }) => text.includes('word0 ')).length === 1,
      'there are two',
    );
    return edits;
  },
  typing: async (lane) => {
    const before = await lane.chat.typing();
    const asked = lane.ask('typing', 'After a while.');
    // Some platforms show it only while it lasts.
    await Installation.until(async () => (await lane.chat.typing()) > before, 5_000).catch(() => undefined);
    await asked;
    return (await lane.chat.typing()) - before;
  },
  buttons: async (lane) => {
    await lane.chat.say('the wifi password is Canary-Sommer24!');
    await see(lane.chat, ({ text }) => text.includes('a password'));
    await Installation.until(async () => (await lane.buttons()).includes('send'));
    const { length } = await lane.buttons();
    await lane.tap('send');
    await see(lane.chat, ({ text }) => text.includes('echo: the wifi password is Canary-Sommer24!'));
    return length;
  },
  'command menu': (lane) => lane.menu(),
  replies: async (lane) => {
    const first = await lane.ask('what was that about the giraffe?', 'giraffe');
    await lane.chat.say(lane.words('explain this one'), first.id);
    await see(lane.chat, ({ text }) => text.includes('explain this one'));
    return lane.requestsWith(lane.words('explain this one')).filter((request) => request.includes('giraffe'))
      .length;
  },
  threads: async (lane) => {
    const [one, other] = [lane.words('in the first'), lane.words('in the second')];
    const [first, second] = await lane.threads(one, other);
    must(
      first.join() === `echo: ${one}` && second.join() === `echo: ${other}`,
      `${first.join()} | ${second.join()}`,
    );
    must(!lane.requestsWith(other).some((request) => request.includes('in the first')), 'they are mixed');
    return first.length + second.length;
  },
  reactions: async (lane) => {
    const said = await lane.chat.say(lane.words('reactions'));
    await see(lane.chat, ({ text }) => text.includes('With a sign.'));
    await Installation.until(async () => (await lane.chat.signs(said)).includes('👍'));
    return (await lane.chat.signs(said)).length;
  },
  'read receipts': async (lane) => {
    const said = await lane.chat.say(lane.words('have you read it?'));
    await see(lane.chat, ({ text }) => text.includes('have you read it?'));
    await Installation.until(async () => (await lane.read(said)) > 0);
    return lane.read(said);
  },
  images: async (lane) => {
    const caption = lane.words('what is on it?');
    await lane.chat.send({ kind: 'image', name: 'in.png', type: 'image/png', content: png, caption });
    await see(lane.chat, ({ text }) => text.includes(caption));
    must(
      lane.requestsWith(caption).some((request) => request.includes('"type":"image"')),
      'no picture came',
    );
    await lane.put('out.png', png);
    await lane.ask('send me the picture', 'A picture.');
    await see(lane.chat, ({ file }) => file !== null && file.content.subarray(1, 4).toString() === 'PNG');
    return 2;
  },
  files: async (lane) => {
    const caption = lane.words('read this');
    const content = Buffer.from('the secret of the otter');
    await lane.chat.send({ kind: 'file', name: 'in.txt', type: 'text/plain', content, caption });
    await see(lane.chat, ({ text }) => text.includes(caption));
    must(
      lane.requestsWith(caption).some((request) => request.includes('in.txt')),
      'no file came',
    );
    await lane.put('out.txt', content);
    await lane.ask('send me the file', 'A file.');
    await see(lane.chat, ({ file }) => file !== null && file.content.equals(content));
    return 2;
  },
  'voice notes': async (lane) => {
    const { openai } = lane.ara.internet;
    const before = openai.heard.length;
    await lane.chat.send({ kind: 'voice', name: 'in.ogg', type: 'audio/ogg; codecs=opus', content: ogg(3) });
    await see(lane.chat, ({ text }) => text.includes(openai.speech));
    must(openai.heard.length > before, 'nobody has listened');
    await lane.put('out.ogg', ogg(2));
    await lane.ask('send me the voice note', 'A voice note.');
    await see(lane.chat, ({ file }) => file?.voice === true);
    return 2;
  },
  groups: async (lane) => {
    const [text, stranger] = [lane.words('all of you'), lane.words('from a stranger')];
    const said = await lane.group(text, stranger);
    must(lane.requestsWith(stranger).length === 0, 'the model heard a stranger');
    must(!said.some((each) => each.includes(stranger)), 'a stranger was answered');
    return said.filter((each) => each.includes(text)).length;
  },
  'end-to-end encryption': async (lane) => {
    const { count, leaked } = await lane.encrypted(lane.words('between you and me'));
    must(!leaked, 'the servers could read it');
    return count;
  },
  'catching up': async (lane) => {
    await lane.ara.container(lane.user).stop();
    await lane.chat.say(lane.words('while you were away'));
    await lane.ara
      .container(lane.user)
      .start()
      .catch(() => undefined);
    await see(lane.chat, ({ text }) => text.includes('while you were away'), 40_000);
    return 1;
  },
  'no repeats after a crash': async (lane) => {
    const swallowed = lane.swallow();
    const text = lane.words('say it once');
    await lane.chat.say(text);
    await swallowed.taken;
    await crash(lane.ara, lane.user);
    swallowed.release();
    await lane.ask('and after that?', 'and after that?', 40_000);
    const shown = (await lane.chat.shown()).filter((seen) => seen.text === `echo: ${text}`);
    must(shown.length === 1, `it was said ${shown.length} times`);
    return 1;
  },
};

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}
