/** Tests of the tools by which the model sets, lists and cancels reminders, as it calls them. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { at, HERE, ReminderWorld } from '../reminders/testing/reminder-world.js';
import { cancelReminderTool } from './cancel-reminder.js';
import { listRemindersTool } from './list-reminders.js';
import { setReminderTool } from './set-reminder.js';
import { ToolBox } from './tool-box.js';

const NOW = at('2026-11-24T14:30+01:00');

describe('the reminder tools', () => {
  let world: ReminderWorld;
  let tools: ToolBox;
  beforeEach(() => {
    world = new ReminderWorld(NOW);
    const { reminders } = world;
    tools = new ToolBox([
      setReminderTool(reminders),
      listRemindersTool(reminders),
      cancelReminderTool(reminders),
    ]);
  });
  afterEach(() => world.end());

  const call = async (name: string, args: unknown): Promise<{ text: string; failed: boolean }> => {
    const turn = { id: 1, ...HERE, sentAt: NOW };
    const { text, failed } = await tools.run(
      { type: 'tool-call', id: 'call', name, arguments: args },
      {
        turn,
        signal: new AbortController().signal,
        react: () => undefined,
        sendFile: () => Promise.resolve(),
      },
    );
    return { text, failed };
  };
  const set = async (args: object): Promise<unknown> => {
    const { text, failed } = await call('set_reminder', { text: 'call mum', ...args });
    return failed ? text : JSON.parse(text);
  };

  it('set one at a local time, or so many minutes from now', async () => {
    expect(await set({ at: '2026-11-25T08:00' })).toEqual({
      id: 1,
      when: 'Wednesday 25 November 2026 at 08:00 (Europe/Berlin)',
      notes: [],
    });
    expect(await set({ inMinutes: 20, kind: 'ask' })).toMatchObject({
      id: 2,
      when: 'Tuesday 24 November 2026 at 14:50 (Europe/Berlin)',
    });
    expect((await world.reminders.list()).map(({ kind }) => kind)).toEqual(['ask', 'tell']);
  });

  it.each([
    [
      { unit: 'day', times: ['20:00', '08:00'] },
      'every day at 08:00 and 20:00 (Europe/Berlin), first on Tuesday 24 November 2026 at 20:00',
    ],
    [
      { unit: 'day', weekdays: ['mon', 'thu'], times: ['09:00'] },
      'every Monday and Thursday at 09:00 (Europe/Berlin), first on Thursday 26 November 2026 at 09:00',
    ],
    [
      { unit: 'week', every: 2, weekdays: ['fri'], times: ['09:00'] },
      'every 2 weeks on Friday at 09:00 (Europe/Berlin), first on Friday 27 November 2026 at 09:00',
    ],
    [
      { unit: 'month', dayOfMonth: 1, times: ['09:00'] },
      'every month on the 1st at 09:00 (Europe/Berlin), first on Tuesday 1 December 2026 at 09:00',
    ],
    [
      { unit: 'minute', every: 90, until: '2026-12-01' },
      'every 90 minutes, until Tuesday 1 December 2026 (Europe/Berlin), first on Tuesday 24 November 2026 at 16:00',
    ],
  ])('repeat one: %j', async (repeat, when) => {
    expect(await set({ repeat })).toMatchObject({ when });
  });

  it('take the first time from `at`', async () => {
    expect(await set({ at: '2027-02-14T09:00', repeat: { unit: 'year' } })).toMatchObject({
      when: 'every year on 14 February at 09:00 (Europe/Berlin), first on Sunday 14 February 2027 at 09:00',
    });
    expect(await set({ at: '2026-11-25T08:00', repeat: { unit: 'hour', every: 2 } })).toMatchObject({
      when: 'every 2 hours (Europe/Berlin), first on Wednesday 25 November 2026 at 08:00',
    });
  });

  it.each([
    [{}, 'Give one of at, inMinutes, repeat.'],
    [{ at: '2026-11-25T08:00', inMinutes: 5 }, 'Give inMinutes alone, without at and repeat.'],
    [{ at: '2026-11-24T08:00' }, 'That time has passed.'],
    [{ at: '2027-02-30T08:00' }, 'There is no such date.'],
    [{ repeat: { unit: 'day' } }, 'Give the times of day: times, or at for the first.'],
    [{ repeat: { unit: 'year', times: ['08:00'] } }, 'Give at: the first of the yearly dates.'],
    [{ repeat: { unit: 'hour', weekdays: ['mon'] } }, 'certain weekdays'],
    [{ repeat: { unit: 'minute', every: 5 } }, '10 minutes'],
    [{ repeat: { unit: 'minute', every: 20 }, kind: 'ask' }, '30 minutes'],
    [{ at: '2026-11-25T08:00Z' }, 'not valid'],
    [{ at: '2026-11-25T08:00', id: 9 }, 'There is no reminder 9.'],
  ])('refuse %j in words', async (args, words) => {
    expect(await set(args)).toContain(words);
    expect(await world.reminders.list()).toEqual([]);
  });

  it('change one that is there', async () => {
    await set({ at: '2026-11-25T08:00' });
    expect(await set({ id: 1, at: '2026-11-25T09:00', text: 'call dad' })).toMatchObject({ id: 1 });
    expect(await call('list_reminders', {})).toEqual({
      text: '1 (tell) Wednesday 25 November 2026 at 09:00: call dad',
      failed: false,
    });
  });

  it('tell what waits for the end of the quiet hours', async () => {
    world.preferences = { ...world.preferences, quietHours: { from: '22:00', to: '07:00' } };
    expect(await set({ kind: 'ask', repeat: { unit: 'day', times: ['05:00'] } })).toMatchObject({
      notes: ['What falls into your quiet hours (22:00 to 07:00) waits until they end.'],
    });
  });

  it('list and cancel', async () => {
    expect(await call('list_reminders', {})).toEqual({ text: 'There are no reminders.', failed: false });
    await set({ repeat: { unit: 'day', times: ['08:00'] } });
    expect((await call('list_reminders', {})).text).toBe(
      '1 (tell) every day at 08:00, next Wednesday 25 November 2026 at 08:00: call mum',
    );
    expect(await call('cancel_reminder', { id: 1 })).toEqual({
      text: 'Reminder 1 is cancelled.',
      failed: false,
    });
    expect(await call('cancel_reminder', { id: 1 })).toEqual({
      text: 'Reminder 1 is cancelled.',
      failed: false,
    });
    expect(await call('cancel_reminder', { id: 2 })).toEqual({
      text: 'There is no reminder 2.',
      failed: true,
    });
  });

  it('cost the model few words', () => {
    expect(JSON.stringify(tools.descriptions).length).toBeLessThan(1_600);
  });
});
