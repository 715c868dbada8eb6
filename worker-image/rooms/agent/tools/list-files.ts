/** `list_files`: what lies in the workspace. */
import * as z from 'zod/mini';
import { forModel } from '../workspace/for-model.js';
import { sizeOf } from '../workspace/text.js';
import type { Entry, Workspace } from '../workspace/workspace.js';
import type { Tool } from './tool.js';

const MOST = 200;

const parameters = z.object({
  folder: z._default(z.string(), '').check(z.describe('empty for all')),
  depth: z._default(z.int().check(z.minimum(1), z.maximum(12)), 12).check(z.describe('levels of folders')),
});

export const listFilesTool = (workspace: Workspace): Tool<z.infer<typeof parameters>, string> => ({
  name: 'list_files',
  description: "Lists the files of the user's workspace with size and time of change (UTC).",
  arguments: parameters,
  result: z.string(),
  progress: 'Looking through your files',
  leavesTrace: false,
  run: ({ folder, depth }) =>
    forModel(() => {
      const { entries, more } = workspace.list(folder, depth, MOST);
      if (entries.length === 0) return 'There are no files here.';
      const rest = more > 0 ? [`and ${more} more: list a folder, or use search_files`] : [];
      return [...entries.map(lineOf), ...rest].join('\n');
    }),
});

function lineOf({ path, isFolder, bytes, changedAt }: Entry): string {
  if (isFolder) return `${path}/`;
  return `${path} (${sizeOf(bytes)}, ${new Date(changedAt).toISOString().slice(0, 16)})`;
}
