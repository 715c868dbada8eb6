/** Replaces an exact text in another. Pure. */
import { WorkspaceError } from './workspace-error.js';

export interface Edit {
  old: string;
  new: string;
  /** Every occurrence; otherwise there must be one only. */
  all: boolean;
}

/** @throws WorkspaceError `not-there` or `not-once` */
export function applyEdit(text: string, edit: Edit): { text: string; replaced: number } {
  const first = edit.old === '' ? -1 : text.indexOf(edit.old);
  if (first === -1) throw new WorkspaceError('not-there');
  if (!edit.all && text.includes(edit.old, first + 1)) throw new WorkspaceError('not-once');
  const parts = text.split(edit.old);
  return { text: parts.join(edit.new), replaced: parts.length - 1 };
}
