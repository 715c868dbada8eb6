/** /undo takes the last message of this chat and its answer out of the conversation. */
import type { Command } from './command.js';

const LONGEST_QUOTE = 80;

export const undo: Command = {
  name: 'undo',
  async run({ turn, assistant, running }) {
    if (running.has(turn)) return 'I am still answering. Send /stop first, then /undo.';
    const taken = assistant.conversation.takeBack(turn);
    if (!taken) return 'There is nothing to take back in this conversation.';
    (await assistant.memory()).index.remove('conversation', String(taken.position));
    assistant.leaveNoTrace();
    const { question } = taken;
    const quote = question.length > LONGEST_QUOTE ? `${question.slice(0, LONGEST_QUOTE)}…` : question;
    return `Taken back: “${quote}” and my answer to it. What I did meanwhile (files, notes, reminders) stays.`;
  },
};
