/** Whether a provider takes a key, asked over real TLS: the fakes stand where the settings say that the hosts are. */
import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import type { Repository } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadSettings, type Settings } from '../../../config/schema.js';
import { accountId, type Provider } from '../../../contracts/ids.js';
import { startInternet, type Internet } from '../../../test/kit/internet.js';
import type { HostControl } from '../egress/host-control.service.js';
import type { EgressEntry } from '../egress/egress-entry.entity.js';
import { LedgerService } from '../egress/ledger.service.js';
import { KeyCheck } from './key-check.js';

const alice = accountId.parse('0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0001');
const base = loadSettings(resolve(import.meta.dirname, '../../..'), {});
const GOOD = 'sk-the-good-key-0123';
const hosts: Record<Exclude<Provider, 'compatible'>, string> = {
  anthropic: 'api.anthropic.com',
  openai: 'api.openai.com',
  google: 'generativelanguage.googleapis.com',
};
const keyed = Object.keys(hosts) as (keyof typeof hosts)[];

let internet: Internet;
let written: unknown[][];
let ledger: LedgerService;
let check: KeyCheck;

/** A server that does what no fake of a provider does. */
let odd: Server;
let seen: { url: string | undefined; headers: IncomingHttpHeaders }[];
let answer: (status: number) => { headers?: Record<string, string>; status: number } | null;
let status: number;

beforeAll(async () => {
  internet = await startInternet();
  for (const provider of keyed) internet[provider].keys.add(GOOD);
  const { cert, key } = internet.certificates;
  odd = createServer({ cert, key }, ({ url, headers }, response) => {
    seen.push({ url, headers });
    const given = answer(status);
    if (given) response.writeHead(given.status, given.headers).end('{"secret":"of the body"}');
  }).listen(0, '127.0.0.1');
  await once(odd, 'listening');
});
afterAll(async () => {
  await internet.stop();
  odd.closeAllConnections();
  odd.close();
});

function settingsWith(more: Partial<Settings['egress']> = {}): Settings {
  const at = (port: number): string => `127.0.0.1:${port}`;
  const resolved = {
    ...Object.fromEntries(keyed.map((provider) => [hosts[provider], at(internet[provider].port)])),
    'models.example.net': at(internet.compatible.port),
    localhost: at((odd.address() as AddressInfo).port),
  };
  return {
    ...base,
    egress: { extraCaFile: internet.certificates.caFile, resolve: resolved, ...more },
  };
}

/** None is stopped but one. */
const control = {
  isStopped: async (_account: string, host: string) => host === 'stopped.example.org',
} as unknown as HostControl;

beforeEach(() => {
  written = [];
  seen = [];
  status = 200;
  answer = (code) => ({ status: code });
  const query = async (_sql: string, values: unknown[]): Promise<void> => void written.push(values);
  ledger = new LedgerService({
    manager: { query },
    find: async () => [],
  } as unknown as Repository<EgressEntry>);
  check = new KeyCheck(settingsWith(), ledger, control);
});
afterEach(() => ledger.onModuleDestroy());

const ask = (provider: Provider, key: string | null = GOOD, baseUrl: string | null = null): Promise<void> =>
  check.check(alice, { provider, key, baseUrl });
const askOdd = (key: string | null = GOOD, path = '/v1'): Promise<void> =>
  ask('compatible', key, `https://localhost${path}`);

describe('a provider', () => {
  it.each(keyed)('%s takes its key, and no other', async (provider) => {
    await ask(provider);
    await expect(ask(provider, 'sk-the-wrong-key-0123')).rejects.toMatchObject({
      code: 'bad-credential',
      message: expect.stringMatching(/make a new one at/) as string,
    });
    expect(internet[provider].listed.map(({ keyOk }) => keyOk)).toEqual([true, false]);
    // A key in an address would stand in the logs on its way.
    for (const { address } of internet[provider].listed) expect(address).not.toContain('sk-');
    expect(internet[provider].violations).toEqual([]);
  });

  it('of one’s own is asked at its address, with its key or without one', async () => {
    await askOdd(GOOD, '/api/v1');
    await askOdd(null);
    expect(seen).toMatchObject([
      { url: '/api/v1/models', headers: { authorization: `Bearer ${GOOD}`, host: 'localhost' } },
      { url: '/v1/models', headers: { host: 'localhost' } },
    ]);
    expect(seen[1]?.headers.authorization).toBeUndefined();
    await ask('compatible', null, 'https://models.example.net/v1');
  });
});

describe('what a server answers', () => {
  it.each([
    [401, 'bad-credential', /does not take this key/],
    [403, 'bad-credential', /does not take this key/],
    [404, 'bad-request', /often ends in \/v1/],
    [429, 'platform-unreachable', /asks for a pause/],
    [500, 'platform-unreachable', /answered with 500/],
    [204, null, null],
  ])('%i means %s', async (given, code, words) => {
    status = given;
    if (code === null) await expect(askOdd()).resolves.toBeUndefined();
    else
      await expect(askOdd()).rejects.toMatchObject({
        code,
        message: expect.stringMatching(words) as string,
      });
  });

  it('is in no word of the refusal, and a redirect is not followed', async () => {
    answer = () => ({ status: 302, headers: { location: 'https://localhost/elsewhere' } });
    const error = (await askOdd().catch((caught: unknown) => caught)) as Error;
    expect(error).toMatchObject({ code: 'platform-unreachable' });
    expect(error.message).not.toContain('secret');
    expect(error.message).not.toContain(GOOD);
    expect(seen).toHaveLength(1);
  });
});

describe('a server that cannot be asked', () => {
  it('because it does not answer is given up', async () => {
    check.answerWithin = 200;
    answer = () => null;
    await expect(askOdd()).rejects.toMatchObject({
      code: 'platform-unreachable',
      message: expect.stringMatching(/in time/) as string,
    });
  });

  it('because its name is not looked up in time is given up', async () => {
    check.answerWithin = 100;
    check.lookup = () => new Promise(() => undefined);
    await expect(ask('compatible', GOOD, 'https://slow.example.org/v1')).rejects.toMatchObject({
      code: 'platform-unreachable',
    });
  });

  it('because nobody trusts its certificate is not given the key', async () => {
    check = new KeyCheck(settingsWith({ extraCaFile: null }), ledger, control);
    await expect(askOdd()).rejects.toMatchObject({
      code: 'platform-unreachable',
      message: expect.stringMatching(/certificate/) as string,
    });
    expect(seen).toEqual([]);
  });

  it.each(['10.0.0.8', '127.0.0.1', '169.254.169.254', '::1', '::ffff:10.0.0.8'])(
    'because it is at %s looks as if it were nowhere, and is never dialled',
    async (address) => {
      check = new KeyCheck(settingsWith({ resolve: {} }), ledger, control);
      const { port } = odd.address() as AddressInfo;
      const url = `https://inside.example.org:${port}/v1`;
      const nowhere = Object.assign(new Error('no such host'), { code: 'ENOTFOUND' });
      check.lookup = () => Promise.reject(nowhere);
      const known = (await ask('compatible', GOOD, url).catch((caught: unknown) => caught)) as Error;
      check.lookup = () => Promise.resolve([{ address: '149.154.167.220' }, { address }]);
      const refused = (await ask('compatible', GOOD, url).catch((caught: unknown) => caught)) as Error;
      expect(refused.message).toBe(known.message);
      expect(refused).toMatchObject({ code: 'platform-unreachable' });
      expect(seen).toEqual([]);
      await ledger.list(alice);
      expect(written.map((row) => row.slice(2, 6))).toEqual([['inside.example.org', 'refused', 0, 2]]);
    },
  );
});

it('is in the ledger of data flows, with its purpose and its bytes', async () => {
  await ask('anthropic');
  await expect
    .poll(async () => {
      await ledger.list(alice);
      return written.some((row) => Number(row[6]) > 0);
    })
    .toBe(true);
  const rows = written.filter(([account]) => account === alice);
  expect(new Set(rows.map((row) => `${String(row[2])}: ${String(row[3])}`))).toEqual(
    new Set(['api.anthropic.com: key check']),
  );
  expect(rows.reduce((sum, row) => sum + Number(row[4]), 0)).toBe(1);
  expect(rows.reduce((sum, row) => sum + Number(row[7]), 0)).toBeGreaterThan(100);
});

it('is not done more often than ten times a minute', async () => {
  for (let time = 0; time < 10; time++) await askOdd();
  await expect(askOdd()).rejects.toMatchObject({ code: 'too-many' });
  const bob = accountId.parse('0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0002');
  await check.check(bob, { provider: 'openai', key: GOOD, baseUrl: null });
  expect(seen).toHaveLength(10);
});

it('asks nobody at a host that the user has stopped', async () => {
  const key = { provider: 'compatible' as const, key: null, baseUrl: 'https://stopped.example.org/v1' };
  await expect(check.check(alice, key)).rejects.toMatchObject({ code: 'host-stopped' });
  expect(seen).toEqual([]);
});
