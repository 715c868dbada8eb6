/** What the browser can carry, as data. */
import type { Capabilities } from '../bridge.js';

export const webCapabilities: Capabilities = {
  // An answer is one message, whatever its length: only what no model writes in one turn is cut.
  maxText: 400_000,
  editInterval: 200,
  maxFile: 50_000_000,
  repeatsSafely: true,
  editAge: null,
  features: {},
};
