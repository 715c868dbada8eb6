/** Linking WhatsApp. */
export const linkWhatsApp = {
  stepNumber: 'Choose the number',
  number: 'Which number is Ara to use?',
  numbers: {
    own: {
      label: 'My own',
      detail: 'You write to yourself, and Ara answers there. It ignores all other chats.',
    },
    dedicated: {
      label: 'One of its own',
      detail: 'A second number with WhatsApp. You write to it as to a friend.',
    },
  },
  readReceipts: 'Read receipts',
  readReceiptsHelp: 'You see when Ara has read a message. You can change it later.',
  by: 'How the phone is told',
  bys: { qr: 'QR code', code: 'Code to type', goQr: 'Show the QR code', goCode: 'Get the code' },
  phone: 'The number that is linked',
  phoneHelp: 'With its country code. It is encrypted here, in your browser, for your own container.',
  phoneWrong: 'This is not a whole number with its country code, such as +49 170 1234567.',
  risk: 'Ara is a linked device, like WhatsApp Web. WhatsApp does not support such programs, and may block a number that uses one.',
  stepPhone: 'Confirm on the phone',
  scanLines: [
    'Open WhatsApp on the phone with that number.',
    'Open Settings, then Linked devices, then Link a device.',
    'Point the camera at this code.',
  ],
  typeLines: [
    'Open WhatsApp on the phone with that number.',
    'Open Settings, then Linked devices, then Link a device, then Link with phone number instead.',
    'Type this code.',
  ],
  waiting: 'Asking WhatsApp for a code…',
  ownLinked: 'Write to yourself in WhatsApp, and Ara answers there.',
};
