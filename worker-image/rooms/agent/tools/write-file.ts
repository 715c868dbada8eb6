/** `write_file`: puts a whole text file in place. */
import * as z from 'zod/mini';
import { forModel } from '../workspace/for-model.js';
import { sizeOf } from '../workspace/text.js';
import type { Workspace } from '../workspace/workspace.js';
import type { Tool } from './tool.js';

const parameters = z.object({
  path: z.string().check(z.describe('such as notes/trip.md; folders are made')),
  text: z.string().check(z.describe('the whole file')),
});

export const writeFileTool = (workspace: Workspace): Tool<z.infer<typeof parameters>, string> => ({
  name: 'write_file',
  description:
    "Writes a text file into the user's workspace, in place of one of the same path. Use edit_file for changes.",
  arguments: parameters,
  result: z.string(),
  progress: 'Writing a file',
  leavesTrace: true,
  run: ({ path, text }) =>
    forModel(() => {
      const bytes = Buffer.from(text);
      const { replaced } = workspace.write(path, bytes);
      return `${replaced ? 'Replaced' : 'Written'}, ${sizeOf(bytes.length)}.`;
    }),
});
