/** What Telegram can carry, as data. */
import type { Capabilities } from '../bridge.js';

export const telegramCapabilities: Capabilities = {
  maxText: 4096,
  // Telegram lets a bot write about once a second into one chat; edits count.
  editInterval: 1000,
  maxFile: 50_000_000,
  repeatsSafely: false,
  editAge: 48 * 3_600_000,
  features: {
    formatting: 'yes; tables as aligned text',
    'long messages': 'split at 4,096 characters',
    'streaming by edits': 'once a second',
    typing: 'yes',
    buttons: 'a keyboard below the chat',
    'command menu': 'yes',
    threads: 'each topic a conversation',
    replies: 'what you reply to is read along',
    reactions: 'to your messages',
    images: 'both ways; up to 10 MB as pictures',
    files: 'from you up to 20 MB, to you up to 50 MB',
    'voice notes': 'both ways; yours are written down',
    groups: 'those that you allow, when you mention it or reply to it',
    'catching up': 'up to 24 hours',
  },
};
