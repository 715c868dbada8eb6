/** Taking everything along. */
export const exporting = {
  title: 'Export',
  about: 'Everything that Ara keeps of you, in one file that is yours.',
  link: 'Take everything along',
  what: 'What is in it',
  whatAbout:
    'Conversations (to read, and for programs), memory, files, settings, reminders, usage, data flows, your account, and a list of all files with their checksums. Your keys and the credentials of channels are in no export.',
  encrypted:
    'The file is made in your container and encrypted with a passphrase of yours. The passphrase is sealed in this browser for your container: nothing in between can read it, and nobody can open the file without it. Write it down.',
  passphrase: 'Passphrase',
  passphraseHelp: 'Four words that do not belong together are good.',
  again: 'The same again',
  weak: 'This is easily guessed. Take more words, or make it longer.',
  differs: 'This is not the same.',
  make: 'Make the export',
  makeAgain: 'Make a new one',
  making: 'Your container is making the export',
  progress: (done: string, all: string) => `${done} of about ${all}`,
  failed: 'The export could not be made. Try again; if it fails again, tell whoever runs this Ara.',
  ready: 'Your export is ready',
  readyAbout: (size: string, until: string) => `${size}, encrypted. It is removed ${until}.`,
  download: 'Download',
  remove: 'Remove it now',
  removed: 'The export is removed.',
  open: 'Open it with age (age-encryption.org): age -d ara-export.age | tar -x',
};

export const retention = {
  open: (rows: number) => `Show all ${rows} kinds of data`,
  title: 'How long it is kept',
  about: 'Jobs hold Ara to this table, and a test holds the table to the jobs.',
  columns: { what: 'What', where: 'Where', kept: 'How long', removed: 'Who removes it' },
  where: {
    container: 'Your container',
    database: 'Shared database',
    queue: 'Queue',
    backup: 'Backups',
    machine: 'Machine',
  },
};
