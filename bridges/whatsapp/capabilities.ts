/** What WhatsApp can carry, as data. */
import type { Capabilities } from '../bridge.js';

const MINUTE = 60_000;

export const whatsappCapabilities: Capabilities = {
  // WhatsApp takes 65,536 characters, and folds a message away long before that.
  maxText: 4_096,
  // Each edit is a message to every device of the reader.
  editInterval: 2_500,
  maxFile: 100_000_000,
  repeatsSafely: true,
  // WhatsApp gives 15 minutes; one is kept for the way.
  editAge: 14 * MINUTE,
  features: {
    formatting: 'bold, italic, strikethrough, code, lists, quotes; links as text',
    'long messages': 'in parts of 4,096 characters',
    'streaming by edits': 'for 14 minutes, every 2.5 seconds',
    typing: 'with a number of its own',
    replies: 'what you quote is read along',
    reactions: 'to your messages',
    'read receipts': 'off by default; with a number of its own',
    images: 'both ways; JPEG and PNG up to 16 MB as pictures',
    files: 'both ways, up to 100 MB',
    'voice notes': 'both ways',
    groups: 'those that you allow, when you mention it or reply to it',
    'end-to-end encryption': "WhatsApp's own, up to your container",
    'catching up': 'what WhatsApp kept while it was away',
    'no repeats after a crash': 'a message keeps its id',
  },
};

/** Larger pictures go as files, as WhatsApp's own app sends them. */
export const MAX_PICTURE = 16_000_000;
