/** /retry answers the last message of this chat again. */
import type { Entry } from '../conversation/conversation.js';
import type { Command, Done } from './command.js';

const again = ({ question, files }: Entry): Done => ({
  ask: { question, files, trace: true, quiet: false, released: false },
});

export const retry: Command = {
  name: 'retry',
  run({ turn, assistant: { conversation }, running }) {
    // Written down by a try that a crash ended.
    const begun = conversation.find(turn);
    if (begun) return again(begun);
    if (running.has(turn)) return 'I am still answering. Send /stop first, then /retry.';
    const taken = conversation.retake(turn);
    return taken ? again(taken) : 'There is nothing to answer again in this conversation.';
  },
};
