/** `key set PROVIDER`, `key remove PROVIDER`. */
import { provider } from '../../contracts/ids.js';
import type { ApiClient } from './api-client.js';
import type { CommandOptions } from './command.js';
import { keyOptions } from './key-options.js';
import { askSecret, refuseSecretArgument } from './prompt.js';
import { UsageError } from './usage-error.js';

export async function keyCommand(api: ApiClient, words: string[], options: CommandOptions): Promise<void> {
  const [verb, name, ...rest] = words;
  const known = provider.safeParse(name);
  if ((verb !== 'set' && verb !== 'remove') || !known.success) {
    throw new UsageError(
      `Say \`key set PROVIDER\` or \`key remove PROVIDER\` (${provider.options.join(', ')}).`,
    );
  }
  refuseSecretArgument(rest, 'key');
  const account = await api.account(options.user);
  const path = `/v1/accounts/${account.id}/keys/${known.data}`;
  if (verb === 'remove') {
    await api.call('DELETE', path);
    process.stdout.write(`The ${known.data} key of ${account.name} is gone.\n`);
    return;
  }
  const compatible = known.data === 'compatible';
  const said = keyOptions(known.data, options);
  const question = `API key of ${known.data} for ${account.name}${compatible ? ', or nothing' : ''}`;
  const key = await askSecret(question, compatible);
  await api.call('PUT', path, key ? { ...said, key } : said);
  process.stdout.write(`Stored, encrypted for ${account.name}. Next: \`npm run ara -- link telegram\`.\n`);
}
