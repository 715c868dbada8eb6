/** `search_files`: finds files by name and lines by what they say. */
import * as z from 'zod/mini';
import { forModel } from '../workspace/for-model.js';
import { search, type Found, type Match } from '../workspace/search.js';
import type { Workspace } from '../workspace/workspace.js';
import { ToolError, type Tool } from './tool.js';

const MOST = 50;

const parameters = z.object({
  text: z._default(z.string(), '').check(z.describe('plain text within a line; case does not count')),
  name: z._default(z.string(), '').check(z.describe('part of a name, or a pattern such as *.md')),
  folder: z._default(z.string(), '').check(z.describe('empty for all')),
});

export const searchFilesTool = (workspace: Workspace): Tool<z.infer<typeof parameters>, string> => ({
  name: 'search_files',
  description: "Finds files of the user's workspace by name, and lines in them by text.",
  arguments: parameters,
  result: z.string(),
  progress: 'Searching your files',
  leavesTrace: false,
  run: (query, { signal }) =>
    forModel(async () => {
      if (!query.text && !query.name) throw new ToolError('Give a text, a name, or both.');
      return told(await search(workspace, query, { signal, results: MOST }));
    }),
});

function told({ matches, cut }: Found): string {
  const lines = matches.map(lineOf);
  if (cut === 'results') lines.push(`These are the first ${MOST}. Narrow the search for others.`);
  if (cut === 'time') lines.push('Not every file was looked at: it took too long. Narrow the search.');
  return lines.length > 0 ? lines.join('\n') : 'Nothing was found.';
}

const lineOf = ({ path, line, text }: Match): string => (line === null ? path : `${path}:${line}: ${text}`);
