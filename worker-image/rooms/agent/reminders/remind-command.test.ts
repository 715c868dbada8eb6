/** Tests of `/remind`. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chatId } from '../../../../contracts/ids.js';
import { remindCommand } from './remind-command.js';
import { at, HERE, ReminderWorld } from './testing/reminder-world.js';

const NOW = at('2026-11-24T14:30+01:00');

describe('/remind', () => {
  let world: ReminderWorld;
  beforeEach(() => (world = new ReminderWorld(NOW)));
  afterEach(() => world.end());

  const remind = (args: string): Promise<string> =>
    remindCommand(args, { ...HERE, reminders: world.reminders, now: world.now });

  it('sets one and says exactly what it understood', async () => {
    expect(await remind('me tomorrow at 8 to call mum')).toBe(
      [
        '⏰ Reminder **1** is set: call mum',
        'Wednesday 25 November 2026 at 08:00 (Europe/Berlin)',
        '`/remind cancel 1` takes it back.',
      ].join('\n'),
    );
    expect(await remind('every weekday stand-up')).toBe(
      [
        '⏰ Reminder **2** is set: stand-up',
        'Every weekday (Monday to Friday) at 09:00 (Europe/Berlin), first on Wednesday 25 November 2026 at 09:00',
        '`/remind cancel 2` takes it back.',
        '- You gave no time of day, so I took 09:00.',
      ].join('\n'),
    );
  });

  it('says what it could not understand, and sets nothing', async () => {
    expect(await remind('call mum')).toMatch(/^I found no time in that\. For example: /);
    expect(await remind('every 5 minutes blink')).toMatch('every 10 minutes');
    expect(await world.reminders.list()).toEqual([]);
  });

  it('sets none for a time that has passed while the message was on its way', async () => {
    world.now += 30 * 60_000;
    const answer = await remindCommand('in 20 minutes x', { ...HERE, reminders: world.reminders, now: NOW });
    expect(answer).toBe('That time has passed.');
  });

  it('says that it comes in the quiet hours, when it does', async () => {
    world.preferences = { ...world.preferences, quietHours: { from: '22:00', to: '07:00' } };
    const note = 'What falls into your quiet hours (22:00 to 07:00) comes all the same';
    expect(await remind('tonight at 23:00 lights')).toContain(note);
    expect(await remind('every day at 8 and 23 pills')).toContain(note);
    expect(await remind('tomorrow at 8 call mum')).not.toContain('quiet');
  });

  it('tells once how to set the time zone', async () => {
    world.preferences = { ...world.preferences, timeZone: 'UTC' };
    expect(await remind('in 20 minutes x')).not.toContain('/settings');
    expect(await remind('tomorrow at 8 y')).toContain('`/settings timezone Europe/Berlin`');
    world.restart();
    expect(await remind('tomorrow at 9 z')).not.toContain('/settings');
  });

  it('lists them, the soonest first, in local time', async () => {
    expect(await remind('')).toMatch('There are no reminders.');
    await remind('every day at 8 take pills');
    await remind('in 20 minutes the\noven');
    await world.add({ kind: 'local', at: '2026-12-01T09:00' }, { kind: 'ask', chat: chatId.parse('2') });
    expect(await remind('list')).toBe(
      [
        '**Your reminders**, in the time of Europe/Berlin',
        '- **2**: the oven (Tuesday 24 November 2026 at 14:50)',
        '- **1**: take pills (every day at 08:00, next on Wednesday 25 November 2026 at 08:00)',
        '- **3**: call mum (Tuesday 1 December 2026 at 09:00; done by me; in another chat)',
        '',
        '`/remind cancel ID` takes one back, `/remind cancel all` all of them.',
      ].join('\n'),
    );
  });

  it('shows the first 50, and of each the beginning', async () => {
    for (let day = 1; day <= 52; day++)
      await world.add(
        { kind: 'instant', at: NOW + day * 86_400_000 },
        { text: `${day} ${'long '.repeat(50)}` },
      );
    const lines = (await remind('')).split('\n');
    expect(lines[1]?.length).toBeLessThan(200);
    expect(lines[1]).toContain('…');
    expect(lines[51]).toBe('- and 2 later ones');
  });

  it('cancels by id, as often as it is asked', async () => {
    await remind('tomorrow at 8 a');
    await remind('tomorrow at 9 b');
    expect(await remind('cancel 1, r2 9')).toBe(
      [
        'Reminder **1** is cancelled.',
        'Reminder **2** is cancelled.',
        'There is no reminder **9**. `/remind` lists them.',
      ].join('\n'),
    );
    expect(await remind('cancel #1')).toBe('Reminder **1** is cancelled.');
  });

  it('asks before it cancels all', async () => {
    expect(await remind('cancel all')).toBe('There are no reminders.');
    await remind('tomorrow at 8 a');
    await remind('tomorrow at 9 b');
    expect(await remind('cancel all')).toBe('This cancels 2 reminders. To do it: `/remind cancel all yes`');
    expect(await world.reminders.list()).toHaveLength(2);
    expect(await remind('cancel all yes')).toBe('Cancelled 2 reminders.');
    expect(await world.reminders.list()).toEqual([]);
  });

  it('takes what only begins like a word of its own for a reminder', async () => {
    expect(await remind('cancel the subscription tomorrow at 8')).toContain(
      'is set: cancel the subscription',
    );
    expect(await remind('help Bob move on friday at 9')).toContain('is set: help Bob move');
    expect(await remind('cancel')).toMatch(/^To set one/);
    expect(await remind('help')).toMatch(/^To set one/);
  });
});
