/** The registry of tools: a tool is one file here and one line below. Loaded with the first message, not at start. */
import type { Memory } from '../memory/memory.js';
import type { Reminders } from '../reminders/reminders.js';
import type { Workspace } from '../workspace/workspace.js';
import { cancelReminderTool } from './cancel-reminder.js';
import { correctMemoryTool } from './correct-memory.js';
import { deleteFileTool } from './delete-file.js';
import { editFileTool } from './edit-file.js';
import { forgetTool } from './forget.js';
import { listFilesTool } from './list-files.js';
import { listRemindersTool } from './list-reminders.js';
import { reactTool } from './react.js';
import { readFileTool } from './read-file.js';
import { recallTool } from './recall.js';
import { rememberTool } from './remember.js';
import { searchFilesTool } from './search-files.js';
import { sendFileTool } from './send-file.js';
import { setReminderTool } from './set-reminder.js';
import { ToolBox } from './tool-box.js';
import { writeFileTool } from './write-file.js';

export interface ToolSubjects {
  memory: Memory;
  workspace: Workspace;
  reminders: Reminders;
}

export const toolBox = ({ memory, workspace, reminders }: ToolSubjects): ToolBox =>
  new ToolBox([
    rememberTool(memory),
    recallTool(memory),
    correctMemoryTool(memory),
    forgetTool(memory),
    listFilesTool(workspace),
    readFileTool(workspace),
    writeFileTool(workspace),
    editFileTool(workspace),
    searchFilesTool(workspace),
    sendFileTool(workspace),
    deleteFileTool(workspace),
    setReminderTool(reminders),
    listRemindersTool(reminders),
    cancelReminderTool(reminders),
    reactTool(),
  ]);
