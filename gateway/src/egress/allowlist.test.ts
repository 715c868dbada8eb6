/** The hosts that an account may reach: those of its channels and keys, each with its purpose. */
import type { Repository } from 'typeorm';
import { afterEach, describe, expect, it } from 'vitest';
import { accountId } from '../../../contracts/ids.js';
import type { ChannelsService } from '../channels/channels.service.js';
import type { Channel } from '../channels/channel.entity.js';
import type { ApiKey } from '../keys/api-key.entity.js';
import type { KeysService } from '../keys/keys.service.js';
import { AllowlistService } from './allowlist.service.js';
import { hostTable } from './host-table.js';
import { normalHost } from './hosts.js';
import type { StoppedHost } from './stopped-host.entity.js';

const account = accountId.parse('0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0001');

let stops: string[] = [];
afterEach(() => (stops = []));

function allowlistOf(keys: Partial<ApiKey>[], channels: Partial<Channel>[] = []): AllowlistService {
  return new AllowlistService(
    { list: async () => channels } as unknown as ChannelsService,
    { list: async () => keys } as unknown as KeysService,
    { findBy: async () => stops.map((host) => ({ host })) } as unknown as Repository<StoppedHost>,
  );
}

describe('a key', () => {
  it.each([
    ['anthropic', 'api.anthropic.com'],
    ['openai', 'api.openai.com'],
    ['google', 'generativelanguage.googleapis.com'],
  ] as const)('of %s opens %s and nothing else', async (provider, host) => {
    const allowlist = allowlistOf([{ provider, baseUrl: null }]);
    expect(await allowlist.find(account, host, 443)).toMatchObject({
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
    expect(await allowlist.find(account, host, port)).toMatchObject({
      host,
      port,
      purpose: 'model compatible',
    });
    for (const other of [80, 443, 8443, 8444].filter((each) => each !== port))
      expect(await allowlist.find(account, host, other)).toBeNull();
    expect(await allowlist.find(account, 'example.org', port)).toBeNull();
  });
});

describe('a channel', () => {
  const whatsapp = allowlistOf([], [{ kind: 'whatsapp', state: 'connected', hosts: null }]);
  const matrix = (hosts: string[] | null, state: Channel['state'] = 'connected') =>
    allowlistOf([], [{ kind: 'matrix', state, hosts }]);

  it.each(['web.whatsapp.com', 'mmg.whatsapp.net', 'media-ber1-1.cdn.whatsapp.net', 'a.b.cdn.whatsapp.net'])(
    'WhatsApp opens %s',
    async (host) => {
      expect(await whatsapp.find(account, host, 443)).toMatchObject({ purpose: 'channel whatsapp' });
      expect(await whatsapp.find(account, host, 8443)).toBeNull();
    },
  );

  it.each([
    'cdn.whatsapp.net',
    '.cdn.whatsapp.net',
    'evilcdn.whatsapp.net',
    'whatsapp.net',
    'evil.whatsapp.net',
    'evilcdn.whatsapp.net.example.org',
    'x.cdn.whatsapp.net.example.org',
    'cdn.whatsapp.net.example.org',
    'x.cdn-whatsapp.net',
    'xweb.whatsapp.com',
    'web.whatsapp.com.example.org',
    'a.web.whatsapp.com',
    'mmg.whatsapp.net.example.org',
    'whatsapp.com',
  ])('WhatsApp does not open %s', async (host) => {
    expect(await whatsapp.find(account, host, 443)).toBeNull();
  });

  it('Matrix opens what its user named, and nothing else', async () => {
    const allowlist = matrix(['matrix.example.org', 'hs.example.org:8448']);
    expect(await allowlist.find(account, 'matrix.example.org', 443)).toMatchObject({
      host: 'matrix.example.org',
      port: 443,
      purpose: 'channel matrix',
    });
    expect(await allowlist.find(account, 'hs.example.org', 8448)).not.toBeNull();
    for (const [host, port] of [
      ['matrix.example.org', 8448],
      ['hs.example.org', 443],
      ['a.matrix.example.org', 443],
      ['example.org', 443],
    ] as const)
      expect(await allowlist.find(account, host, port)).toBeNull();
  });

  it('that is unlinked, or has named nothing, opens nothing', async () => {
    expect(
      await matrix(['matrix.example.org'], 'unlinked').find(account, 'matrix.example.org', 443),
    ).toBeNull();
    expect(await matrix(null).find(account, 'matrix.example.org', 443)).toBeNull();
  });

  it('with hosts that its kind does not name opens none of them', async () => {
    const allowlist = allowlistOf(
      [],
      [{ kind: 'telegram', state: 'connected', hosts: ['evil.example.org'] }],
    );
    expect(await allowlist.find(account, 'evil.example.org', 443)).toBeNull();
  });
});

describe('what is stopped', () => {
  const linked = (): AllowlistService =>
    allowlistOf(
      [{ provider: 'anthropic', baseUrl: null }],
      [
        { kind: 'whatsapp', state: 'connected', hosts: null },
        { kind: 'matrix', state: 'connected', hosts: ['hs.example.org', 'hs.example.org:8448'] },
        { kind: 'telegram', state: 'unlinked', hosts: null },
      ],
    );

  it('stays on the list as stopped, with all ports and all names of its line', async () => {
    stops = ['*.cdn.whatsapp.net', 'hs.example.org', 'api.telegram.org'];
    const allowlist = linked();
    const verdict = async (host: string, port = 443) =>
      (await allowlist.find(account, host, port))?.stopped ?? 'not on the list';
    expect(await verdict('a.cdn.whatsapp.net')).toBe(true);
    expect(await verdict('hs.example.org')).toBe(true);
    expect(await verdict('hs.example.org', 8448)).toBe(true);
    expect(await verdict('mmg.whatsapp.net')).toBe(false);
    expect(await verdict('api.telegram.org')).toBe('not on the list');
  });

  it('and every other line of the list that people see is what the door goes by', async () => {
    stops = ['mmg.whatsapp.net', 'gone.example.org'];
    const allowlist = linked();
    const shown = hostTable(await allowlist.declared(account), stops, [], () => 0);
    expect(shown.map(({ host }) => host).sort()).toEqual([
      '*.cdn.whatsapp.net',
      'api.anthropic.com',
      'gone.example.org',
      'hs.example.org',
      'mmg.whatsapp.net',
      'web.whatsapp.com',
    ]);
    for (const { host, ports, declared, stopped } of shown) {
      const name = host.replace('*', 'some');
      for (const port of ports)
        expect(await allowlist.find(account, name, port)).toMatchObject({ stopped, host });
      if (!declared) expect(await allowlist.find(account, name, 443)).toBeNull();
      expect(await allowlist.find(account, `x${name}`, ports[0] ?? 443)).toSatisfy(
        (found) => found === null || host.startsWith('*'),
      );
    }
  });
});

describe('a host that a user names', () => {
  it.each([
    ['matrix.example.org', 'matrix.example.org'],
    ['Matrix.Example.ORG', 'matrix.example.org'],
    ['hs.example.org:8448', 'hs.example.org:8448'],
    ['hs.example.org:443', 'hs.example.org'],
    ['placed', 'placed'],
  ])('%s is %s', (text, host) => {
    expect(normalHost(text, { placed: '127.0.0.1:1' })).toBe(host);
  });

  it.each([
    ...['', ' ', 'localhost', 'gateway', '127.0.0.1', '10.0.0.1', '[::1]', '2130706433', '0x7f.1', '127.1'],
    ...['a.example.org/', 'a.example.org/x', 'a.example.org?x', 'a.example.org#x', 'u@a.example.org'],
    ...[
      'https://a.example.org',
      'a.example.org:25',
      'a.example.org:0',
      'a.example.org:99999',
      'a.example.org.',
    ],
    ...[
      '.example.org',
      'a..example.org',
      'a.example.org b',
      '*.example.org',
      'a_b.example.org',
      'a.example.1',
    ],
    ...['a.example.org\\@b.example.org', 'a.example.org\n', '\u0430.example.org/', 'a%2e.example.org/..'],
  ])('is not %j', (text) => {
    expect(() => normalHost(text, {})).toThrow(expect.objectContaining({ code: 'bad-request' }));
  });
});
