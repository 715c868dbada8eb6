/** `list_reminders`: what is set, the soonest first. */
import * as z from 'zod/mini';
import type { Reminders } from '../reminders/reminders.js';
import { isRepeating } from '../reminders/schedule.js';
import type { Tool } from './tool.js';

const MOST = 50;
const LONGEST_TEXT = 200;

export const listRemindersTool = (reminders: Reminders): Tool<Record<string, never>, string> => ({
  name: 'list_reminders',
  description: 'Lists the reminders with their ids and next times.',
  arguments: z.object({}),
  result: z.string(),
  progress: 'Looking through your reminders',
  leavesTrace: false,
  async run() {
    const { momentWords, scheduleWords } = await import('../reminders/words.js');
    const all = await reminders.list();
    if (all.length === 0) return 'There are no reminders.';
    const lines = all.slice(0, MOST).map(({ id, kind, text, when, next }) => {
      const repeats = isRepeating(when) ? `${scheduleWords(when)}, next ` : '';
      return `${id} (${kind}) ${repeats}${momentWords(next, reminders.timeZone)}: ${text.slice(0, LONGEST_TEXT)}`;
    });
    const more = all.length > MOST ? [`and ${all.length - MOST} later ones`] : [];
    return [...lines, ...more].join('\n');
  },
});
