/** The hosts that an account may reach: those of its channels and keys, each with its purpose. */
import { describe, expect, it } from 'vitest';
import { accountId } from '../../../contracts/ids.js';
import type { ChannelsService } from '../channels/channels.service.js';
import type { ApiKey } from '../keys/api-key.entity.js';
import type { KeysService } from '../keys/keys.service.js';
import { AllowlistService } from './allowlist.service.js';

const account = accountId.parse('0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0001');

function allowlistOf(keys: Partial<ApiKey>[]): AllowlistService {
  return new AllowlistService(
    { list: async () => [] } as unknown as ChannelsService,
    { list: async () => keys } as unknown as KeysService,
  );
}

describe('a key', () => {
  it.each([
    ['anthropic', 'api.anthropic.com'],
    ['openai', 'api.openai.com'],
    ['google', 'generativelanguage.googleapis.com'],
  ] as const)('of %s opens %s and nothing else', async (provider, host) => {
    const allowlist = allowlistOf([{ provider, baseUrl: null }]);
    expect(await allowlist.find(account, host, 443)).toEqual({
      host,
      port: 443,
      purpose: `model ${provider}`,
    });
    expect(await allowlist.find(account, host, 8443)).toBeNull();
    expect(await allowlist.find(account, 'llm.example.org', 443)).toBeNull();
  });

  it.each([
    ['https://llm.example.org/v1', 443],
    ['https://llm.example.org:8443/v1', 8443],
  ])('of a server at %s opens its host at port %i alone', async (baseUrl, port) => {
    const host = 'llm.example.org';
    const allowlist = allowlistOf([{ provider: 'compatible', baseUrl }]);
    expect(await allowlist.find(account, host, port)).toEqual({ host, port, purpose: 'model compatible' });
    for (const other of [80, 443, 8443, 8444].filter((each) => each !== port))
      expect(await allowlist.find(account, host, other)).toBeNull();
    expect(await allowlist.find(account, 'example.org', port)).toBeNull();
  });
});
