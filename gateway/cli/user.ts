/** `user add NAME`, `user list`, `user invite NAME`. */
import type { ApiClient, AccountSummary } from './api-client.js';
import type { CommandOptions } from './command.js';
import { UsageError } from './usage-error.js';

export async function userCommand(
  api: ApiClient,
  [verb, name]: string[],
  { operator }: CommandOptions,
): Promise<void> {
  if (verb === 'list') {
    const accounts = await api.call<AccountSummary[]>('GET', '/v1/accounts');
    process.stdout.write(
      accounts.map((account) => `${account.name}\n`).join('') || 'There is no user yet.\n',
    );
  } else if (verb === 'add' && name) {
    const account = await api.call<AccountSummary>('POST', '/v1/accounts', { name });
    process.stdout.write(`Added ${account.name}. Next: \`npm run ara -- key set anthropic\`.\n`);
  } else if (verb === 'invite' && name) await invite(api, name, operator ? 'operator' : 'user');
  else throw new UsageError('Say `user add NAME`, `user list` or `user invite NAME`.');
}

/** For an account that is there: whoever opens the address chooses how to sign in to it. */
async function invite(api: ApiClient, name: string, role: 'operator' | 'user'): Promise<void> {
  const { id } = await api.account(name);
  const made = await api.call<{ address: string; expiresAt: string }>('POST', '/v1/operator/invitations', {
    role,
    account: id,
  });
  process.stdout.write(
    `For ${name}, to open once until ${made.expiresAt.slice(0, 10)}. It ends every earlier way to sign in as ${name}:\n\n` +
      `    ${made.address}\n\n`,
  );
}
