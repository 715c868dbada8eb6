/** Linking Matrix. */
export const linkMatrix = {
  stepAccount: 'Make an account for Ara',
  stepAccountLines: [
    'Register a new account on any Matrix server, such as matrix.org or your own. It is Ara’s, not yours.',
    'Keep its name and password at hand. Your own account stays as it is.',
  ],
  stepLogin: 'Let Ara sign in',
  homeserver: 'Server',
  login: 'How Ara signs in',
  logins: { password: 'Name and password', token: 'Access token' },
  user: 'Name of Ara’s account',
  password: 'Password of Ara’s account',
  accessToken: 'Access token of Ara’s account',
  owner: 'Your own Matrix ID',
  recoveryKey: 'Recovery key (optional)',
  help: {
    homeserver: 'Where Ara’s account is. Ara may reach this host, and no other.',
    user: undefined,
    password: 'It is encrypted here, in your browser, for your own container, and used once.',
    accessToken: 'It is encrypted here, in your browser, for your own container.',
    recoveryKey:
      'Only where Ara’s account has a key backup already: with its key Ara reads what was said before. It is encrypted here too.',
    owner: 'Only this account may send the code, and write to Ara.',
  },
  wrong: {
    homeserver: 'This is not the address of a server on the internet. It looks like matrix.org.',
    user: 'Which account is Ara’s?',
    password: 'The password is missing.',
    accessToken: 'The access token is missing.',
    owner: 'A Matrix ID looks like @ada:matrix.org.',
    recoveryKey: 'A recovery key has 48 letters and digits, and begins with Es.',
  },
  encryption: 'Encryption',
  encryptions: {
    on: {
      label: 'Where the room is encrypted',
      detail: 'Ara also answers in rooms that are not.',
    },
    required: { label: 'Always', detail: 'Ara answers in encrypted rooms only.' },
    off: {
      label: 'Never',
      detail: 'Ara reads no encrypted rooms, and your server can read what you write to it.',
    },
  },
  go: 'Link the account',
  sealing: 'Encrypting, and signing in…',
  waiting: 'Signing in and making the encryption keys…',
};
