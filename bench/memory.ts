/** Memory of an idle linked Telegram user: the proportional share of all processes of a container, with ten live users. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Installation, startInternet, type User } from '../test/kit/installation.js';
import { ask } from '../test/kit/chats/chat.js';
import { linkMatrix } from '../test/kit/chats/matrix.js';
import { linkWhatsApp } from '../test/kit/chats/whatsapp.js';
import { atMost, figure, type Figure } from './figures.js';
import { ordinary } from './installation.js';

const USERS = 10;
const USERS_OF_ALL = 4;
/** The agent room stops after a minute without work. */
const IDLE_FOR = 75_000;

export async function measureMemory(): Promise<Figure[]> {
  const internet = await startInternet();
  const ara = ordinary(internet);
  try {
    await ara.start();
    const users: User[] = [];
    for (let at = 0; at < USERS; at++) users.push(await ara.addUser(`user${at}`));
    for (const user of users) await ara.ask(user, 'hello');
    const busy = await Promise.all(users.map((user) => containerMemory(ara, user)));
    await sleep(IDLE_FOR);
    const idle = await Promise.all(users.map((user) => containerMemory(ara, user)));
    return [
      ...figure('memory of an idle linked user (PSS)', 'MB', idle, atMost('p95', 60)),
      ...figure('memory just after a turn (PSS)', 'MB', busy),
    ];
  } finally {
    await ara.remove();
    await internet.stop();
  }
}

/** The same with Telegram, Matrix and WhatsApp linked, each used once. */
export async function measureMemoryOfChannels(): Promise<Figure[]> {
  const internet = await startInternet({ whatsapp: true, matrix: true });
  const ara = ordinary(internet);
  try {
    await ara.start();
    const users: User[] = [];
    for (let at = 0; at < USERS_OF_ALL; at++) {
      const user = await ara.addUser(`user${at}`);
      users.push(user);
      await ask(await linkWhatsApp(ara, user.id, { owner: internet.whatsapp.addUser('Owner') }), 'hello');
      await ask(await linkMatrix(ara, user.id, { encrypted: true }), 'hello');
      await ara.ask(user, 'hello');
    }
    await sleep(IDLE_FOR);
    const idle = await Promise.all(users.map((user) => containerMemory(ara, user)));
    return figure('memory of an idle user with three channels (PSS)', 'MB', idle, atMost('p95', 110));
  } finally {
    await ara.remove();
    await internet.stop();
  }
}

/** Megabytes of 1,000,000 bytes. */
async function containerMemory(ara: Installation, user: User): Promise<number> {
  const { Titles, Processes } = (await ara.container(user).top()) as {
    Titles: string[];
    Processes: string[][];
  };
  const column = Titles.indexOf('PID');
  return Processes.reduce((sum, process) => sum + proportionalSet(Number(process[column])), 0);
}

function proportionalSet(pid: number): number {
  const kilobytes = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
  return (Number(kilobytes) * 1_024) / 1e6;
}
