/** The tool `forget`: what holds certain words goes for good, after a question where that would be much. */
import * as z from 'zod/mini';
import { forgetText } from '../memory/forget-text.js';
import type { Memory } from '../memory/memory.js';
import type { Tool } from './tool.js';

const CONFIRM =
  'Nothing is removed yet. Show the user what would go and ask; call again with confirmed only after their yes.';

export function forgetTool(memory: Memory): Tool<{ words: string; confirmed?: boolean | undefined }, string> {
  return {
    name: 'forget',
    description:
      'When the user asks to forget: erase every remembered line and message that has these words.',
    arguments: z.object({ words: z.string(), confirmed: z.optional(z.boolean()) }),
    result: z.string(),
    progress: 'Forgetting',
    leavesTrace: false,
    run: ({ words, confirmed = false }) => forgetText(memory.forget(words, { confirmed }), CONFIRM),
  };
}
