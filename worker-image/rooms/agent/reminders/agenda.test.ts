/** Tests of what becomes of what is due: own turns, exactly once, in time or with a word about it; and the next waking. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chatId } from '../../../../contracts/ids.js';
import { handledNow, occurrences } from './occurrences.js';
import type { OwnTurn } from './own-turns.js';
import type { CalendarSchedule, Schedule } from './schedule.js';
import { at, DAY, HERE, HOUR, MINUTE, ReminderWorld, type CrashPoint } from './testing/reminder-world.js';

const NOW = at('2026-11-24T14:30+01:00');
const EIGHT = at('2026-11-25T08:00+01:00');
const TOMORROW: Schedule = { kind: 'local', at: '2026-11-25T08:00' };
const daily = (times: string[], other: Partial<CalendarSchedule> = {}): CalendarSchedule => ({
  ...{ kind: 'calendar', every: 1, unit: 'day', from: '2026-11-24', weekdays: [1], day: 1, month: 1, times },
  ...{ until: null, count: null },
  ...other,
});
const NIGHT = { from: '22:00', to: '07:00' };

describe('Agenda', () => {
  let world: ReminderWorld;
  beforeEach(() => (world = new ReminderWorld(NOW)));
  afterEach(() => world.end());

  const planned = async (): Promise<string | null> => {
    await world.agenda.plan();
    return world.bridge.wakeAt === null ? null : new Date(world.bridge.wakeAt).toISOString();
  };
  const said = (key: string, text = 'call mum'): Promise<OwnTurn> => world.agenda.ownTurnOf(key, text);
  const wordsOf = (turn: OwnTurn): string => ('say' in turn ? turn.say : turn.ask);

  describe('a reminder', () => {
    it('is planned when it is set, changed or cancelled, and told at its time', async () => {
      const id = await world.add(TOMORROW);
      expect(await planned()).toBe('2026-11-25T07:00:00.000Z');
      await world.reminders.change(id, { when: daily(['07:30']) });
      expect(await planned()).toBe('2026-11-25T06:30:00.000Z');
      await world.reminders.change(id, { when: TOMORROW });
      await world.fireAt(EIGHT - 1);
      expect(world.keys).toEqual([]);
      await world.fireAt(EIGHT);
      expect(world.bridge.turns).toEqual([{ ...HERE, key: `tell.${id}.${EIGHT}.1`, text: 'call mum' }]);
      expect(world.bridge.wakeAt).toBeNull();
      expect(await world.reminders.list()).toEqual([]);
      expect(await said(world.keys[0] ?? '')).toEqual({ say: '⏰ call mum' });
    });

    it('comes again as long as it repeats', async () => {
      await world.add(daily(['08:00', '20:00'], { count: 3 }));
      await world.fireAt(at('2026-11-24T20:00+01:00'));
      expect(await planned()).toBe('2026-11-25T07:00:00.000Z');
      await world.fireAt(EIGHT);
      await world.fireAt(at('2026-11-25T20:00+01:00'));
      expect(world.keys).toHaveLength(3);
      expect(await planned()).toBeNull();
    });

    it('that was missed says so, with its time', async () => {
      const id = await world.add(TOMORROW);
      await world.fireAt(EIGHT + 3 * MINUTE);
      expect(await said(`tell.${id}.${EIGHT}.1`)).toEqual({
        say: '⏰ Missed at 08:00 on Wednesday 25 November: call mum',
      });
      world.now = at('2027-01-02T08:00+01:00');
      expect(await said(`tell.${id}.${EIGHT}.1`)).toEqual({
        say: '⏰ Missed at 08:00 on Wednesday 25 November 2026: call mum',
      });
    });

    it('says that it was missed when the machine goes off before it is said', async () => {
      const id = await world.add(TOMORROW);
      await world.fireAt(EIGHT);
      world.now += HOUR;
      expect(wordsOf(await said(`tell.${id}.${EIGHT}.1`))).toContain('Missed at 08:00');
    });

    it('that was missed several times is told once, with the count', async () => {
      const id = await world.add(daily(['08:00']));
      await world.fireAt(EIGHT + 3 * DAY + HOUR);
      expect(world.keys).toEqual([`tell.${id}.${EIGHT}.4`]);
      expect(await said(world.keys[0] ?? '')).toEqual({
        say: '⏰ Missed 4 times since 08:00 on Wednesday 25 November: call mum',
      });
      expect(await planned()).toBe('2026-11-29T07:00:00.000Z');
    });

    it('counts no more than it has left', async () => {
      const id = await world.add(daily(['08:00'], { count: 2 }));
      await world.fireAt(EIGHT + 9 * DAY);
      expect(world.keys).toEqual([`tell.${id}.${EIGHT}.2`]);
      expect(await world.reminders.list()).toEqual([]);
    });

    it('that the model does is asked, with a word when it is late', async () => {
      const id = await world.add(TOMORROW, { kind: 'ask', text: 'summarise my notes' });
      await world.fireAt(EIGHT);
      const [turn] = world.bridge.turns;
      expect(turn?.key).toBe(`ask.${id}.${EIGHT}.1`);
      const asked = await said(turn?.key ?? '', turn?.text);
      expect(asked).toMatchObject({ quiet: false });
      expect(wordsOf(asked)).toMatch(/\n\nsummarise my notes$/);
      expect(wordsOf(asked)).not.toContain('due');
      world.now += HOUR;
      expect(wordsOf(await said(turn?.key ?? '', turn?.text))).toContain(
        'It was due at 08:00 on Wednesday 25 November and is done now, once.',
      );
    });

    it('that was cancelled after its own turn was made says nothing', async () => {
      const id = await world.add(daily(['08:00']));
      await world.fireAt(EIGHT);
      world.reminders.cancel(id);
      expect(await said(world.keys[0] ?? '')).toEqual({ say: '' });
    });

    it('goes to the chat in which it was set', async () => {
      const chat = chatId.parse('2');
      await world.add(TOMORROW, { chat });
      await world.fireAt(EIGHT);
      expect(world.bridge.turns[0]?.chat).toBe(chat);
    });

    it('follows a new time zone until it is due', async () => {
      await world.add(TOMORROW);
      world.preferences = { ...world.preferences, timeZone: 'Asia/Kathmandu' };
      expect(await planned()).toBe('2026-11-25T02:15:00.000Z');
      await world.fireAt(at('2026-11-25T02:15Z'));
      expect(world.keys).toHaveLength(1);
    });

    it('that is in the past by the new time zone is told as missed', async () => {
      await world.add({ kind: 'local', at: '2026-11-24T15:00' });
      world.preferences = { ...world.preferences, timeZone: 'Asia/Kathmandu' };
      await world.agenda.fire();
      expect(wordsOf(await said(world.keys[0] ?? ''))).toContain('Missed at 15:00');
    });
  });

  describe('quiet hours', () => {
    beforeEach(() => (world.preferences = { ...world.preferences, quietHours: NIGHT }));

    it('let through what the user asked for at that time', async () => {
      await world.add({ kind: 'local', at: '2026-11-24T23:00' });
      await world.add({ kind: 'local', at: '2026-11-24T23:00' }, { kind: 'ask' });
      await world.add(daily(['23:00']), { text: 'lights' });
      expect(await planned()).toBe('2026-11-24T22:00:00.000Z');
      await world.fireAt(at('2026-11-24T23:00+01:00'));
      expect(world.keys).toHaveLength(3);
    });

    it('hold what the model does again and again, and what was missed', async () => {
      const repeated = await world.add(daily(['03:00', '05:00']), { kind: 'ask' });
      const missed = await world.add({ kind: 'local', at: '2026-11-24T21:50' });
      await world.fireAt(at('2026-11-25T05:30+01:00'));
      expect(world.keys).toEqual([]);
      expect(world.bridge.wakeAt).toBe(at('2026-11-25T07:00+01:00'));
      await world.fireAt(at('2026-11-25T07:00+01:00'));
      expect(world.keys).toEqual([
        `tell.${missed}.${at('2026-11-24T21:50+01:00')}.1`,
        `ask.${repeated}.${at('2026-11-25T03:00+01:00')}.2`,
      ]);
    });

    it('that cannot be read hold nothing', async () => {
      world.preferences = { ...world.preferences, quietHours: { from: 'late', to: '7' } };
      await world.add(daily(['03:00']), { kind: 'ask' });
      expect(await planned()).toBe('2026-11-25T02:00:00.000Z');
    });
  });

  describe('the heartbeat', () => {
    const beats = (): string[] => world.keys.filter((key) => key.startsWith('heartbeat.'));
    beforeEach(() => {
      world.heartbeatText = '- water the plants on Fridays';
      world.preferences = { ...world.preferences, heartbeatMinutes: 45 };
    });

    it('asks the model to look at HEARTBEAT.md, so often as was set', async () => {
      expect(await planned()).toBe(new Date(NOW + 45 * MINUTE).toISOString());
      await world.fireAt(NOW + 45 * MINUTE);
      expect(world.bridge.turns).toEqual([{ ...HERE, key: `heartbeat.${NOW}`, text: 'Heartbeat' }]);
      expect(world.bridge.wakeAt).toBe(NOW + 90 * MINUTE);
      const asked = await said(world.keys[0] ?? '', 'Heartbeat');
      expect(asked).toMatchObject({ quiet: true });
      expect(wordsOf(asked)).toContain('water the plants');
      expect(wordsOf(asked)).toContain('NOTHING');
    });

    it.each([
      ['it is switched off', () => (world.preferences = { ...world.preferences, heartbeatMinutes: null })],
      [
        'its minutes are no number',
        () => (world.preferences = { ...world.preferences, heartbeatMinutes: Number.NaN }),
      ],
      ['HEARTBEAT.md is missing or blank', () => (world.heartbeatText = null)],
      ['nobody has written yet', () => (world.lastChat = null)],
    ])('costs nothing when %s', async (_when, change) => {
      await planned();
      change();
      expect(await planned()).toBeNull();
      await world.fireAt(NOW + 10 * HOUR);
      expect(world.keys).toEqual([]);
    });

    it('begins anew when it is switched on again', async () => {
      await planned();
      world.heartbeatText = null;
      await planned();
      world.now += 10 * HOUR;
      world.heartbeatText = 'again';
      expect(await planned()).toBe(new Date(NOW + 10 * HOUR + 45 * MINUTE).toISOString());
    });

    it('says nothing when HEARTBEAT.md has gone by the time it comes', async () => {
      world.heartbeatText = null;
      expect(await said(`heartbeat.${NOW}`, 'Heartbeat')).toEqual({ say: '' });
    });

    it('is silent in quiet hours, and comes 24 times a day and every 30 minutes at the most', async () => {
      world.preferences = {
        ...world.preferences,
        heartbeatMinutes: 1,
        quietHours: { from: '23:30', to: '07:00' },
      };
      await planned();
      for (let now = NOW; now < at('2026-11-27T00:00+01:00'); now += 10 * MINUTE) await world.fireAt(now);
      const made = beats().map((key) => Number(key.slice('heartbeat.'.length)));
      const hours = made.map((before) => new Date(before).toISOString());
      expect(made).toHaveLength(17 + 24 + 24);
      expect(Math.min(...made.slice(1).map((time, index) => time - (made[index] ?? 0)))).toBe(30 * MINUTE);
      expect(hours.filter((hour) => hour > '2026-11-25T22:30' && hour < '2026-11-26T06:00')).toEqual([]);
    });

    it('comes once however long the machine was off, and waits when the bridge room refuses', async () => {
      await planned();
      await world.fireAt(NOW + 6 * HOUR);
      expect(beats()).toHaveLength(1);
      world.bridge.refuses = true;
      await world.fireAt(NOW + 7 * HOUR);
      expect(world.bridge.wakeAt).toBe(NOW + 7 * HOUR + 45 * MINUTE);
    });
  });

  describe('when something fails', () => {
    it('one that the bridge room refuses is tried again, less and less often, and holds up no other', async () => {
      await world.add(TOMORROW);
      await world.add({ kind: 'local', at: '2026-11-25T08:05' }, { text: 'other' });
      world.bridge.refuses = true;
      await world.fireAt(EIGHT);
      expect(world.bridge.wakeAt).toBe(EIGHT + 2 * MINUTE);
      await world.fireAt(EIGHT + 2 * MINUTE);
      expect(world.bridge.wakeAt).toBe(EIGHT + 5 * MINUTE);
      world.bridge.refuses = false;
      await world.fireAt(EIGHT + 5 * MINUTE);
      expect(world.bridge.turns.map(({ text }) => text)).toEqual(['other']);
      expect(world.bridge.wakeAt).toBe(EIGHT + 6 * MINUTE);
      await world.fireAt(EIGHT + 6 * MINUTE);
      expect(world.bridge.turns.map(({ text }) => text)).toEqual(['other', 'call mum']);
    });

    it('tries at least every 6 hours, however often it failed', async () => {
      await world.add(TOMORROW);
      world.bridge.refuses = true;
      await world.fireAt(EIGHT);
      for (let failures = 1; failures < 80; failures++) {
        const next = world.bridge.wakeAt ?? 0;
        expect(next - world.now).toBeLessThanOrEqual(6 * HOUR);
        expect(next - world.now).toBeGreaterThanOrEqual(2 * MINUTE);
        await world.fireAt(next);
      }
    });

    it('wakes a minute later when the file cannot be read', async () => {
      await world.add(TOMORROW);
      world.reminders.database.run('UPDATE reminders SET schedule = ?', 'nonsense');
      await world.fireAt(EIGHT);
      expect(world.bridge.wakeAt).toBe(EIGHT + MINUTE);
    });

    it('tells the time again when the bridge room did not hear it', async () => {
      const { wake } = world.bridge;
      world.bridge.wake = () => Promise.reject(new Error('away'));
      await world.add(TOMORROW);
      await world.agenda.plan();
      world.bridge.wake = wake;
      expect(await planned()).toBe('2026-11-25T07:00:00.000Z');
    });
  });
});

describe('after any crash', () => {
  const schedule: fc.Arbitrary<Schedule> = fc.oneof(
    fc.record({
      kind: fc.constant('instant' as const),
      at: fc.integer({ min: NOW + 1, max: NOW + 2 * DAY }),
    }),
    fc.record({
      kind: fc.constant('elapsed' as const),
      minutes: fc.integer({ min: 30, max: 600 }),
      start: fc.integer({ min: NOW, max: NOW + DAY }),
      until: fc.constant(null),
      count: fc.option(fc.integer({ min: 1, max: 5 })),
    }),
    fc.constantFrom(daily(['08:00']), daily(['07:00', '12:00', '23:30']), daily(['02:30'])),
  );
  const step = fc.record({
    /** Until the next errand; minutes or more than a day. */
    after: fc.oneof(fc.integer({ min: 1, max: 3 * HOUR }), fc.integer({ min: 1, max: 30 * HOUR })),
    /** At which call to the bridge room the process dies, if any. */
    call: fc.option(fc.integer({ min: 0, max: 4 })),
    point: fc.constantFrom<CrashPoint>('before', 'after'),
  });
  const reminder = fc.record({ when: schedule, kind: fc.constantFrom('tell' as const, 'ask' as const) });

  it('every occurrence is told, and none twice', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(reminder, { minLength: 1, maxLength: 4 }),
        fc.array(step, { minLength: 1, maxLength: 10 }),
        fc.constantFrom(null, NIGHT),
        async (reminders, steps, quietHours) => {
          const world = new ReminderWorld(NOW);
          world.preferences = { ...world.preferences, quietHours };
          try {
            const ids: number[] = [];
            for (const [index, each] of reminders.entries())
              ids.push(await world.add(each.when, { kind: each.kind, text: `number ${index}` }));
            for (const each of steps) await live(world, each);
            // Until noon, when nothing is held.
            const noon = NOW - 2.5 * HOUR + Math.ceil((world.now - NOW + 2.5 * HOUR) / DAY) * DAY;
            await live(world, { after: noon - world.now, call: null, point: 'before' });
            reminders.forEach(({ when }, index) => expectEachOnce(world, ids[index] ?? 0, when));
            expect(world.bridge.wakeAt === null || world.bridge.wakeAt > world.now).toBe(true);
            await world.agenda.close();
          } finally {
            world.remove();
          }
        },
      ),
      { numRuns: 25 },
    );
  }, 30_000);

  async function live(
    world: ReminderWorld,
    { after, call, point }: { after: number; call: number | null; point: CrashPoint },
  ): Promise<void> {
    let calls = 0;
    world.bridge.crash = () => (calls++ === call ? point : null);
    const crashed = world.bridge.crashed();
    world.now += after;
    const outcome = await Promise.race([world.agenda.fire().then(() => 'done'), crashed]);
    if (outcome === 'crashed') {
      world.bridge.crash = () => null;
      world.restart();
    }
  }

  /** Own turns stand for so many occurrences each, one after the other; together for all there were. */
  function expectEachOnce(world: ReminderWorld, id: number, when: Schedule): void {
    const limit = 'count' in when ? (when.count ?? Infinity) : Infinity;
    const expected: number[] = [];
    for (const time of occurrences(when, 'Europe/Berlin', handledNow(NOW, 'Europe/Berlin'))) {
      if (time > world.now || expected.length === limit) break;
      expected.push(time);
    }
    const told = world.keys.map((key) => key.split('.')).filter(([, each]) => Number(each) === id);
    let position = 0;
    for (const [, , first, times] of told) {
      expect(Number(first)).toBe(expected[position]);
      position += Number(times);
    }
    expect(position).toBe(expected.length);
  }
});
