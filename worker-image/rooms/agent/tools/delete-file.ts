/** `delete_file`: removes one file for good. */
import * as z from 'zod/mini';
import { forModel } from '../workspace/for-model.js';
import type { Workspace } from '../workspace/workspace.js';
import { ToolError, type Tool } from './tool.js';

const parameters = z.object({ path: z.string() });

export const deleteFileTool = (workspace: Workspace): Tool<z.infer<typeof parameters>, string> => ({
  name: 'delete_file',
  description: "Deletes one file of the user's workspace for good. Only when the user has asked for it.",
  arguments: parameters,
  result: z.string(),
  progress: 'Deleting a file',
  leavesTrace: true,
  run: ({ path }) =>
    forModel(() => {
      // A whole folder is for the user alone to delete, by /files.
      if (workspace.entry(path).isFolder)
        throw new ToolError('This is a folder. Delete its files one by one.');
      workspace.delete(path);
      return 'Deleted.';
    }),
});
