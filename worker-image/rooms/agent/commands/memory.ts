/** /memory shows what Ara remembers, and the prompt and summary that go to the model. */
import { promptNow } from '../context/context.js';
import { memoryCommand } from '../memory/memory-command.js';
import type { Command } from './command.js';

export const memory: Command = {
  name: 'memory',
  async run({ turn, args, assistant }) {
    if (args === 'prompt') {
      const { stable, current } = await promptNow(assistant);
      const size = Buffer.byteLength(stable + current);
      return `This is all the model is told before our conversation (${size} bytes):\n\n\`\`\`\n${stable}\n\n${current}\n\`\`\``;
    }
    if (args === 'summary') {
      const { text } = assistant.summaries.of(turn, assistant.conversation.session(turn));
      return text || 'I have not had to sum up this conversation yet: the model sees all of it.';
    }
    return memoryCommand(args, await assistant.memory());
  },
};
