/** /files lists, searches, sends and deletes the files of the workspace. */
import { filesCommand } from '../workspace/files-command.js';
import type { Command } from './command.js';

export const files: Command = {
  name: 'files',
  async run({ turn, args, assistant }) {
    return filesCommand(args, await assistant.workspace(), (file, bytes) =>
      assistant.sendFile(turn.id, file, bytes),
    );
  },
};
