/** `edit_file`: replaces an exact text in a file. */
import * as z from 'zod/mini';
import { forModel } from '../workspace/for-model.js';
import type { Workspace } from '../workspace/workspace.js';
import type { Tool } from './tool.js';

const parameters = z.object({
  path: z.string(),
  old: z.string().check(z.minLength(1), z.describe('exact text, long enough to occur once')),
  new: z.string(),
  all: z._default(z.boolean(), false).check(z.describe('replace every occurrence')),
});

export const editFileTool = (workspace: Workspace): Tool<z.infer<typeof parameters>, string> => ({
  name: 'edit_file',
  description: "Replaces a text in a file of the user's workspace.",
  arguments: parameters,
  result: z.string(),
  progress: 'Editing a file',
  leavesTrace: true,
  run: ({ path, ...edit }) =>
    forModel(() => {
      const replaced = workspace.edit(path, edit);
      return replaced === 1 ? 'Replaced once.' : `Replaced ${replaced} times.`;
    }),
});
