/** The closed set of states that a channel can be in; trouble is a state with something the user can do. */
import * as z from 'zod';

export const channelState = z.enum([
  'unlinked', // no credential
  'waiting-for-owner', // credential works; nobody has sent the /link code yet
  'connecting',
  'connected', // the platform answered lately
  'unreachable', // network or platform down; retried by itself
  'rate-limited', // the platform asked us to wait; waited by itself
  'phone-away', // WhatsApp: the phone has not been online for long, and unlinks its devices soon
  'conflict', // another program uses the same credential
  'stopped', // its user stopped the host that it needs
  'needs-relink', // the platform refused the credential
]);
export type ChannelState = z.infer<typeof channelState>;

/** What the user can do in each state; empty where there is nothing to do. */
export const channelAdvice: Record<ChannelState, string> = {
  unlinked: 'Link it with `npm run ara -- link`, or on the dashboard.',
  'waiting-for-owner': 'Send the /link code there.',
  connecting: '',
  connected: '',
  unreachable: 'Nothing to do: it is tried again by itself.',
  'rate-limited': 'Nothing to do: the platform asked for a pause.',
  'phone-away': 'Open WhatsApp on your phone: it unlinks its devices after 14 days without it.',
  conflict: 'Another program uses the same link. Stop it, or link the channel again.',
  stopped: 'You have stopped its host. Allow it again on the page Privacy, or with `/privacy allow HOST`.',
  'needs-relink': 'The platform no longer accepts the link. Link the channel again.',
};
