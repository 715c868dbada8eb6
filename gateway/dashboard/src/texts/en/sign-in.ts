/** Signing in, joining, and proving that it is still you. */
export const signIn = {
  title: 'Sign in',
  about: 'Your assistant, its memory and your keys wait inside.',
  passkey: 'Sign in with a passkey',
  or: 'or with your password',
  name: 'Name',
  password: 'Password',
  withPassword: 'Sign in',
  organisation: (name: string) => `Continue with ${name}`,
  codeTitle: 'One more step',
  codeAbout: 'Enter the six digits that your authenticator app shows, or one of your recovery codes.',
  code: 'Code',
  checkCode: 'Continue',
  startOver: 'Start over',
  noPasskeys:
    'Passkeys do not work here: the browser has none, or the address is a number. Use your password.',
  fresh: 'Nobody has an account here yet',
  freshAbout:
    'Open the link that `npm start` printed in the terminal. It makes you the operator of this Ara.',
  noAccount: 'No account yet?',
  signUp: 'Create one',
  invitationOnly: 'New here? Ask whoever runs this Ara for an invitation.',
  promise: 'Your messages live in your own container. Whoever runs this server does not read them.',
};

export const join = {
  titleFresh: 'Welcome. Let’s set up Ara',
  titleInvited: 'You are invited to Ara',
  titleOpen: 'Create your account',
  aboutFresh: 'You are the first, so you become the operator: you can invite others later.',
  aboutInvited: 'Choose how you want to sign in. It takes half a minute.',
  aboutOpen: 'Choose how you want to sign in. It takes half a minute.',
  validUntil: (time: string) => `The invitation holds until ${time}.`,
  name: 'Your name',
  nameHelp: 'What you sign in with. You can pick anything.',
  nameGiven: 'This name was chosen for you by the operator.',
  passkey: 'Continue with a passkey',
  passkeyAbout: 'Your fingerprint, face or screen lock. Nothing to remember, nothing to steal.',
  usePassword: 'Use a password instead',
  usePasskey: 'Use a passkey instead',
  password: 'Password',
  passwordHelp: 'At least 10 characters. A sentence is better than a word.',
  create: 'Create account',
  badLink: 'This link does not work',
  badLinkAbout: 'It is cut off, was used already, or is too old. Ask for a new one.',
  closed: 'New accounts are closed here. Ask whoever runs this Ara for an invitation.',
  nameMissing: 'Choose a name first.',
  toSignIn: 'I have an account already',
};

export const proof = {
  title: 'Is it still you?',
  about: 'You are about to change something that matters. Confirm it once; then you have a few minutes.',
  passkey: 'Confirm with a passkey',
  confirm: 'Confirm',
  none: 'You have neither passkey nor password. Sign out and in again, then repeat this.',
};
