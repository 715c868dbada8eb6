/** `link telegram`, `unlink telegram`: the credential is sealed here for the user's container, which alone can open it. */
import { linkableKind, type LinkableKind } from '../../contracts/ids.js';
import { sealAnonymously } from '../../contracts/seal.js';
import { telegramCredential, type LinkResponse } from '../../contracts/worker-door.js';
import type { ApiClient } from './api-client.js';
import type { CommandOptions } from './command.js';
import { askSecret, refuseSecretArgument } from './prompt.js';
import { UsageError } from './usage-error.js';

export async function linkCommand(api: ApiClient, words: string[], { user }: CommandOptions): Promise<void> {
  const kind = kindOf(words);
  refuseSecretArgument(words.slice(1), 'token');
  const account = await api.account(user);
  const token = await askSecret(`Token of the Telegram bot for ${account.name}, from @BotFather`);
  const credential = telegramCredential.safeParse({ token });
  if (!credential.success) {
    throw new UsageError(
      'This is not a bot token. It looks like 123456789:AA… and @BotFather shows it with /token.',
    );
  }
  const { publicKey } = await api.call<{ publicKey: string }>('GET', `/v1/accounts/${account.id}/public-key`);
  const sealed = sealAnonymously(
    Buffer.from(publicKey, 'base64'),
    Buffer.from(JSON.stringify(credential.data)),
  );
  const linked = await api.call<LinkResponse>('POST', `/v1/accounts/${account.id}/channels/${kind}`, {
    sealed,
  });
  const minutes = Math.round((linked.expiresAt - Date.now()) / 60_000);
  process.stdout.write(
    `The token works and lies in ${account.name}'s container.\n\n` +
      `Open ${linked.address} in Telegram and send, within ${minutes} minutes:\n\n    /link ${linked.code}\n\n`,
  );
}

export async function unlinkCommand(
  api: ApiClient,
  words: string[],
  { user }: CommandOptions,
): Promise<void> {
  const kind = kindOf(words);
  const account = await api.account(user);
  await api.call('DELETE', `/v1/accounts/${account.id}/channels/${kind}`);
  process.stdout.write(`Unlinked: the ${kind} credential of ${account.name} is gone from the container.\n`);
}

function kindOf([name]: string[]): LinkableKind {
  const kind = linkableKind.safeParse(name);
  if (!kind.success) throw new UsageError(`Which channel? (${linkableKind.options.join(', ')})`);
  return kind.data;
}
