/** /allow and /disallow are taken at the channel itself, in a group. Whoever says them elsewhere learns what they are for. */
import type { Command } from './command.js';

export const allow: Command = {
  name: 'allow',
  aliases: ['disallow'],
  run: () =>
    'That is for groups. Put me into one and send `/allow` there: from then on I answer you there when you mention me or reply to me, and nobody else. `/disallow` ends it.',
};
