/** What is asked to link a channel from the command line: secrets are typed, and what is none may be an option. */
import type { LinkableKind } from '../../contracts/ids.js';
import { matrixLink, telegramCredential, whatsappLink } from '../../contracts/worker-door.js';
import type * as z from 'zod';
import type { CommandOptions } from './command.js';
import { askSecret } from './prompt.js';
import { UsageError } from './usage-error.js';

export interface LinkRequest {
  /** As the channel's own code in the container reads it. */
  credential: object;
  /** Where the user's own server is. */
  hosts?: string[];
}

/** @throws UsageError */
export function askFor(kind: LinkableKind, name: string, options: CommandOptions): Promise<LinkRequest> {
  return questions[kind](name, options);
}

const questions: Record<LinkableKind, (name: string, options: CommandOptions) => Promise<LinkRequest>> = {
  telegram: async (name) => {
    const token = await askSecret(`Token of the Telegram bot for ${name}, from @BotFather`);
    return {
      credential: checked(
        telegramCredential,
        { token },
        'This is not a bot token. It looks like 123456789:AA… and @BotFather shows it with /token.',
      ),
    };
  },

  matrix: async (name, { server, account, owner, encryption = 'on', 'recovery-key': hasKey = false }) => {
    if (!server || !owner)
      throw new UsageError('Say where: `link matrix --server matrix.org --owner @you:matrix.org`.');
    const url = serverOf(server);
    const login = account
      ? { user: account, password: await askSecret(`Password of ${account} on ${url.host}, for ${name}`) }
      : { accessToken: await askSecret(`Access token of Ara's own account on ${url.host}, for ${name}`) };
    // A bare name may say that it is somewhere else; an address is meant as it is.
    const homeserver = server.includes('://') ? url.origin : url.host;
    const backup = hasKey ? { recoveryKey: await askSecret(`Recovery key of that account's backup`) } : {};
    const credential = { homeserver, ...login, owner, encryption, ...backup };
    const wrong = '--owner looks like @you:matrix.org, and --encryption is on, required or off.';
    return { credential: checked(matrixLink, credential, wrong), hosts: [url.host] };
  },

  whatsapp: async (_name, { dedicated = false, 'by-code': byCode = false, 'read-receipts': receipts }) => {
    if (receipts !== undefined && !dedicated)
      throw new UsageError('--read-receipts are for a number of its own: with yours nobody would see them.');
    const readReceipts = receipts === undefined ? {} : { readReceipts: isOn(receipts) };
    const phone = byCode
      ? (await askSecret('Number to link, with its country code')).replace(/[^\d]/g, '').replace(/^00/, '')
      : null;
    const mode = dedicated ? 'dedicated' : 'own';
    const told = phone === null ? { method: 'qr' } : { method: 'code', phone };
    const credential = { ...told, mode, ...readReceipts };
    const wrong = 'This is not a number with its country code, such as +49 170 1234567.';
    return { credential: checked(whatsappLink, credential, wrong) };
  },
};

/** Of `--read-receipts`. @throws UsageError */
export function isOn(said: string | undefined): boolean {
  if (said !== 'on' && said !== 'off') throw new UsageError('--read-receipts is on or off.');
  return said === 'on';
}

function checked<Schema extends z.ZodType<object>>(schema: Schema, value: unknown, wrong: string): object {
  const result = schema.safeParse(value);
  if (!result.success) throw new UsageError(wrong);
  return result.data;
}

function serverOf(text: string): URL {
  const address = text.includes('://') ? text : `https://${text}`;
  const url = URL.parse(address);
  if (url?.protocol !== 'https:' || url.username || url.search)
    throw new UsageError('--server is a host such as matrix.org, or https://matrix.example.org.');
  return url;
}
