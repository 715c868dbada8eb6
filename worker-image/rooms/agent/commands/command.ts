/** What a command is. A command is one file here and one line in `index.ts`. */
import type { Turn } from '../../../../contracts/rooms-door.js';
import type { Conversation } from '../conversation.js';
import type { RunningTurns } from '../running-turns.js';

export interface CommandTools {
  conversation: Conversation;
  running: RunningTurns;
}

export interface CommandCall extends CommandTools {
  turn: Turn;
  /** As the user wrote it, without the slash; differs from the command's own for an alias. */
  name: string;
  args: string;
  all: readonly Command[];
}

export interface Command {
  name: string;
  /** Other names, not shown in the list. */
  aliases?: readonly string[];
  /** One line for /help. */
  summary: string;
  /** The answer, Markdown. Done again after a crash: it must do no harm twice. */
  run(call: CommandCall): string | Promise<string>;
}
