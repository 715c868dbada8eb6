/** /remind sets, lists and cancels reminders. */
import { remindCommand } from '../reminders/remind-command.js';
import type { Command } from './command.js';

export const remind: Command = {
  name: 'remind',
  aliases: ['reminders'],
  async run({ turn, args, assistant }) {
    const { channel, chat } = turn;
    const { reminders } = await assistant.agenda();
    return remindCommand(args, { reminders, channel, chat, now: turn.sentAt });
  },
};
