/** Bringing an export in. */
import { plural } from './plural';

interface Report {
  conversations: number;
  turns: number;
  memoryFiles: number;
  files: number;
  reminders: number;
}

export const importing = {
  title: 'Bring an export in',
  about:
    'An export of this Ara or of another one becomes what this account has. This works as long as there is nothing here yet: no conversation, no memory, no file. Nothing is taken from a file that is damaged.',
  choose: 'Choose the file',
  chosen: (name: string, size: string) => `${name}, ${size}`,
  passphrase: 'Passphrase of the export',
  noPassphrase: 'The export was made with a passphrase. Type it here.',
  take: 'Bring it in',
  sending: 'On its way to your container',
  progress: (sent: string, all: string) => `${sent} of ${all}`,
  reading: 'Your container is checking all of it. Nothing counts before that is done…',
  done: 'Your export is here',
  report: ({ conversations, turns, memoryFiles, files, reminders }: Report) =>
    `${plural(conversations, 'conversation')} with ${plural(turns, 'turn')}, ${plural(memoryFiles, 'memory file')}, ` +
    `${plural(files, 'file')} and ${plural(reminders, 'reminder')}.`,
  next: 'Keys and channels are in no export: add them on their pages.',
  trouble: {
    none: 'Choose the file first.',
    other: 'This is no export of Ara. Choose the file that Ara made; its name was ara-export.age.',
    large: 'This file is larger than any export that Ara takes in.',
  },
};
