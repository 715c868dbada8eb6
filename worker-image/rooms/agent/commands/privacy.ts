/** /privacy tells where the user's data lies and what of it went to whom. */
import { providerName } from '../failures.js';
import type { Command } from './command.js';

const WHERE = `**Where your data lies**
- Conversations, memory, files, reminders: in your own container, nowhere else.
- The tokens of your channels: in your container too, encrypted, where I (the assistant) cannot read them.
- Your API keys: encrypted in the database; opened only for the part of your container that calls your provider. I never see them.
- The database knows your account and usage figures, never what you write.`;

const RIGHTS = `**What you can do**
- /memory shows and forgets, /undo takes a message back, /new starts afresh
- /export gives you everything in one file
- /private asks something that is kept nowhere
- Card numbers, passwords and keys in a message are held until you say what to do`;

export const privacy: Command = {
  name: 'privacy',
  async run({ turn, assistant }) {
    const { rows } = await assistant.door.spending();
    const asked = [...Map.groupBy(rows, ({ provider }) => provider)].map(([provider, own]) => {
      const calls = own.reduce((total, row) => total + row.calls, 0);
      return `- ${providerName(provider)}: ${calls} model calls in the last 31 days, with the messages and notes they needed`;
    });
    const channels = turn.status.channels.map(
      ({ channel }) => `- ${channel}: the messages of this chat, both ways`,
    );
    return `${WHERE}\n\n**What went out**\n${[...channels, ...asked].join('\n')}\nNothing else can leave your container: every connection is on its list, counted by host and bytes (\`npm run ara -- status\`).\n\n${RIGHTS}`;
  },
};
