/** Tests of setting, changing, listing and cancelling reminders. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ReminderError } from './reminder-error.js';
import type { CalendarSchedule, ElapsedSchedule, Schedule } from './schedule.js';
import { at, HERE, MINUTE, ReminderWorld } from './testing/reminder-world.js';

const NOW = at('2026-11-24T14:30+01:00');
const TOMORROW: Schedule = { kind: 'local', at: '2026-11-25T08:00' };
const DAILY: CalendarSchedule = {
  ...{ kind: 'calendar', every: 1, unit: 'day', from: '2026-11-24', weekdays: [1], day: 1, month: 1 },
  ...{ times: ['08:00'], until: null, count: null },
};
const elapsed = (minutes: number): ElapsedSchedule => ({
  ...{ kind: 'elapsed', minutes, start: NOW + minutes * MINUTE, until: null, count: null },
});

describe('Reminders', () => {
  let world: ReminderWorld;
  beforeEach(() => (world = new ReminderWorld(NOW)));
  afterEach(() => world.end());

  const times = async (): Promise<string[]> =>
    (await world.reminders.list()).map(({ next }) => new Date(next).toISOString());

  it('keeps what is set over a restart, the soonest first', async () => {
    await world.add(TOMORROW);
    await world.add({ kind: 'instant', at: NOW + 20 * MINUTE }, { text: '  the oven \n' });
    world.restart();
    const list = await world.reminders.list();
    expect(list.map(({ id, text }) => [id, text])).toEqual([
      [2, 'the oven'],
      [1, 'call mum'],
    ]);
    expect(list[1]).toMatchObject({ ...HERE, kind: 'tell', when: TOMORROW, next: at('2026-11-25T07:00Z') });
  });

  it('never gives an id twice', async () => {
    const first = await world.add(TOMORROW);
    world.reminders.cancel(first);
    world.restart();
    expect(await world.add(TOMORROW)).toBe(first + 1);
  });

  it('does not set twice what a turn sets again after a crash', async () => {
    const id = await world.add({ kind: 'instant', at: NOW + 20 * MINUTE });
    world.now += 30_000;
    expect(await world.add({ kind: 'instant', at: world.now + 20 * MINUTE })).toBe(id);
    expect(await world.add(elapsed(60))).toBe(2);
    world.now += 1_000;
    expect(await world.add({ ...elapsed(60), start: world.now + 60 * MINUTE })).toBe(2);
    expect(await world.add({ kind: 'instant', at: world.now + 25 * MINUTE })).toBe(3);
    expect(await world.add(TOMORROW, { text: 'call dad' })).toBe(4);
    expect(await world.add(TOMORROW, { text: 'call dad', kind: 'ask' })).toBe(5);
  });

  it('refuses what has passed, what never comes, and what has no or too long a text', async () => {
    const refusal = (when: Schedule, text = 'x'): Promise<unknown> =>
      world.add(when, { text }).catch((error: unknown) => (error as ReminderError).message);
    expect(await refusal({ kind: 'local', at: '2026-11-24T14:30' })).toBe('That time has passed.');
    expect(await refusal({ ...DAILY, until: '2026-11-24' })).toMatch('never come');
    expect(await refusal(TOMORROW, ' \n ')).toBe('The reminder has no text.');
    expect(await refusal(TOMORROW, 'x'.repeat(2_001))).toMatch('2,000');
    expect(await refusal(TOMORROW, 'x'.repeat(2_000))).toBe(1);
  });

  it('refuses to repeat more often than every 10 minutes, and 30 for what the model does', async () => {
    await expect(world.add(elapsed(9))).rejects.toThrow(ReminderError);
    await world.add(elapsed(10));
    await expect(world.add(elapsed(29), { kind: 'ask' })).rejects.toThrow('30 minutes');
    await world.add(elapsed(30), { kind: 'ask' });
    await expect(world.add({ ...DAILY, times: ['08:00', '23:55', '00:00'] })).rejects.toThrow('10 minutes');
    await expect(world.add({ ...DAILY, times: ['08:00', '08:29'] }, { kind: 'ask' })).rejects.toThrow();
    await expect(world.add({ ...DAILY, every: 1_001 })).rejects.toThrow('1 to 1000');
    const everyHalfHour = Array.from({ length: 49 }, (_none, index) => index * 15).map(
      (minute) =>
        `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`,
    );
    await expect(world.add({ ...DAILY, times: everyHalfHour })).rejects.toThrow('48 times');
  });

  it('keeps 500 at the most', async () => {
    await world.add({ kind: 'instant', at: NOW + MINUTE }, { text: 'one of many' });
    world.reminders.database.run(
      `INSERT INTO reminders (channel, chat, kind, text, schedule, handled_local, next_at, time_zone)
       WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 499)
       SELECT channel, chat, kind, text, schedule, handled_local, next_at, time_zone FROM reminders, n`,
    );
    await expect(world.add(TOMORROW)).rejects.toThrow('500');
    world.reminders.cancel(1);
    await world.add(TOMORROW);
  });

  it('changes the text and the time, and keeps the id', async () => {
    const id = await world.add(TOMORROW);
    const changed = await world.reminders.change(id, { text: 'call dad', when: DAILY, kind: 'ask' });
    expect(changed).toMatchObject({ id, text: 'call dad', kind: 'ask', when: DAILY });
    expect(await world.reminders.list()).toEqual([changed]);
    await expect(world.reminders.change(id, { when: elapsed(20) })).rejects.toThrow('30 minutes');
    expect(await world.reminders.list()).toEqual([changed]);
    expect(await world.reminders.change(7, { text: 'x' })).toBeNull();
  });

  it('knows for 30 days what was cancelled, and leaves no word of it in the file', async () => {
    const id = await world.add(TOMORROW, { text: 'a-secret-word' });
    expect(world.reminders.cancel(id)).toBe(true);
    expect(world.reminders.cancel(id)).toBe(false);
    expect([world.reminders.wasCancelled(id), world.reminders.wasCancelled(2)]).toEqual([true, false]);
    for (const file of readdirSync(world.folder))
      expect(readFileSync(join(world.folder, file)).includes('a-secret-word')).toBe(false);
    world.now += 31 * 24 * 60 * MINUTE;
    world.reminders.cancel(await world.add({ kind: 'instant', at: world.now + MINUTE }));
    expect(world.reminders.wasCancelled(id)).toBe(false);
  });

  it('follows the user into another time zone, but for spans of time', async () => {
    await world.add(TOMORROW);
    await world.add(DAILY, { text: 'pills' });
    await world.add({ kind: 'instant', at: NOW + 24 * 60 * MINUTE });
    await world.add(elapsed(24 * 60), { text: 'stretch' });
    world.preferences = { ...world.preferences, timeZone: 'America/New_York' };
    expect(await times()).toEqual([
      '2026-11-25T13:00:00.000Z',
      '2026-11-25T13:00:00.000Z',
      '2026-11-25T13:30:00.000Z',
      '2026-11-25T13:30:00.000Z',
    ]);
    world.preferences = { ...world.preferences, timeZone: 'Europe/Berlin' };
    expect((await times())[0]).toBe('2026-11-25T07:00:00.000Z');
  });

  it('takes a time zone that does not exist for UTC', async () => {
    world.preferences = { ...world.preferences, timeZone: 'Europe/Nowhere' };
    await world.add(TOMORROW);
    expect(await times()).toEqual(['2026-11-25T08:00:00.000Z']);
  });
});
