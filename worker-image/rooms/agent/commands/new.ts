/** /new starts a new conversation in this chat. */
import type { Command } from './command.js';

export const newConversation: Command = {
  name: 'new',
  aliases: ['reset'],
  summary: 'start a new conversation; I no longer look at the old one',
  run({ turn, conversation }) {
    conversation.startSession(turn);
    return 'New conversation. What I knew from the last one is out of sight.';
  },
};
