/** /stop ends the answer that is being written in this chat. */
import type { Command } from './command.js';

export const stop: Command = {
  name: 'stop',
  run({ turn, running }) {
    if (!running.stop(turn)) return 'I am not writing an answer in this chat.';
    return turn.status.waiting > 0 ? 'I stop. The messages you sent after it come next.' : 'I stop.';
  },
};
