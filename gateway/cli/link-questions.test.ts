/** What the options of `link` and `channel` come to. */
import { describe, expect, it } from 'vitest';
import type { ApiClient } from './api-client.js';
import type { CommandOptions } from './command.js';
import { channelCommand } from './link.js';
import { askFor } from './link-questions.js';
import { UsageError } from './usage-error.js';

const whatsapp = (options: CommandOptions): Promise<object> =>
  askFor('whatsapp', 'Ada', options).then(({ credential }) => credential);

describe('read receipts', () => {
  it('are asked for with a number of its own, and otherwise nothing is said of them', async () => {
    expect(await whatsapp({ dedicated: true, 'read-receipts': 'on' })).toEqual({
      method: 'qr',
      mode: 'dedicated',
      readReceipts: true,
    });
    expect(await whatsapp({})).toEqual({ method: 'qr', mode: 'own' });
  });

  it.each<CommandOptions>([{ 'read-receipts': 'on' }, { dedicated: true, 'read-receipts': 'yes' }])(
    'are not asked for by %j',
    async (options) => {
      await expect(whatsapp(options)).rejects.toBeInstanceOf(UsageError);
    },
  );

  it('are switched on later', async () => {
    const asked: unknown[] = [];
    const api = {
      account: () => Promise.resolve({ id: 'id-1', name: 'Ada' }),
      call: (...call: unknown[]) => {
        asked.push(call);
        return Promise.resolve();
      },
    } as unknown as ApiClient;
    await channelCommand(api, ['whatsapp'], { 'read-receipts': 'on' });
    expect(asked).toEqual([['PUT', '/v1/accounts/id-1/channels/whatsapp/settings', { readReceipts: true }]]);
    await expect(channelCommand(api, ['whatsapp'], {})).rejects.toBeInstanceOf(UsageError);
  });
});
