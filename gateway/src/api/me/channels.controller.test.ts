/** Channels from the dashboard over a real Postgres: the credential goes to the container sealed, and nowhere else. */
import { createHash } from 'node:crypto';
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
import { AuditService } from '../../sign-in/audit.service.js';
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
}
const listed = async (account = alice, kind = 'telegram'): Promise<Listed | undefined> =>
  (await centre.read<{ channels: Listed[] }>(account, '/v1/me/channels')).channels.find(
    (each) => each.kind === kind,
  );
const allowed = async (account = alice, host = 'api.telegram.org', port = 443): Promise<boolean> =>
  (await centre.get(AllowlistService).find(account, host, port)) !== null;
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
    ['telegram', { sealed, hosts: ['evil.example.org'] }],
    ['whatsapp', { sealed, hosts: ['evil.example.org'] }],
    ['matrix', { sealed }],
    ['matrix', { sealed, hosts: [] }],
    ['matrix', { sealed, hosts: ['a.example.org', 'b.example.org', 'c.example.org', 'd.example.org'] }],
    ['matrix', { sealed, hosts: ['10.0.0.1'] }],
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
  const secret = 'the secret of the webhook';
  const [before, hash] = [Date.now(), createHash('sha256').update(secret).digest('hex')];
  await Promise.all(Array.from({ length: 8 }, () => channels.report(alice, 'telegram', 'connected', hash)));
  const since = Date.parse((await listed())?.since ?? '');
  expect(since).toBeGreaterThanOrEqual(before - 1_000);
  await channels.report(alice, 'telegram', 'connected', null);
  const [same] = await channels.list(alice);
  expect([same?.stateSince.getTime(), same?.webhookSecretHash]).toEqual([since, hash]);
  await channels.ownerOfWebhook(alice, 'telegram', secret);
  expect(await channels.linkedAccounts()).toContain(alice);
  await channels.report(alice, 'telegram', 'unlinked', hash);
  await expect(channels.ownerOfWebhook(alice, 'telegram', secret)).rejects.toMatchObject({
    code: 'wrong-secret',
  });
  expect(await channels.linkedAccounts()).not.toContain(alice);
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

it('what only the container knows of a link is asked there, and set there', async () => {
  const details = { settings: { readReceipts: false }, device: null };
  containers.answers = {
    'GET /v1/channels/whatsapp/details': details,
    'PUT /v1/channels/whatsapp/settings': {},
  };
  const path = '/v1/me/channels/whatsapp';
  expect(await centre.read(alice, `${path}/details`)).toEqual(details);
  containers.asked.length = 0;
  expect((await centre.ask(alice, 'PUT', `${path}/settings`, { readReceipts: true })).status).toBe(204);
  expect(containers.asked).toEqual([
    { account: alice, call: 'PUT /v1/channels/whatsapp/settings', body: { readReceipts: true } },
  ]);
  expect((await centre.ask(alice, 'PUT', `${path}/settings`, { readReceipts: 1 })).status).toBe(400);
  expect(
    (await centre.ask(alice, 'PUT', '/v1/me/channels/telegram/settings', { readReceipts: true })).status,
  ).toBe(404);
});

describe('linking to a server of the user', () => {
  const sealed = sealAnonymously(newKeyPair().publicKey, Buffer.from('{}'));
  const [old, other] = ['old.example.org', 'matrix.example.org'];
  const hosts = async (): Promise<boolean[]> => [await allowed(alice, old), await allowed(alice, other)];
  const answers = (answer: unknown): void => {
    containers.answers = { 'POST /v1/channels/matrix/link': answer };
  };

  it('opens its hosts while it is linked, and no longer', async () => {
    let during: boolean[] = [];
    answers(async () => {
      during = await hosts();
      return linked;
    });
    expect((await post('matrix', { sealed, hosts: [old, `${other}:8448`] })).status).toBe(200);
    // Nothing of it is told to the container: it has its own.
    expect(containers.asked[0]?.body).toEqual({ sealed });
    expect(during).toEqual([true, false]);
    expect([await allowed(alice, other, 8448), await allowed(bob, old)]).toEqual([true, false]);
    expect(await centre.get(AllowlistService).find(alice, old, 443)).toMatchObject({
      purpose: 'channel matrix',
    });
    containers.answers = { 'DELETE /v1/channels/matrix': {} };
    await centre.ask(alice, 'DELETE', '/v1/me/channels/matrix');
    expect(await hosts()).toEqual([false, false]);
    expect((await centre.get(ChannelsService).list(alice))[0]?.hosts).toBeNull();
  });

  it('anew goes from the old hosts to the new ones, and is open to both meanwhile', async () => {
    answers(linked);
    await post('matrix', { sealed, hosts: [old] });
    await centre.get(ChannelsService).report(alice, 'matrix', 'connected', null);
    let during: boolean[] = [];
    answers(async () => {
      during = await hosts();
      throw new AraError('bad-credential');
    });
    expect((await post('matrix', { sealed, hosts: [other] })).status).toBe(422);
    expect([during, await hosts()]).toEqual([
      [true, true],
      [true, false],
    ]);
    expect(await listed(alice, 'matrix')).toMatchObject({ state: 'connected' });
    answers(linked);
    await post('matrix', { sealed, hosts: [other] });
    expect(await hosts()).toEqual([false, true]);
  });

  it('that needs another host says which, and leaves everything as it was', async () => {
    answers({ needsHost: other });
    const response = await post('matrix', { sealed, hosts: [old] });
    expect([response.status, await response.json()]).toEqual([200, { needsHost: other }]);
    expect([await hosts(), (await listed(alice, 'matrix'))?.state]).toEqual([[false, false], 'unlinked']);
    // Allowed, and refused all the same: it leads to no public address.
    expect((await post('matrix', { sealed, hosts: [old, other] })).status).toBe(502);
    answers({ needsHost: 'words that are no host' });
    expect((await post('matrix', { sealed, hosts: [old] })).status).toBeGreaterThanOrEqual(400);
  });
});

describe('a pairing', () => {
  const sealed = sealAnonymously(newKeyPair().publicKey, Buffer.from('{}'));
  const path = '/v1/me/channels/whatsapp/pairing';
  const view = (state: string, number: number) => ({
    number,
    state,
    sealed: Buffer.from('sealed').toString('base64'),
    error: null,
    needsHost: null,
  });
  let end: PromiseWithResolvers<unknown>;
  const state = async (): Promise<string | undefined> => (await listed(alice, 'whatsapp'))?.state;
  const audits = async (): Promise<number> =>
    (await centre.get(AuditService).of(alice)).filter(({ action }) => action === 'channel-linked').length;

  beforeEach(async () => {
    end = Promise.withResolvers();
    containers.answers = {
      'POST /v1/channels/whatsapp/link': { pairing: true },
      'GET /v1/channels/whatsapp/pairing?after=0': view('waiting', 1),
      'GET /v1/channels/whatsapp/pairing?after=1': () => end.promise,
      'DELETE /v1/channels/whatsapp/pairing': {},
    };
    expect(await (await post('whatsapp', { sealed })).json()).toEqual({ pairing: true });
  });

  it('is open to its platform, and linked once the phone has said so', async () => {
    expect([await allowed(alice, 'web.whatsapp.com'), await state(), await audits()]).toEqual([
      true,
      'connecting',
      0,
    ]);
    expect(await centre.read(alice, `${path}?after=0`)).toEqual(view('waiting', 1));
    await centre.get(ChannelsService).report(alice, 'whatsapp', 'connected', null);
    end.resolve(view('linked', 2));
    await expect.poll(audits).toBe(1);
    expect([await allowed(alice, 'web.whatsapp.com'), await state()]).toEqual([true, 'connected']);
  });

  it.each<[string, () => unknown]>([
    ['fails', () => end.resolve({ ...view('failed', 2), sealed: null, error: 'pairing-expired' })],
    ['is lost with its container', () => end.reject(new AraError('container-unavailable'))],
    ['is called off', () => centre.ask(alice, 'DELETE', path)],
  ])('that %s closes the way out again', async (_how, ends) => {
    await ends();
    await expect.poll(state).toBe('unlinked');
    expect([await allowed(alice, 'web.whatsapp.com'), await audits()]).toEqual([false, 0]);
  });

  it('that fails leaves the link that was there', async () => {
    await centre.get(ChannelsService).report(alice, 'whatsapp', 'connected', null);
    await post('whatsapp', { sealed });
    end.resolve({ ...view('failed', 2), sealed: null, error: 'pairing-expired' });
    await expect.poll(() => containers.asked.filter(({ call }) => call.includes('after=1')).length).toBe(2);
    expect([await allowed(alice, 'web.whatsapp.com'), await state()]).toEqual([true, 'connected']);
  });

  it.each(['after=x', 'after=-1', 'more=1'])('is not asked after with %s', async (query) => {
    expect((await centre.ask(alice, 'GET', `${path}?${query}`)).status).toBe(400);
  });
});

it('with webhooks a container is kept awake for Matrix and WhatsApp, and not for Telegram', async () => {
  const channels = centre.get(ChannelsService);
  const live = async (webhooks: boolean): Promise<boolean[]> => {
    const accounts = await channels.liveAccounts(webhooks);
    return [alice, bob].map((account) => accounts.includes(account));
  };
  await channels.report(alice, 'telegram', 'connected', null);
  await channels.report(bob, 'whatsapp', 'connected', null);
  expect([await live(false), await live(true)]).toEqual([
    [true, true],
    [false, true],
  ]);
  await channels.report(bob, 'whatsapp', 'unlinked', null);
  expect(await live(true)).toEqual([false, false]);
});
