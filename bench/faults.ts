/**
 * Faults: kill -9 of each part at each link of the chain. Holds when no message is lost, at most one repeat is seen and
 * that one is marked, and the answer comes within 3 s of the part being back.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { Installation, startInternet, type Internet, type User } from '../test/kit/installation.js';
import { redisPid, redisSocket, roomPid } from '../test/kit/parts.js';
import { atMost, figure, type Figure } from './figures.js';
import { ordinary } from './installation.js';

const PARTS = ['gateway', 'redis', 'bridge', 'agent', 'container'] as const;
const LINKS = ['platform → queue', 'queue → container', 'container → model', 'model → platform'] as const;
type Part = (typeof PARTS)[number];
type Link = (typeof LINKS)[number];

const REPEAT = '♻️';
const GIVE_UP = 30_000;

export interface FaultResult {
  part: Part;
  link: Link;
  lost: boolean;
  repeats: number;
  unmarkedRepeats: number;
  /** Milliseconds from the part being back until the answer; 0 when it was answered before that. */
  recovery: number;
}

export async function measureFaults(runs = 20): Promise<Figure[]> {
  const results = await runFaults(runs);
  const figures = PARTS.flatMap((part) =>
    LINKS.flatMap((link) => {
      const some = results.filter((result) => result.part === part && result.link === link);
      return figure(
        `kill -9 ${part}, ${link}: answered`,
        'ms',
        some.map(({ recovery }) => recovery),
        atMost('p95', 3_000),
      );
    }),
  );
  const sum = (pick: (result: FaultResult) => number): number[] => [
    results.reduce((total, each) => total + pick(each), 0),
  ];
  return [
    ...figures,
    ...figure(
      `messages lost in ${results.length} kills`,
      'messages',
      sum(({ lost }) => Number(lost)),
      atMost('p95', 0),
    ),
    ...figure(
      'repeats that are not marked',
      'messages',
      sum(({ unmarkedRepeats }) => unmarkedRepeats),
      atMost('p95', 0),
    ),
    ...figure(
      'most repeats of one answer',
      'messages',
      [Math.max(...results.map(({ repeats }) => repeats))],
      atMost('p95', 1),
    ),
  ];
}

export async function runFaults(
  runs: number,
  parts: readonly Part[] = PARTS,
  links: readonly Link[] = LINKS,
): Promise<FaultResult[]> {
  const internet = await startInternet();
  const ara = ordinary(internet);
  const results: FaultResult[] = [];
  try {
    await ara.start();
    const user = await ara.addUser('alice');
    await ara.ask(user, 'before everything');
    for (const part of parts) {
      for (const link of links) {
        for (let run = 0; run < runs; run++) {
          results.push(await once({ ara, internet, user, part, link, run }));
        }
      }
    }
    return results;
  } finally {
    await ara.remove();
    await internet.stop();
  }
}

interface Situation {
  ara: Installation;
  internet: Internet;
  user: User;
  part: Part;
  link: Link;
  run: number;
}

async function once(situation: Situation): Promise<FaultResult> {
  const { ara, internet, user, part, link, run } = situation;
  const { telegram, anthropic } = internet;
  const text = `Kill of the ${part} between ${link.replace('→', 'and')}, number ${run}.`;
  const answers = () =>
    telegram.messages(user.bot, user.owner).filter((message) => message.text.includes(text));
  // The model takes a moment where it is the link that is to break, so that the kill falls into it.
  anthropic.script(
    link === 'container → model'
      ? (request) => ({ text: `echo: ${lastText(request)}`, delayMs: 150 })
      : undefined,
  );
  const reached = atLink(situation, text);
  telegram.say(user.bot, { userId: user.owner, chatId: user.owner, text });
  await reached;
  await kill(situation);
  const backAt = performance.now();
  await telegram
    .waitForMessage(user.bot, (message) => message.text.includes(text), GIVE_UP)
    .catch(() => null);
  // Long enough for a second answer to show itself.
  await sleep(400);
  anthropic.script(undefined);
  const found = answers();
  const recovery = Math.max(0, (found.at(-1)?.sentAt ?? Infinity) - backAt);
  if (found.length === 0)
    console.error(
      `lost: ${text}`,
      JSON.stringify((await ara.status(user.id)).container),
      await ara.api('GET', '/v1/logs?lines=20'),
    );
  const unmarked = found.filter((message) => !message.text.includes(REPEAT)).length;
  return {
    part,
    link,
    lost: found.length === 0,
    repeats: Math.max(0, found.length - 1),
    unmarkedRepeats: Math.max(0, unmarked - 1),
    recovery,
  };
}

/** Resolves when the message is at the link where the part is to be killed. */
async function atLink({ ara, internet, user, link, run }: Situation, text: string): Promise<void> {
  const { telegram, anthropic } = internet;
  if (link === 'platform → queue') {
    // Somewhere in the milliseconds in which the bridge reads, journals and hands in.
    await sleep((run % 10) * 0.7);
  } else if (link === 'queue → container') {
    const redis = new Redis({ path: redisSocket(ara) });
    const waiting = redis.xread('BLOCK', 5_000, 'STREAMS', 'ara:inbound:events', '$').catch(() => null);
    await waiting;
    redis.disconnect();
  } else if (link === 'container → model') {
    await anthropic.waitForRequest((request) => JSON.stringify(request.body).includes(text), 5_000);
  } else {
    // Telegram takes the message, and the answer to that never arrives.
    if (run % 2 === 0) telegram.fail(user.bot, 'sendMessage', 'reset-after-taking', 1);
    await telegram.waitForMessage(user.bot, (message) => message.text.includes(text), 5_000);
  }
}

/** Kills, starts what nobody else does, and resolves when the part is there again. */
async function kill({ ara, user, part }: Situation): Promise<void> {
  if (part === 'gateway') {
    await ara.stop('SIGKILL');
    await ara.start();
  } else if (part === 'redis') {
    process.kill((await redisPid(ara)) ?? 0, 'SIGKILL');
    await Installation.until(async () => (await redisPid(ara)) !== null);
  } else if (part === 'container') {
    await ara
      .container(user)
      .kill({ signal: 'SIGKILL' })
      .catch(() => undefined);
    await Installation.until(async () => (await ara.status(user.id)).container.state === 'awake');
  } else {
    const pid = await roomPid(ara, user, part);
    if (!pid) return;
    process.kill(pid, 'SIGKILL');
    // The agent room comes back when there is a turn for it: if the turn was over, it may stay away.
    if (part === 'bridge') await Installation.until(async () => Boolean(await roomPid(ara, user, 'bridge')));
  }
}

function lastText(request: { messages: { content: unknown }[] }): string {
  const content = request.messages.at(-1)?.content;
  return typeof content === 'string' ? content : JSON.stringify(content);
}
