/** What Matrix can carry, as data. */
import type { Capabilities } from '../bridge.js';

export const matrixCapabilities: Capabilities = {
  // An event holds 65,536 bytes; a text of this length fits in any script, with its markup where that is short, and encrypted.
  maxText: 8_000,
  editInterval: 1_000,
  // What Synapse takes unless its administrator says otherwise.
  maxFile: 50_000_000,
  repeatsSafely: true,
  editAge: null,
  features: {
    formatting: 'Markdown both ways, tables and headings included',
    'long messages': 'split at 8,000 characters',
    'streaming by edits': 'yes, about once a second',
    typing: 'yes',
    buttons: 'as reactions to tap, in rooms without encryption',
    replies: 'the assistant reads what you reply to',
    threads: 'each thread is a conversation of its own',
    reactions: 'the assistant can react',
    'read receipts': 'yes',
    images: 'both ways',
    files: 'both ways, up to 50 MB or what the homeserver takes',
    'voice notes': 'both ways',
    groups: 'rooms that you allow, when you mention the assistant or reply to it',
    'end-to-end encryption': 'off, on or required; verification by emoji',
    'catching up': 'yes, gaps in the timeline included',
    'no repeats after a crash': 'yes',
  },
};
