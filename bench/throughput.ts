/** Throughput: 200 messages from 50 chats at once, on ten users and on a single one; nothing lost, each chat in order. */
import { startInternet, type Internet, type User } from '../test/kit/installation.js';
import { atLeast, atMost, figure, type Figure } from './figures.js';
import { ordinary } from './installation.js';

const CHATS = 50;
const MESSAGES_PER_CHAT = 4;
const RUNS = 5;

export async function measureThroughput(): Promise<Figure[]> {
  return [...(await measure(10)), ...(await measure(1))];
}

async function measure(userCount: number): Promise<Figure[]> {
  const internet = await startInternet();
  const ara = ordinary(internet);
  try {
    await ara.start();
    const users: User[] = [];
    for (let at = 0; at < userCount; at++) users.push(await ara.addUser(`user${at}`));
    await flood(internet, users, 'warm');
    const rates: number[] = [];
    const wrong: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const { seconds, lost, outOfOrder } = await flood(internet, users, `run${run}`);
      rates.push((CHATS * MESSAGES_PER_CHAT) / seconds);
      wrong.push(lost + outOfOrder);
    }
    const of = `200 messages, 50 chats, ${userCount} ${userCount === 1 ? 'user' : 'users'}`;
    return [
      ...figure(of, 'msg/s', rates, atLeast('median', 100)),
      ...figure('  lost or out of order', 'messages', wrong, atMost('p95', 0)),
    ];
  } finally {
    await ara.remove();
    await internet.stop();
  }
}

/** Each chat is a topic of its user's private chat. */
async function flood(
  { telegram }: Internet,
  users: User[],
  label: string,
): Promise<{ seconds: number; lost: number; outOfOrder: number }> {
  const began = performance.now();
  const waits: Promise<unknown>[] = [];
  for (let number = 0; number < MESSAGES_PER_CHAT; number++) {
    for (let chat = 0; chat < CHATS; chat++) {
      const user = users[chat % users.length]!;
      const threadId = 10 + chat;
      const text = `${label} chat ${chat} message ${number}.`;
      waits.push(
        telegram
          .waitForMessage(user.bot, (message) => message.text.includes(text), 60_000)
          .catch(() => 'lost'),
      );
      telegram.say(user.bot, { userId: user.owner, chatId: user.owner, threadId, text });
    }
  }
  const lost = (await Promise.all(waits)).filter((outcome) => outcome === 'lost').length;
  const seconds = (performance.now() - began) / 1_000;
  let outOfOrder = 0;
  for (let chat = 0; chat < CHATS; chat++) {
    const user = users[chat % users.length]!;
    const numbers = telegram
      .messages(user.bot, user.owner, 10 + chat)
      .filter(({ text }) => text.includes(`${label} chat ${chat} `))
      // Messages that came close together may be one question, and one answer to all of them.
      .flatMap(({ text }) => [...text.matchAll(/message (\d+)\./g)].map(([, number]) => Number(number)));
    if (numbers.some((number, at) => number !== at)) outOfOrder++;
  }
  return { seconds, lost, outOfOrder };
}
