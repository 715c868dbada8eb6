/** What the browser can carry, as data. */
import type { Capabilities } from '../bridge.js';

export const webCapabilities: Capabilities = {
  // An answer is one message, whatever its length: only what no model writes in one turn is cut.
  maxText: 400_000,
  editInterval: 200,
  maxFile: 50_000_000,
  repeatsSafely: true,
  editAge: null,
  features: {
    formatting: 'all of it, with tables and code',
    'long messages': 'whole',
    'streaming by edits': 'several times a second',
    typing: 'yes',
    buttons: 'yes',
    files: 'sent to you, up to 50 MB',
    'catching up': 'the conversation is kept',
    'no repeats after a crash': 'yes',
  },
};
