/** `user add NAME`, `user list`. */
import type { ApiClient, AccountSummary } from './api-client.js';
import { UsageError } from './usage-error.js';

export async function userCommand(api: ApiClient, [verb, name]: string[]): Promise<void> {
  if (verb === 'list') {
    const accounts = await api.call<AccountSummary[]>('GET', '/v1/accounts');
    process.stdout.write(
      accounts.map((account) => `${account.name}\n`).join('') || 'There is no user yet.\n',
    );
  } else if (verb === 'add' && name) {
    const account = await api.call<AccountSummary>('POST', '/v1/accounts', { name });
    process.stdout.write(`Added ${account.name}. Next: \`npm run ara -- key set anthropic\`.\n`);
  } else throw new UsageError('Say `user add NAME` or `user list`.');
}
