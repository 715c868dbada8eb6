/** A container that sleeps is awake when it wished to be: within a second, once, and whatever went away meanwhile. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { DoorClient } from '../../contracts/door-http.js';
import type { Installation, User } from '../kit/installation.js';
import { installed } from './installed.js';

const containers = { idleStopSeconds: 1 };
/** The steps of one that was awake to be linked, and slept; then was woken once, and told why. */
const ASLEEP = ['container awake', 'container sleeps'];
const WOKEN_ONCE = [...ASLEEP, 'container awake', 'woken for its time'];

/** What the gateway did with a user's container, step by step. */
async function stepsOf(ara: Installation, { id }: User): Promise<string[]> {
  const { lines } = await ara.api<{ lines: string[] }>('GET', '/v1/logs?lines=1000');
  return lines
    .map((line) => JSON.parse(line) as { msg: string; account?: string })
    .filter(({ account }) => account === id)
    .map(({ msg }) => msg)
    .filter((step) => /awake|sleeps|woken|wake failed/.test(step));
}

const isAwake = async (ara: Installation, { id }: User): Promise<boolean> =>
  (await ara.status(id)).container.state === 'awake';

/** A new user whose container has gone to sleep. */
async function sleeper(ara: Installation, name: string): Promise<User> {
  const user = await ara.addUser(name);
  await expect.poll(() => stepsOf(ara, user), { timeout: 60_000 }).toEqual(ASLEEP);
  return user;
}

/** Wishes as the user's bridge room would, through that user's door. */
async function wish(ara: Installation, user: User, at: number | null): Promise<void> {
  const door = new DoorClient(join(ara.doors(user), 'gateway.sock'), 'draining');
  await door.call('PUT', '/v1/wake', { at }).finally(() => door.close());
}

/** How many milliseconds after that time its container is awake. */
async function awakeAfter(ara: Installation, user: User, at: number): Promise<number> {
  while (!(await isAwake(ara, user))) {
    if (Date.now() > at + 20_000) throw new Error('it was not woken');
    await sleep(20);
  }
  return Date.now() - at;
}

/** It is told right after it is awake. */
const toldOnce = (ara: Installation, user: User): Promise<void> =>
  expect.poll(() => stepsOf(ara, user).then((steps) => steps.slice(0, 4))).toEqual(WOKEN_ONCE);

describe('a container that sleeps', () => {
  const setup = installed({ runtime: 'docker', webhooks: true, settings: { containers } });

  it('is awake within a second of the time that it wished for, and is told so once', async () => {
    const { ara } = setup;
    const ann = await sleeper(ara, 'ann');
    const at = Date.now() + 1_500;
    await wish(ara, ann, at);
    expect((await ara.status(ann.id)).container.wakeAt).toBe(new Date(at).toISOString());
    const late = await awakeAfter(ara, ann, at);
    console.log(`  awake ${late} ms after its time`);
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(1_000);
    await toldOnce(ara, ann);
  });

  it('sleeps on when it has taken its wish back, or moved it', async () => {
    const { ara } = setup;
    const [ben, cat, dan] = [await sleeper(ara, 'ben'), await sleeper(ara, 'cat'), await sleeper(ara, 'dan')];
    const at = Date.now() + 1_000;
    await Promise.all([wish(ara, ben, at), wish(ara, cat, at)]);
    await Promise.all([wish(ara, ben, null), wish(ara, cat, at + 3_600_000), wish(ara, dan, at + 500)]);
    // The time of the others is over when this one is awake.
    await awakeAfter(ara, dan, at + 500);
    expect(await isAwake(ara, ben)).toBe(false);
    expect(await isAwake(ara, cat)).toBe(false);
    await toldOnce(ara, dan);
  });

  it('is awake in time although the gateway was started anew in between', async () => {
    const { ara } = setup;
    const eve = await sleeper(ara, 'eve');
    const at = Date.now() + 6_000;
    await wish(ara, eve, at);
    await ara.stop();
    await ara.start();
    expect(await isAwake(ara, eve)).toBe(false);
    expect(await awakeAfter(ara, eve, at)).toBeLessThan(1_000);
    await toldOnce(ara, eve);
  });

  it('is woken although the queue lost all its data and the gateway was away at the time', async () => {
    const { ara } = setup;
    const fay = await sleeper(ara, 'fay');
    const at = Date.now() + 1_000;
    await wish(ara, fay, at);
    const redis = new Redis({ path: join(ara.runDir, 'redis.sock') });
    await redis.flushall();
    redis.disconnect();
    await ara.stop();
    await sleep(Math.max(at - Date.now(), 0));
    await ara.start();
    expect(await awakeAfter(ara, fay, Date.now())).toBeLessThan(5_000);
    await toldOnce(ara, fay);
  });

  it('may not wish for what is more than five years away', async () => {
    const { ara } = setup;
    const gus = await sleeper(ara, 'gus');
    const wished = wish(ara, gus, Date.now() + 6 * 365 * 86_400_000);
    await expect(wished).rejects.toMatchObject({ code: 'bad-request' });
    expect((await ara.status(gus.id)).container.wakeAt).toBeNull();
  });

  it('may not wish without end, and others are woken all the same', async () => {
    const { ara } = setup;
    const [hal, ida] = [await sleeper(ara, 'hal'), await sleeper(ara, 'ida')];
    const far = Date.now() + 86_400_000;
    const outcomes = await Promise.allSettled(
      Array.from({ length: 400 }, (_, at) => wish(ara, hal, far + at)),
    );
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'too-many' });
    expect(await isAwake(ara, hal)).toBe(false);
    const at = Date.now() + 1_000;
    await wish(ara, ida, at);
    expect(await awakeAfter(ara, ida, at)).toBeLessThan(1_000);
  });
});

describe('a container that sleeps where the queue lies in Postgres', () => {
  const redis = { url: 'postgres' };
  const setup = installed({ runtime: 'process', webhooks: true, settings: { containers, redis } });

  it('is awake within a second of its time too, also when the gateway was started anew', async () => {
    const { ara } = setup;
    const [ann, ben] = [await sleeper(ara, 'ann'), await sleeper(ara, 'ben')];
    const at = Date.now() + 1_000;
    await Promise.all([wish(ara, ann, at), wish(ara, ben, at + 6_000)]);
    expect(await awakeAfter(ara, ann, at)).toBeLessThan(1_000);
    await toldOnce(ara, ann);
    await ara.stop();
    await ara.start();
    expect(await awakeAfter(ara, ben, at + 6_000)).toBeLessThan(1_000);
    await toldOnce(ara, ben);
  });
});
