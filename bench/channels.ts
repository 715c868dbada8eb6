/**
 * Warm overhead on Matrix and WhatsApp: from when the platform hands a message out until the answer comes in there, the
 * model answering at once. What the servers take before and after that is their own.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { linkMatrix, newRoom, type MatrixChat } from '../test/kit/chats/matrix.js';
import { linkWhatsApp, type WhatsAppChat } from '../test/kit/chats/whatsapp.js';
import { startInternet } from '../test/kit/installation.js';
import type { Synapse } from '../test/kit/matrix/synapse.js';
import type { FakeWhatsApp } from '../test/kit/whatsapp/server.js';
import { atMost, figure, type Figure } from './figures.js';
import { ordinary } from './installation.js';

const WARM_UP = 40;
const RUNS = 150;
const GIVE_UP = 10_000;

export async function measureChannels(): Promise<Figure[]> {
  const internet = await startInternet({ whatsapp: true, matrix: true });
  const ara = ordinary(internet);
  try {
    await ara.start();
    const { whatsapp } = internet;
    const { synapse } = internet.matrix;
    const user = await ara.addUser('alice');
    const phone = await linkWhatsApp(ara, user.id, { owner: whatsapp.addUser('Alice') });
    const onWhatsApp = await measure((text) => throughWhatsApp(whatsapp, phone, text));
    const plain = await linkMatrix(ara, user.id);
    const onMatrix = await measure((text) => throughMatrix(synapse, plain, text));
    const encrypted = await newRoom(plain.people, plain.owner, plain.bot, true);
    const sealed = await measure((text) => throughMatrix(synapse, encrypted, text));
    const target = atMost('median', 40);
    return [
      ...figure('warm overhead per message, WhatsApp', 'ms', onWhatsApp, target),
      ...figure('warm overhead per message, Matrix', 'ms', onMatrix, target),
      ...figure('  in an encrypted room', 'ms', sealed, target),
    ];
  } finally {
    await ara.remove();
    await internet.stop();
  }
}

async function measure(once: (text: string) => Promise<number>): Promise<number[]> {
  const times: number[] = [];
  for (let run = -WARM_UP; run < RUNS; run++) {
    const time = await once(`measured message ${run}`);
    if (run >= 0) times.push(time);
    await sleep(30);
  }
  return times;
}

async function throughWhatsApp(whatsapp: FakeWhatsApp, chat: WhatsAppChat, text: string): Promise<number> {
  const before = whatsapp.log.length;
  await chat.say(text);
  const given = performance.now();
  const isAnswer = (): number => whatsapp.log.findIndex(({ tag }, at) => at >= before && tag === 'message');
  await soon(() => isAnswer() >= 0);
  return (whatsapp.times[isAnswer()] ?? NaN) - given;
}

async function throughMatrix(synapse: Synapse, chat: MatrixChat, text: string): Promise<number> {
  const seen: { from: 'client' | 'server'; bytes: string; at: number }[] = [];
  synapse.watch((from, bytes) => seen.push({ from, bytes: bytes.toString('latin1'), at: performance.now() }));
  try {
    const event = await chat.say(text);
    const given = (): number =>
      seen.findIndex(({ from, bytes }) => from === 'server' && bytes.includes(event));
    const answer = (): number =>
      seen.findIndex(
        ({ from, bytes }, at) => at > given() && from === 'client' && /^PUT \S+\/send\//.test(bytes),
      );
    await soon(() => given() >= 0 && answer() >= 0);
    return (seen[answer()]?.at ?? NaN) - (seen[given()]?.at ?? NaN);
  } finally {
    synapse.watch(null);
  }
}

async function soon(holds: () => boolean): Promise<void> {
  for (const until = Date.now() + GIVE_UP; Date.now() < until; await sleep(3)) if (holds()) return;
  throw new Error('no answer');
}
