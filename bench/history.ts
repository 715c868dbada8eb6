/** A long conversation: our own time per turn after 1,000 turns of history, and the processor's time per message. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Installation, startInternet, type User } from '../test/kit/installation.js';
import { redisPid, roomPid } from '../test/kit/parts.js';
import { atMost, figure, type Figure } from './figures.js';
import { ordinary } from './installation.js';

const TURNS = 1_000;
const RUNS = 200;
/** Of the processor, as the kernel counts it. */
const TICKS_PER_SECOND = 100;

export async function measureHistory(): Promise<Figure[]> {
  const internet = await startInternet();
  const ara = ordinary(internet);
  try {
    await ara.start();
    const user = await ara.addUser('alice');
    for (let turn = 0; turn < TURNS; turn++) await ara.ask(user, `turn ${turn}: what shall we talk about?`);
    const whole: number[] = [];
    const before = await processorSeconds(ara, user);
    for (let run = 0; run < RUNS; run++) {
      const said = performance.now();
      const asked = internet.anthropic.requests.length;
      await ara.ask(user, `measured message ${run}`);
      const answered = internet.telegram.messages(user.bot, user.owner).at(-1)?.sentAt ?? 0;
      const request = internet.anthropic.requests[asked];
      const model = (request?.answeredAt ?? 0) - (request?.at ?? 0);
      whole.push(answered - said - Math.max(0, model));
      await sleep(5);
    }
    const spent = (await processorSeconds(ara, user)) - before;
    return [
      ...figure(`own time per turn after ${TURNS} turns`, 'ms', whole, atMost('median', 30)),
      ...figure(
        'processor time per message (all of Ara)',
        'ms',
        [(spent / RUNS) * 1_000],
        atMost('median', 20),
      ),
    ];
  } finally {
    await ara.remove();
    await internet.stop();
  }
}

/** Of the gateway with its Postgres and Redis, and of both rooms of the user's container. */
async function processorSeconds(ara: Installation, user: User): Promise<number> {
  const pids = [
    ...withChildren(ara.gatewayPid),
    await redisPid(ara),
    await roomPid(ara, user, 'bridge'),
    await roomPid(ara, user, 'agent'),
  ];
  return [...new Set(pids)].reduce<number>((sum, pid) => sum + (pid ? secondsOf(pid) : 0), 0);
}

function withChildren(parent: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && parentOf(Number(name)) === parent)
    .flatMap((name) => withChildren(Number(name)));
  return [parent, ...children];
}

const parentOf = (pid: number): number | null => Number(statOf(pid)[1]) || null;

/** User and system time, with that of children that have ended. */
function secondsOf(pid: number): number {
  const fields = statOf(pid);
  return [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at] ?? 0), 0) / TICKS_PER_SECOND;
}

/** What the kernel says behind the process's name, which may hold anything. */
function statOf(pid: number): string[] {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return line.slice(line.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}
