/** `npm run ara -- …`: the operator's commands. Each is a call of the gateway's HTTP API; secrets are typed, never arguments. */
import { parseArgs } from 'node:util';
import { AraError } from '../../contracts/errors.js';
import { ApiClient, NotRunningError } from './api-client.js';
import type { Command } from './command.js';
import { keyCommand } from './key.js';
import { linkCommand, unlinkCommand } from './link.js';
import { logsCommand, statusCommand } from './status.js';
import { UsageError } from './usage-error.js';
import { userCommand } from './user.js';

const HELP = `npm run ara -- COMMAND

  user add NAME             make a user
  user list                 all users
  key set PROVIDER          store an API key (anthropic, openai); it is asked for, not shown
  key remove PROVIDER
  link telegram             link a Telegram bot; its token is asked for, not shown
  unlink telegram
  status                    how every part is, and what the centre knows of each user
  logs [--lines N]          the gateway's last log lines

  --user NAME               whose; can be left out while there is only one user
`;

const commands: Record<string, Command> = {
  user: userCommand,
  key: keyCommand,
  link: linkCommand,
  unlink: unlinkCommand,
  status: statusCommand,
  logs: logsCommand,
};

async function main(): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { user: { type: 'string' }, lines: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
    const [name = 'help', ...words] = positionals;
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!command || values.help) {
      process.stdout.write(HELP);
      return name === 'help' || values.help ? 0 : 2;
    }
    await command(ApiClient.ofThisInstallation(), words, { user: values.user, lines: values.lines });
    return 0;
  } catch (error) {
    process.stderr.write(`${tell(error)}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

function tell(error: unknown): string {
  if (error instanceof AraError || error instanceof UsageError || error instanceof NotRunningError)
    return error.message;
  if (error instanceof TypeError && 'code' in error) return `${error.message}\n\n${HELP}`;
  return 'The command failed. `npm run ara -- logs` may say more.';
}

process.exitCode = await main();
