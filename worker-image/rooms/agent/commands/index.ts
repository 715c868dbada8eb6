/** The registry of commands, and how a text becomes a call of one. */
import type { Turn } from '../../../../contracts/rooms-door.js';
import type { Command, CommandTools } from './command.js';
import { editDistance } from './edit-distance.js';
import { help } from './help.js';
import { newConversation } from './new.js';
import { status } from './status.js';
import { stop } from './stop.js';

export const commands: readonly Command[] = [help, newConversation, status, stop];

/** `/name args`; Telegram adds `@bot_name` in groups and in its menu. */
const FORM = /^\/([a-z][a-z0-9_-]*)(?:@\w+)?(?:\s+(.*))?$/is;

/** The answer to a text that starts with a slash. */
export async function runCommand(turn: Turn, tools: CommandTools): Promise<string> {
  const [, written, args = ''] = FORM.exec(turn.text.trim()) ?? [];
  if (!written)
    return 'I take what starts with / as a command. To write it to the model, put a word before it.';
  const name = written.toLowerCase();
  const command = commands.find((each) => namesOf(each).includes(name));
  if (!command) return unknown(name);
  return command.run({ ...tools, turn, name, args: args.trim(), all: commands });
}

function unknown(name: string): string {
  const known = commands.flatMap(namesOf).map((each) => ({ each, distance: editDistance(name, each) }));
  const nearest = known.reduce((best, next) => (next.distance < best.distance ? next : best));
  const guess = nearest.distance <= 2 ? ` Did you mean /${nearest.each}?` : '';
  return `I do not know /${name}.${guess} /help lists what I understand.`;
}

const namesOf = ({ name, aliases = [] }: Command): string[] => [name, ...aliases];
