/** Channels from the dashboard over a real Postgres: the credential goes to the container sealed, and nowhere else. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AraError } from '../../../../contracts/errors.js';
import { newKeyPair, sealAnonymously } from '../../../../contracts/seal.js';
import type { AccountId } from '../../../../contracts/ids.js';
import { startCentre, type Centre } from '../../../../test/kit/centre.js';
import { FakeContainers } from '../../../../test/kit/fake-containers.js';
import { ChannelsService } from '../../channels/channels.service.js';
import { ContainerManager } from '../../containers/container-manager.service.js';
import { ContainerRecords } from '../../containers/container-records.service.js';
import { AllowlistService } from '../../egress/allowlist.service.js';
import { LinkingService } from '../linking.service.js';
import { ChannelList } from './channel-list.service.js';
import { ChannelsController } from './channels.controller.js';

const containers = new FakeContainers();
const linked = { code: 'CODE-1', expiresAt: Date.now() + 600_000, address: '@my_bot' };
let centre: Centre;
let alice: AccountId;
let bob: AccountId;
let users = 0;

beforeAll(async () => {
  centre = await startCentre({
    controllers: [ChannelsController],
    providers: [LinkingService, ChannelList, { provide: ContainerManager, useValue: containers.manager }],
  });
}, 60_000);
afterAll(() => centre.stop());
beforeEach(async () => {
  containers.answers = {};
  containers.asked.length = 0;
  users++;
  alice = await centre.addAccount(`alice-${users}`);
  bob = await centre.addAccount(`bob-${users}`);
});

interface Listed {
  kind: string;
  state: string;
  since: string | null;
  advice: string;
}
const listed = async (account = alice): Promise<Listed | undefined> =>
  (await centre.read<{ channels: Listed[] }>(account, '/v1/me/channels')).channels[0];
const allowed = async (account = alice): Promise<boolean> =>
  (await centre.get(AllowlistService).find(account, 'api.telegram.org', 443)) !== null;
const post = (path: string, body?: unknown): Promise<Response> =>
  centre.ask(alice, 'POST', `/v1/me/channels/${path}`, body);

describe('linking', () => {
  const pair = newKeyPair();
  const sealed = sealAnonymously(pair.publicKey, Buffer.from('{"token":"1:CANARY"}'));

  it('passes the sealed credential to the container while its hosts are open', async () => {
    let open = false;
    containers.answers = {
      'POST /v1/channels/telegram/link': async () => {
        open = await allowed();
        return linked;
      },
    };
    const response = await post('telegram', { sealed });
    expect([response.status, await response.json()]).toEqual([200, linked]);
    expect(open).toBe(true);
    expect(containers.asked).toEqual([
      { account: alice, call: 'POST /v1/channels/telegram/link', body: { sealed } },
    ]);
    expect(await listed()).toMatchObject({ kind: 'telegram', state: 'connecting' });
    expect(await allowed(bob)).toBe(false);
  });

  it('that is refused leaves everything as it was', async () => {
    containers.answers = { 'POST /v1/channels/telegram/link': new AraError('bad-credential') };
    const response = await post('telegram', { sealed });
    expect([response.status, await response.json()]).toMatchObject([
      422,
      { error: { code: 'bad-credential' } },
    ]);
    expect(await listed()).toMatchObject({ state: 'unlinked' });
    expect(await allowed()).toBe(false);
  });

  it.each([
    ['telegram', { token: '1:CANARY' }],
    ['telegram', { sealed: 'not base64!' }],
    ['pigeon', { sealed }],
  ])('%s with %j reaches no container', async (kind, body) => {
    expect((await post(kind, body)).status).toBe(400);
    expect(containers.asked).toEqual([]);
    expect(await listed()).toMatchObject({ state: 'unlinked' });
  });
});

it('the public key is the one of the container, which is woken for it', async () => {
  const records = centre.get(ContainerRecords);
  const { publicKey } = newKeyPair();
  await records.key(alice);
  await records.setPublicKey(alice, Buffer.from(publicKey));
  expect(await centre.read(alice, '/v1/me/public-key')).toEqual({
    publicKey: Buffer.from(publicKey).toString('base64'),
  });
  expect(containers.done).toContain(`wake ${alice}`);
});

it('unlinking closes the way out, whatever the container says', async () => {
  await centre.get(ChannelsService).report(alice, 'telegram', 'connected', null);
  expect(await allowed()).toBe(true);
  containers.answers = { 'DELETE /v1/channels/telegram': {} };
  expect((await centre.ask(alice, 'DELETE', '/v1/me/channels/telegram')).status).toBe(204);
  expect(await listed()).toMatchObject({ state: 'unlinked' });
  // The rules are read anew.
  expect(await allowed()).toBe(false);
});

it('the container and the dashboard may tell of one channel at once', async () => {
  const channels = centre.get(ChannelsService);
  const [before, hash] = [Date.now(), 'a'.repeat(64)];
  await Promise.all(Array.from({ length: 8 }, () => channels.report(alice, 'telegram', 'connected', hash)));
  const since = Date.parse((await listed())?.since ?? '');
  expect(since).toBeGreaterThanOrEqual(before - 1_000);
  await channels.report(alice, 'telegram', 'connected', null);
  const [same] = await channels.list(alice);
  expect([same?.stateSince.getTime(), same?.webhookSecretHash]).toEqual([since, hash]);
  await channels.report(alice, 'telegram', 'unlinked', hash);
  expect((await channels.list(alice))[0]).toMatchObject({ state: 'unlinked', webhookSecretHash: null });
});

it('a new code, a test message and the owners are asked of the container', async () => {
  containers.answers = {
    'POST /v1/channels/telegram/code': linked,
    'POST /v1/channels/telegram/test': { sent: true },
    'GET /v1/channels/telegram/owners': { owners: [{ id: '7', name: null, since: 1_764_000_000_000 }] },
    'DELETE /v1/channels/telegram/owners/a%2F..%2Fb': {},
  };
  expect(await (await post('telegram/code')).json()).toEqual(linked);
  expect(await (await post('telegram/test')).json()).toEqual({ sent: true });
  expect(await centre.read(alice, '/v1/me/channels/telegram/owners')).toEqual({
    owners: [{ id: '7', name: null, since: '2025-11-24T16:00:00.000Z' }],
  });
  // A name that looks like a path stays a name.
  const path = `/v1/me/channels/telegram/owners/${encodeURIComponent('a/../b')}`;
  expect((await centre.ask(alice, 'DELETE', path)).status).toBe(204);
});

it.each([
  ['connected', /^$/],
  ['conflict', /Another program/],
  ['needs-relink', /Link the channel again/],
] as const)('a channel that is %s says what to do', async (state, words) => {
  await centre.get(ChannelsService).report(alice, 'telegram', state, null);
  const seen = await listed();
  expect(seen).toMatchObject({ state });
  expect(seen?.advice).toMatch(words);
  // The command line has words of its own.
  expect(seen?.advice).not.toContain('npm run');
  expect(Date.parse(seen?.since ?? '')).toBeGreaterThan(Date.now() - 10_000);
});
