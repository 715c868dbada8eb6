/** Repeats on Matrix and WhatsApp: kill -9 of the container while the platform has an answer and its word for it is on the way. */
import { ask, see, type Chat } from '../test/kit/chats/chat.js';
import { linkMatrix, newRoom } from '../test/kit/chats/matrix.js';
import { linkWhatsApp } from '../test/kit/chats/whatsapp.js';
import { Installation, startInternet, type User } from '../test/kit/installation.js';
import { crash } from '../test/kit/parts.js';
import { atMost, figure, type Figure } from './figures.js';
import { ordinary } from './installation.js';

const KILLS = 20;

export async function measureRepeats(): Promise<Figure[]> {
  const internet = await startInternet({ whatsapp: true, matrix: true });
  const ara = ordinary(internet);
  try {
    await ara.start();
    const user = await ara.addUser('alice');
    const whatsapp = await linkWhatsApp(ara, user.id, { owner: internet.whatsapp.addUser('Alice') });
    const matrix = await linkMatrix(ara, user.id);
    const encrypted = await newRoom(matrix.people, matrix.owner, matrix.bot, true);
    const holdMatrix = (): Held => internet.matrix.synapse.holdAnswers('/send/');
    const muteWhatsApp = (): Held => {
      internet.whatsapp.mute = true;
      const before = whatsapp.owner.phone.shown.length;
      const taken = Installation.until(() => whatsapp.owner.phone.shown.length > before);
      return { taken, release: () => void (internet.whatsapp.mute = false) };
    };
    return [
      ...(await measure(ara, user, 'WhatsApp', () => whatsapp, muteWhatsApp)),
      ...(await measure(ara, user, 'Matrix', (run) => (run % 2 === 0 ? matrix : encrypted), holdMatrix)),
    ];
  } finally {
    await ara.remove();
    await internet.stop();
  }
}

/** The platform takes what comes, and says so only once it is released. */
interface Held {
  taken: Promise<unknown>;
  release(): void;
}

async function measure(
  ara: Installation,
  user: User,
  name: string,
  chatOf: (run: number) => Chat,
  hold: () => Held,
): Promise<Figure[]> {
  const repeats: number[] = [];
  const lost: number[] = [];
  for (let run = 0; run < KILLS; run++) {
    const chat = chatOf(run);
    await ask(chat, `before kill ${run}.`);
    const held = hold();
    const text = `at kill ${run}.`;
    await chat.say(text);
    await held.taken;
    await crash(ara, user);
    held.release();
    // Behind it in the same chat: by then everything that was to be sent again has been.
    await ask(chat, `after kill ${run}.`, `after kill ${run}.`, 60_000).catch(() => see(chat, () => true));
    const shown = (await chat.shown()).filter((seen) => seen.text.includes(text));
    repeats.push(Math.max(0, shown.length - 1));
    lost.push(Number(shown.length === 0));
  }
  const sum = (values: number[]): number[] => [values.reduce((one, other) => one + other, 0)];
  return [
    ...figure(`repeats after ${KILLS} kills, ${name}`, 'messages', sum(repeats), atMost('p95', 0)),
    ...figure('  lost', 'messages', sum(lost), atMost('p95', 0)),
  ];
}
