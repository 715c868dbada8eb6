/** /new starts a new conversation in this chat. */
import type { Command } from './command.js';

export const newConversation: Command = {
  name: 'new',
  aliases: ['reset'],
  run({ turn, assistant }) {
    assistant.conversation.startSession(turn);
    return 'New conversation. The last one is out of my sight; what I remember (/memory) stays.';
  },
};
