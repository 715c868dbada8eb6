/** `cancel_reminder`: takes a reminder back. */
import * as z from 'zod/mini';
import type { Reminders } from '../reminders/reminders.js';
import { ToolError, type Tool } from './tool.js';

const parameters = z.object({ id: z.number() });

export const cancelReminderTool = (reminders: Reminders): Tool<z.infer<typeof parameters>, string> => ({
  name: 'cancel_reminder',
  description: 'Cancels a reminder. Find its id with list_reminders.',
  arguments: parameters,
  result: z.string(),
  progress: 'Cancelling a reminder',
  leavesTrace: true,
  run({ id }) {
    // Also one that an earlier try of this turn cancelled.
    if (reminders.cancel(id) || reminders.wasCancelled(id)) return `Reminder ${id} is cancelled.`;
    throw new ToolError(`There is no reminder ${id}.`);
  },
});
