/** `import FILE`: an export into an account that has nothing yet. The passphrase is sealed here for the account's container. */
import { createReadStream, statSync } from 'node:fs';
import type { ImportReport } from '../../contracts/archive.js';
import { sealAnonymously } from '../../contracts/seal.js';
import type { ApiClient } from './api-client.js';
import type { CommandOptions } from './command.js';
import { askSecret, refuseSecretArgument } from './prompt.js';
import { UsageError } from './usage-error.js';

export async function importCommand(
  api: ApiClient,
  words: string[],
  { user }: CommandOptions,
): Promise<void> {
  const [file, ...rest] = words;
  if (!file) throw new UsageError('Say `import FILE --user NAME`.');
  refuseSecretArgument(rest, 'passphrase');
  const stats = statSync(file, { throwIfNoEntry: false });
  if (!stats?.isFile()) throw new UsageError(`There is no file ${file}.`);
  const account = await api.account(user);
  const passphrase = await askSecret('Passphrase of the export');
  const { publicKey } = await api.call<{ publicKey: string }>('GET', `/v1/accounts/${account.id}/public-key`);
  const sealed = sealAnonymously(
    Buffer.from(publicKey, 'base64'),
    Buffer.from(JSON.stringify({ passphrase })),
  );
  const path = `/v1/accounts/${account.id}/import`;
  const { ticket } = await api.call<{ ticket: string }>('POST', path, { sealed });
  const report = await api.send<ImportReport>('PUT', `${path}?ticket=${ticket}`, {
    size: stats.size,
    bytes: createReadStream(file),
  });
  process.stdout.write(
    `${account.name} has now ${report.conversations} conversations with ${report.turns} turns, ${report.memoryFiles} ` +
      `memory files, ${report.files} files and ${report.reminders} reminders.\n` +
      `Keys and channels are in no export: set them with \`key set\` and \`link\`.\n`,
  );
}
