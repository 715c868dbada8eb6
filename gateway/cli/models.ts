/** `models order PROVIDER,PROVIDER,…` */
import * as z from 'zod';
import { provider } from '../../contracts/ids.js';
import type { ApiClient } from './api-client.js';
import type { CommandOptions } from './command.js';
import { UsageError } from './usage-error.js';

export async function modelsCommand(
  api: ApiClient,
  [verb, names = '', ...rest]: string[],
  { user }: CommandOptions,
): Promise<void> {
  const order = z.array(provider).min(1).safeParse(names.split(','));
  if (verb !== 'order' || !order.success || rest.length > 0)
    throw new UsageError(`Say \`models order A,B\` (${provider.options.join(', ')}).`);
  const account = await api.account(user);
  await api.call('PUT', `/v1/accounts/${account.id}/models`, { order: order.data });
  process.stdout.write(`${account.name} is answered by ${order.data.join(', then ')}.\n`);
}
