/** The tool `correct_memory`: one remembered line made right. */
import * as z from 'zod/mini';
import type { Memory } from '../memory/memory.js';
import type { Tool } from './tool.js';

export function correctMemoryTool(memory: Memory): Tool<{ old: string; new: string }, string> {
  return {
    name: 'correct_memory',
    description:
      'Replace a remembered line. old: words that only this line has; new: the whole line as it should be.',
    arguments: z.object({ old: z.string(), new: z.string() }),
    result: z.string(),
    progress: 'Correcting my memory',
    leavesTrace: true,
    run: (call) => `Corrected in ${memory.correct(call.old, call.new).join(', ')}.`,
  };
}
