/** /unlink takes a channel away, once the user has said so twice. */
import type { Command } from './command.js';

export const unlink: Command = {
  name: 'unlink',
  run({ turn, args }) {
    const linked = turn.status.channels.map(({ channel }) => channel);
    const [word = '', sure = ''] = args.toLowerCase().split(/\s+/);
    if (linked.length === 0) return 'No channel is linked.';
    const channel = linked.find((each) => each === word);
    if (!channel)
      return `Which channel? Linked: ${linked.join(', ')}. Say for example \`/unlink ${linked[0] ?? ''}\`.`;
    if (sure !== 'yes')
      return `This forgets the credentials of ${channel}; I then no longer read or write there. Your conversations and memory stay. Sure? Send \`/unlink ${channel} yes\`.`;
    return {
      words: `${channel} is being unlinked: this is my last message there. To link it again: \`npm run ara -- link ${channel}\`.`,
      unlink: channel,
    };
  },
};
