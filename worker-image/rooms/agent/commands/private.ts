/** /private asks the model something that is kept nowhere: not in the conversation, not in memory, not in the journal. */
import { refusalOfPrivate } from '../sensitive-gate.js';
import type { Command } from './command.js';

const HOW =
  'Write `/private` and your question in one message. The model answers with our conversation before its eyes, and neither question nor answer is kept. What your provider and your chat app keep is up to them.';
const AS_IT_IS = /^as it is:?\s+/i;

export const privateTurn: Command = {
  name: 'private',
  run({ args }) {
    if (!args) return HOW;
    const meant = AS_IT_IS.test(args);
    const question = args.replace(AS_IT_IS, '');
    const refusal = meant ? null : refusalOfPrivate(question);
    return refusal ?? { ask: { question, trace: false, quiet: false, released: false, asItIs: meant } };
  },
};
