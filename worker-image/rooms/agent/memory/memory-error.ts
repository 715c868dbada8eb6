/** What the memory refuses, in words that suit the user and the model alike. */
import { ToolError } from '../tools/tool.js';

export type MemoryTrouble =
  | 'empty'
  | 'too-long'
  | 'full'
  | 'not-found'
  | 'ambiguous'
  /** Not a plain UTF-8 file of sane size, or the system will not let us. */
  | 'unusable'
  /** Something else keeps changing the file. */
  | 'busy';

/** A line and the file that holds it: `MEMORY.md`, or the day of a note. */
export interface PlacedLine {
  place: string;
  text: string;
}

export class MemoryError extends ToolError {
  constructor(
    readonly trouble: MemoryTrouble,
    message: string,
    /** The lines that were meant, perhaps. */
    readonly candidates: readonly PlacedLine[] = [],
  ) {
    super(message);
  }
}
