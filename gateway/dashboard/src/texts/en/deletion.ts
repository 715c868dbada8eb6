/** Deleting: what goes, how far it is, and the receipt. */
import { plural } from './plural';

export const deletion = {
  title: 'Delete',
  about:
    'Really gone, and shown to be: each deletion ends with a search for what is left, and a signed receipt.',
  kinds: {
    memory: {
      title: 'Clear memory',
      about: 'Conversations, memory and everything on its way. Settings, channels, reminders and files stay.',
      action: 'Clear memory',
      ask: 'Clear your memory?',
      stays: 'Your settings, channels and reminders stay.',
    },
    container: {
      title: 'Delete the container',
      about:
        'Also files, reminders, settings and every linked channel. Your account, API keys and usage figures stay.',
      action: 'Delete the container',
      ask: 'Delete your container?',
      stays:
        'Your reminders and settings go with it, and every channel is unlinked. Account, API keys and usage figures stay.',
    },
    account: {
      title: 'Delete the account',
      about: 'Everything, with the key that all of it was sealed with. Nobody can bring it back.',
      action: 'Delete the account',
      ask: 'Delete your account?',
      stays:
        'Nothing stays but a keyed hash, so that no backup brings you back. You are signed out everywhere.',
    },
  },
  files: 'Delete my files too',
  goes: 'This goes, for good:',
  columns: { what: 'What', amount: 'How much' },
  things: {
    conversations: 'Conversations',
    memory: 'Memory',
    files: 'Files',
    reminders: 'Reminders',
    'channel-credentials': 'Linked channels',
    'api-keys': 'API keys',
    account: 'Your account',
    sessions: 'Sessions',
    'usage-figures': 'Usage figures',
    'data-flows': 'Data flows',
    'audit-trail': 'Audit trail (kept without you)',
    queue: 'Messages on their way',
  } as Record<string, string>,
  counting: 'Counting what there is; your container may have to wake first…',
  all: 'all there is',
  platforms:
    'What stands in your chats lies with the platforms: delete it there. Model providers keep what they were sent by their own rules.',
  proof: 'You are asked to prove that it is you.',
  doing: 'Being deleted',
  steps: 'Steps',
  stepOf: (done: number, all: number) => `${done} of ${all}`,
  removed: (count: number) => `${plural(count, 'thing')} removed`,
  waiting: 'One step takes longer than it should; it is tried again until it succeeds.',
  done: 'It is gone',
  searched: (places: number, found: number) =>
    `Afterwards ${plural(places, 'place')} were searched: ${found} found.`,
  notReached: 'Not reached from here',
  download: 'Download the receipt',
  receiptAbout:
    'Signed by this installation and kept for 30 days. `npm run ara -- receipt verify FILE` checks it.',
  earlier: 'Earlier deletions',
  receiptTitle: 'Receipt of a deletion',
  receiptPage: 'Everybody with this address can see this page; it says nothing about who it was.',
  badLink: 'There is no such receipt. They are kept for 30 days; check that the address was copied whole.',
  toStart: 'To the sign-in',
};
