/** `npm run ara -- …`: the operator's commands. Each is a call of the gateway's HTTP API; secrets are typed, never arguments. */
import { parseArgs } from 'node:util';
import { accessCommand } from './access.js';
import { ApiClient, NotRunningError, RefusedError } from './api-client.js';
import { backupCommand, restoreCommand } from './backup.js';
import type { Command } from './command.js';
import { importCommand } from './import.js';
import { keyCommand } from './key.js';
import { channelCommand, linkCommand, unlinkCommand } from './link.js';
import { modelsCommand } from './models.js';
import { receiptCommand } from './receipt.js';
import { logsCommand, statusCommand } from './status.js';
import { UsageError } from './usage-error.js';
import { userCommand } from './user.js';

const HELP = `npm run ara -- COMMAND

  user add NAME             make a user
  user list                 all users
  user invite NAME          an address where NAME chooses how to sign in, once; [--operator] as an operator
  key set PROVIDER          store an API key (anthropic, openai, google); it is asked for, not shown
      [--model NAME]        which of the provider's models answers
  key set compatible --url https://host/v1 --model NAME
                            any server that speaks OpenAI's API; an empty key where it asks for none
      [--price IN/OUT]      US dollars per million tokens, such as 0.5/1.5
      [--context N]         how many tokens the model takes; [--images] it takes images
  key remove PROVIDER
  models order A,B,…        which provider is asked first, and which when that one fails
  link telegram             link a Telegram bot; its token is asked for, not shown
  link matrix --server HOST --owner @YOU:HOST
      [--account NAME]      Ara's own account there; its password is asked for, or without NAME an access token
      [--encryption HOW]    on (default), required, off
      [--recovery-key]      asks for the key of a backup that Ara's account has already
  link whatsapp             your own number, by a QR code in the terminal
      [--dedicated]         the number is Ara's; [--by-code] a code to type on the phone
      [--read-receipts on]  with --dedicated: you see when it has read a message
  channel whatsapp --read-receipts on|off
                            the same, later
  unlink CHANNEL
  import FILE               an export into a user who has nothing yet; its passphrase is asked for, not shown
  backup [--to FOLDER]      a backup of everything, encrypted; without --to into the folder of the settings
  backup verify FOLDER      opens every part of a backup and holds it against its hashes
  restore FOLDER            brings the users of a backup back, into an Ara that has none
      [--beside]            also where there are users; they stay as they are
  access USER --reason TEXT --minutes N
                            before you look into a user's data on this machine: it is written down and they are told
  status                    how every part is, and what the centre knows of each user
  logs [--lines N]          the gateway's last log lines
  receipt verify FILE       check the receipt of a deletion, without asking anybody; [--key KEY] with another key

  --user NAME               whose; can be left out while there is only one user
`;

const commands: Record<string, Command> = {
  user: userCommand,
  key: keyCommand,
  link: linkCommand,
  channel: channelCommand,
  unlink: unlinkCommand,
  models: modelsCommand,
  import: importCommand,
  backup: backupCommand,
  restore: restoreCommand,
  access: accessCommand,
  status: statusCommand,
  logs: logsCommand,
};

async function main(): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        user: { type: 'string' },
        lines: { type: 'string' },
        model: { type: 'string' },
        url: { type: 'string' },
        price: { type: 'string' },
        context: { type: 'string' },
        images: { type: 'boolean' },
        operator: { type: 'boolean' },
        server: { type: 'string' },
        account: { type: 'string' },
        owner: { type: 'string' },
        encryption: { type: 'string' },
        'recovery-key': { type: 'boolean' },
        dedicated: { type: 'boolean' },
        'by-code': { type: 'boolean' },
        'read-receipts': { type: 'string' },
        key: { type: 'string' },
        to: { type: 'string' },
        beside: { type: 'boolean' },
        reason: { type: 'string' },
        minutes: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    const { help, ...options } = values;
    const [name = 'help', ...words] = positionals;
    if (name === 'receipt' && !help) {
      receiptCommand(words, options);
      return 0;
    }
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!command || help) {
      process.stdout.write(HELP);
      return name === 'help' || help ? 0 : 2;
    }
    await command(ApiClient.ofThisInstallation(), words, options);
    return 0;
  } catch (error) {
    process.stderr.write(`${tell(error)}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

function tell(error: unknown): string {
  if (error instanceof RefusedError || error instanceof UsageError || error instanceof NotRunningError)
    return error.message;
  if (error instanceof TypeError && 'code' in error) return `${error.message}\n\n${HELP}`;
  return 'The command failed. `npm run ara -- logs` may say more.';
}

process.exitCode = (await main()) || (process.exitCode ?? 0);
