/** Scene: reminders in natural words and by the model, in the user's time zone, exactly once, also to a container that slept. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Installation } from '../../test/kit/installation.js';
import type { Scene, Stage } from './stage.js';

/** From when on a reminder counts as missed, and a little more. */
const MISSED_AFTER = 125_000;
/** Minutes; six seconds. */
const SOON = 0.1;

export const reminders: Scene = {
  name: 'reminders',
  // Its container stops whenever it has nothing to do.
  sleeps: true,
  async play(stage) {
    await inWords(stage);
    await quietHours(stage);
    await toASleeper(stage);
    await throughACrash(stage);
    await missed(stage);
  },
};

async function inWords(stage: Stage): Promise<void> {
  await stage.asks('/settings timezone Berlin', 'timezone: Europe/Berlin');
  await stage.asks('/remind tomorrow at 8 to call mum', /is set: call mum[\s\S]*08:00 \(Europe\/Berlin\)/);
  await stage.asks('/remind every weekday at 7:30 stand-up', /every weekday \(Monday to Friday\) at 07:30/i);
  await stage.asks('/remind sometime to breathe', 'I found no time in that');
  const gap = lastSundayOfMarch(new Date().getUTCFullYear() + 1);
  const told = await stage.asks(`/remind on ${gap} at 2:30 change the clocks`, 'is set: change the clocks');
  stage.check(
    told.includes('at 03:00'),
    'a time that daylight saving leaves out is not moved behind the gap',
  );
  const list = await stage.asks('/remind', 'Your reminders');
  stage.check(
    ['call mum', 'stand-up', 'change the clocks'].every((text) => list.includes(text)),
    'the list is not whole',
  );
  await stage.asks('/remind cancel 2', 'Reminder 2 is cancelled');
  await stage.asks('/remind cancel all yes', 'Cancelled 2 reminders');
}

async function quietHours(stage: Stage): Promise<void> {
  await stage.asks('/settings quiet 00:00-23:59', 'quiet: 00:00-23:59');
  await setByModel(
    stage,
    'count the bees',
    { kind: 'ask', repeat: { unit: 'day', times: ['12:00'] } },
    /waits until/,
  );
  await setByModel(stage, 'feed the cat', { inMinutes: SOON }, /comes all the same/);
  await stage.hears('⏰ feed the cat');
  await stage.asks('/settings quiet off', 'quiet: off');
  await stage.asks('/settings heartbeat 5', 'a number from 30 to 1440');
  await stage.asks('/settings', 'heartbeat: off');
}

async function toASleeper(stage: Stage): Promise<void> {
  await setByModel(stage, 'water the plants', { inMinutes: SOON }, /water|plants|set/);
  const due = Date.now() + SOON * 60_000;
  const state = async (): Promise<string> => (await stage.ara.status(stage.person.id)).container.state;
  await Installation.until(async () => (await state()) === 'asleep');
  await stage.hears('⏰ water the plants');
  const late = Date.now() - due;
  stage.check(late < 2_000, `a sleeping container told its reminder ${late} ms late`);
  await onlyOnce(stage, 'water the plants');
}

/** The gateway is killed just before the time, and started again. */
async function throughACrash(stage: Stage): Promise<void> {
  await setByModel(stage, 'turn the oven off', { inMinutes: SOON }, /oven|set/);
  await sleep(SOON * 60_000 - 1_500);
  await stage.ara.stop('SIGKILL');
  await stage.ara.start('as it lies');
  await stage.hears('⏰ turn the oven off');
  await onlyOnce(stage, 'turn the oven off');
}

/** The whole installation is off at the time; the others play on meanwhile. */
async function missed(stage: Stage): Promise<void> {
  await setByModel(stage, 'take the cake out', { inMinutes: SOON }, /cake|set/);
  const toldAt = Date.now() + SOON * 60_000 + MISSED_AFTER;
  await stage.ara.stop();
  stage.end = async () => {
    await sleep(Math.max(0, toldAt - Date.now()));
    await stage.ara.start('as it lies');
    await stage.hears(/^⏰ Missed at \d\d:\d\d on \w+ \d+ \w+: take the cake out/);
    await onlyOnce(stage, 'take the cake out');
  };
}

/** The model's tool sets it, and the model hands on what the tool told. */
async function setByModel(stage: Stage, text: string, call: object, told: RegExp): Promise<void> {
  const given = { text, ...call };
  stage.script([
    `remind me to ${text}`,
    { toolCalls: [{ name: 'set_reminder', arguments: given }] },
    ({ toolResults }) => ({ text: `set: ${toolResults.map((result) => result.text).join(' ')}` }),
  ]);
  await stage.asks(`remind me to ${text}`, told);
}

async function onlyOnce(stage: Stage, text: string): Promise<void> {
  await sleep(1_500);
  const count = stage
    .messages()
    .filter((message) => message.text.startsWith('⏰') && message.text.includes(text)).length;
  stage.check(count === 1, `${text} was told ${count} times`);
}

/** `28 March 2027`: when clocks in Europe are put forward, from 2 to 3. */
function lastSundayOfMarch(year: number): string {
  const last = new Date(Date.UTC(year, 2, 31));
  return `${31 - last.getUTCDay()} March ${year}`;
}
