/** Warm overhead: one message after the other, the model answering at once; whole, and by link of the chain. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startInternet } from '../test/kit/installation.js';
import { atMost, figure, type Figure } from './figures.js';
import { ordinary } from './installation.js';
import { queueEvents } from './queue-events.js';

const WARM_UP = 100;
const RUNS = 300;

export async function measureOverhead(): Promise<Figure[]> {
  const internet = await startInternet();
  const ara = ordinary(internet);
  try {
    await ara.start();
    const user = await ara.addUser('alice');
    for (let run = 0; run < WARM_UP; run++) await ara.ask(user, `warm up ${run}`);
    const events = await queueEvents(ara);
    const whole: number[] = [];
    const links: Record<string, number[]> = {};
    const add = (link: string, value: number): void => void (links[link] ??= []).push(Math.max(0, value));
    for (let run = 0; run < RUNS; run++) {
      const requestsBefore = internet.anthropic.requests.length;
      const said = performance.now();
      await ara.ask(user, `measured message ${run}`);
      const answered = internet.telegram.messages(user.bot, user.owner).at(-1)?.sentAt ?? 0;
      const asked = internet.anthropic.requests[requestsBefore]?.at ?? 0;
      const { added, completed } = await events.next();
      whole.push(answered - said);
      add('  platform → queue', added - said);
      add('  queue → container', completed - added);
      add('  container → model', asked - completed);
      add('  model → platform', answered - asked);
      await sleep(5);
    }
    await events.close();
    return [
      ...figure('warm overhead per message', 'ms', whole, atMost('median', 25), atMost('p95', 60)),
      ...Object.entries(links).flatMap(([link, values]) => figure(link, 'ms', values)),
    ];
  } finally {
    await ara.remove();
    await internet.stop();
  }
}
