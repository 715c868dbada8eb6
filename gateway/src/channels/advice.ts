/** What a user can do about a channel, in the words of the dashboard; empty where there is nothing to do. */
import type { ChannelState } from '../../../contracts/channel-state.js';

export const dashboardAdvice: Record<ChannelState, string> = {
  unlinked: 'Link it to write to your assistant from here.',
  'waiting-for-owner': 'Send the code to the bot, so that it knows you. A new code can be made here.',
  connecting: '',
  connected: '',
  unreachable: 'Nothing to do: the platform does not answer, and it is tried again by itself.',
  'rate-limited': 'Nothing to do: the platform asked for a pause, and it goes on by itself.',
  'phone-away': 'Open WhatsApp on your phone: it unlinks its devices after 14 days without it.',
  conflict: 'Another program uses the same token. Stop it, or make a new token and link again.',
  'needs-relink': 'The platform does not take the token any more. Link the channel again.',
};
