/** /clear and /delete are answered by the bridge room, which alone may decide; they get here only with one that is older. */
import type { Command } from './command.js';

const ELSEWHERE =
  'I may not delete that myself, and the part of me that may does not know this command yet. Use the Privacy page of the dashboard.';

export const clear: Command = { name: 'clear', run: () => ELSEWHERE };
export const deletion: Command = { name: 'delete', run: () => ELSEWHERE };
