/** /help lists the commands; /start, which Telegram sends first, greets as well. */
import { commandLines } from '../../../../contracts/commands.js';
import type { Command } from './command.js';

const WELCOME = 'Hello, I am Ara, your personal assistant. Just write to me.\n\n';

export const help: Command = {
  name: 'help',
  aliases: ['start'],
  run({ name }) {
    const lines = commandLines.map((line) => `- /${line.name}: ${line.summary}`);
    return `${name === 'start' ? WELCOME : ''}Commands:\n${lines.join('\n')}\n\nEverything else you write goes to the model.`;
  },
};
