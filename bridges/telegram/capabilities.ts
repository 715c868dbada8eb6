/** What Telegram can carry, as data. */
import type { Capabilities } from '../bridge.js';

export const telegramCapabilities: Capabilities = {
  maxText: 4096,
  // Telegram lets a bot write about once a second into one chat; edits count.
  editInterval: 1000,
  maxFile: 50_000_000,
  repeatsSafely: false,
  editAge: 48 * 3_600_000,
  features: {},
};
