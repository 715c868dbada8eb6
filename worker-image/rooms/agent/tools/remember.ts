/** The tool `remember`: a fact for good, or a note of the day. */
import * as z from 'zod/mini';
import type { Memory, Where } from '../memory/memory.js';
import type { Tool } from './tool.js';

export function rememberTool(memory: Memory): Tool<{ where: Where; text: string }, string> {
  return {
    name: 'remember',
    description: 'Write down one line about the user: always = a lasting fact, today = a note of the day.',
    arguments: z.object({ where: z.enum(['always', 'today']), text: z.string() }),
    result: z.string(),
    progress: 'Writing that down',
    leavesTrace: true,
    run: ({ where, text }) => (memory.remember(text, where) ? 'Written down.' : 'That is there already.'),
  };
}
