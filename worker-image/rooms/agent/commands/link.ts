/** /link tells which channels are linked and how another one is added. */
import type { Command } from './command.js';
import { stateWords } from './status.js';

export const link: Command = {
  name: 'link',
  async run({ turn }) {
    const lines = await Promise.all(
      turn.status.channels.map(async ({ channel, state }) => `- ${channel}: ${await stateWords(state)}`),
    );
    const linked = lines.length > 0 ? `Linked channels:\n${lines.join('\n')}` : 'No channel is linked.';
    return `${linked}\n\nTo add or change one, run \`npm run ara -- link CHANNEL\` where Ara runs; it gives a code that you send as \`/link CODE\` from the new chat.`;
  },
};
