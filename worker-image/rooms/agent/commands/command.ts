/** What a command is. A command is one file here, one line in `index.ts` and one in contracts/commands.ts. */
import type { CommandName } from '../../../../contracts/commands.js';
import type { LinkableKind } from '../../../../contracts/ids.js';
import type { Turn } from '../../../../contracts/rooms-door.js';
import type { Assistant } from '../assistant.js';
import type { RunningTurns } from '../running-turns.js';
import type { Ask } from '../turn-answer.js';

export interface CommandTools {
  assistant: Assistant;
  running: RunningTurns;
}

export interface CommandCall extends CommandTools {
  turn: Turn;
  /** As the user wrote it, without the slash; differs from the command's own for an alias. */
  name: string;
  args: string;
}

/** The answer, Markdown; or, beside it, a channel to unlink once it is out; or a question for the model. */
export type Done = string | { words: string; unlink: LinkableKind } | { ask: Ask };

export interface Command {
  name: CommandName;
  /** Other names, not shown in the list. */
  aliases?: readonly string[];
  /** Done again after a crash: it must do no harm twice. */
  run(call: CommandCall): Done | Promise<Done>;
}
