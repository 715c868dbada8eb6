/** What appears everywhere. */
export const common = {
  product: 'Ara',
  windowTitle: (page: string) => `${page} · Ara`,
  loading: 'Loading…',
  working: 'Working…',
  tryAgain: 'Try again',
  close: 'Close',
  cancel: 'Cancel',
  save: 'Save',
  saved: 'Saved.',
  remove: 'Remove',
  delete: 'Delete',
  copy: 'Copy',
  copied: 'Copied',
  copyThing: (thing: string) => `Copy: ${thing}`,
  copyFailed: 'The browser did not let us copy. Select the text and copy it yourself.',
  dismiss: 'Dismiss',
  back: 'Back',
  never: 'never',
  none: 'none',
  channels: { telegram: 'Telegram', matrix: 'Matrix', whatsapp: 'WhatsApp', web: 'Browser' } as Record<
    string,
    string
  >,
  providers: {
    anthropic: 'Anthropic',
    openai: 'OpenAI',
    google: 'Google',
    compatible: 'OpenAI-compatible',
  } as Record<string, string>,
};

/** The API says itself what to do; only where the dashboard has the button for it, other words stand here. */
export const errors = {
  unknown:
    'Something went wrong that should not. Load the page again; if it stays, tell whoever runs this Ara.',
  unreachable: 'Ara does not answer. Check your connection, and whether Ara is running, then try again.',
  wait: (time: string) => `Too many tries. Wait ${time}, then try again.`,
  passkeyCancelled: 'The passkey was not used. Try again, or choose another way below.',
  passkeyExists: 'This device has a passkey for your account already.',
  byCode: {
    unauthorized: 'You are not signed in any more. Sign in again.',
    'proof-needed': 'This needs a moment of proof that it is you. Do it again and confirm.',
    'passkeys-full':
      'Your account has as many passkeys as it may have. Remove one that you do not use first.',
    'not-empty':
      'There is content in this account already, and an import would mix with it. Bring the export into a new account.',
    'no-key': 'No API key is set. Add one on the Keys page.',
    'version-mismatch':
      'The assistant’s container is from another version. Whoever runs this Ara must run `npm run image`.',
  } as Record<string, string>,
};

export const nav = {
  label: 'Pages',
  skip: 'Skip to the page',
  home: 'Home',
  chat: 'Chat',
  channels: 'Channels',
  keys: 'Keys',
  assistant: 'Assistant',
  usage: 'Usage',
  privacy: 'Privacy',
  security: 'Security',
  operator: 'Operator',
  more: 'More',
  account: 'Account',
  accountOf: (name: string) => `Account of ${name}`,
  role: 'Operator',
  signOut: 'Sign out',
  theme: 'Colours',
  themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
};
