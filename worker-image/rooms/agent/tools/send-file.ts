/** `send_file`: gives a file of the workspace to the user. */
import * as z from 'zod/mini';
import { forModel } from '../workspace/for-model.js';
import { sizeOf } from '../workspace/text.js';
import type { Workspace } from '../workspace/workspace.js';
import type { Tool } from './tool.js';

const parameters = z.object({ path: z.string() });

export const sendFileTool = (workspace: Workspace): Tool<z.infer<typeof parameters>, string> => ({
  name: 'send_file',
  description: "Sends a file of the user's workspace into this chat, behind your answer.",
  arguments: parameters,
  result: z.string(),
  progress: 'Sending a file',
  leavesTrace: false,
  run: ({ path }, context) =>
    forModel(async () => {
      const entry = workspace.entry(path);
      const bytes = workspace.read(path);
      await context.sendFile(entry, bytes);
      return `${entry.name} (${sizeOf(bytes.length)}) goes out behind your answer.`;
    }),
});
