/** The registry of commands, and how a text becomes a call of one. Loaded with the first command. */
import type { Turn } from '../../../../contracts/rooms-door.js';
import { allow } from './allow.js';
import { budget } from './budget.js';
import type { Command, CommandTools, Done } from './command.js';
import { clear, deletion } from './deletion.js';
import { exporting } from './export.js';
import { files } from './files.js';
import { help } from './help.js';
import { link } from './link.js';
import { memory } from './memory.js';
import { model } from './model.js';
import { nearest } from './nearest.js';
import { newConversation } from './new.js';
import { privacy } from './privacy.js';
import { privateTurn } from './private.js';
import { remind } from './remind.js';
import { retry } from './retry.js';
import { settings } from './settings.js';
import { status } from './status.js';
import { stop } from './stop.js';
import { undo } from './undo.js';
import { unlink } from './unlink.js';
import { usage } from './usage.js';

const commands: readonly Command[] = [
  help,
  newConversation,
  stop,
  retry,
  undo,
  status,
  usage,
  budget,
  model,
  memory,
  remind,
  files,
  privacy,
  clear,
  deletion,
  exporting,
  privateTurn,
  allow,
  link,
  unlink,
  settings,
];

/** `/name args`; Telegram adds `@bot_name` in groups and in its menu. */
const FORM = /^\/([a-z][a-z0-9_-]*)(?:@\w+)?(?:\s+(.*))?$/is;

/** What a text that starts with a slash comes to. */
export async function runCommand(turn: Turn, tools: CommandTools): Promise<Done> {
  const [, written, args = ''] = FORM.exec(turn.text.trim()) ?? [];
  if (!written)
    return 'I take what starts with / as a command. To write it to the model, put a word before it.';
  const name = written.toLowerCase();
  const command = commands.find((each) => namesOf(each).includes(name));
  if (command) return command.run({ ...tools, turn, name, args: args.trim() });
  const guess = nearest(name, commands.flatMap(namesOf));
  return `I do not know /${name}.${guess ? ` Did you mean /${guess}?` : ''} /help lists what I understand.`;
}

const namesOf = ({ name, aliases = [] }: Command): string[] => [name, ...aliases];
