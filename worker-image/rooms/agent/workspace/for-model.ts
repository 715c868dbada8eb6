/** Puts what the workspace refuses into the form in which a tool tells it to the model. */
import { ToolError } from '../tools/tool.js';
import { WorkspaceError } from './workspace-error.js';

/** @throws ToolError for a refusal; anything else as it is */
export async function forModel<Result>(work: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof WorkspaceError) throw new ToolError(error.message);
    throw error;
  }
}
