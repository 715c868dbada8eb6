/** The tool `recall`: a search in memory, notes and conversations. */
import * as z from 'zod/mini';
import type { Memory } from '../memory/memory.js';
import type { Source } from '../memory/search-index.js';
import type { Tool } from './tool.js';

interface Recalled {
  /** `SOURCE DATE: TEXT`, best first; short, because the model pays for each character. */
  found: string[];
  note?: string | undefined;
}

export function recallTool(memory: Memory): Tool<{ query: string; source?: Source | undefined }, Recalled> {
  return {
    name: 'recall',
    description: 'Search what is remembered: memory, daily notes, past conversations. A few telling words.',
    arguments: z.object({
      query: z.string(),
      source: z.optional(z.enum(['memory', 'note', 'conversation'])),
    }),
    result: z.object({ found: z.array(z.string()), note: z.optional(z.string()) }),
    progress: 'Searching your notes',
    leavesTrace: false,
    async run({ query, source }) {
      const { found, complete } = await memory.recall(query, source ? { source } : {});
      return {
        found: found.map(({ source: from, date, text }) => `${from}${date ? ` ${date}` : ''}: ${text}`),
        ...(complete ? {} : { note: 'The index is still being built; a later search finds more.' }),
      };
    },
  };
}
