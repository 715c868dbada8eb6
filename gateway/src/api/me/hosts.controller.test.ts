/** The list of hosts over a real Postgres: seen, stopped and allowed by their user, and by nobody else. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HostTable } from '../../../../contracts/hosts.js';
import type { AccountId } from '../../../../contracts/ids.js';
import { startCentre, type Centre } from '../../../../test/kit/centre.js';
import { ContainerManager } from '../../containers/container-manager.service.js';
import { AllowlistService } from '../../egress/allowlist.service.js';
import { LedgerService } from '../../egress/ledger.service.js';
import { OpenConnections } from '../../egress/open-connections.service.js';
import { nothingMore } from '../../keys/key-request.js';
import { KeysService } from '../../keys/keys.service.js';
import { AuditService } from '../../sign-in/audit.service.js';
import { HostsController } from './hosts.controller.js';

const HOST = 'api.openai.com';
let centre: Centre;
let alice: AccountId;
let bob: AccountId;
let told: AccountId[];
let users = 0;

beforeAll(async () => {
  const settingsChanged = async (account: AccountId): Promise<void> => void told.push(account);
  centre = await startCentre({
    controllers: [HostsController],
    providers: [{ provide: ContainerManager, useValue: { settingsChanged } }],
  });
});
afterAll(() => centre.stop());
beforeEach(async () => {
  told = [];
  users += 1;
  [alice, bob] = [await centre.addAccount(`alice-${users}`), await centre.addAccount(`bob-${users}`)];
  for (const account of [alice, bob]) {
    await centre.get(KeysService).set(account, 'openai', { ...nothingMore, key: 'sk-proj-12345678' });
    centre.get(AllowlistService).changed(account);
  }
});

const hosts = async (account = alice) => (await centre.read<HostTable>(account, '/v1/me/hosts')).hosts;
const put = async (host: string, body: unknown = { stopped: true }, account = alice) =>
  (await centre.ask(account, 'PUT', `/v1/me/hosts/${encodeURIComponent(host)}`, body)).status;
const audit = async () => (await centre.get(AuditService).of(alice)).map(({ action }) => action);

describe('the list of hosts', () => {
  it('has what is declared before anything went there, and then each figure', async () => {
    expect(await hosts()).toMatchObject([{ host: HOST, declared: true, firstAt: null, by: 'model' }]);
    const ledger = centre.get(LedgerService);
    const before = Date.now();
    ledger.add(alice, HOST, 'model openai', { connections: 1, bytesUp: 3 });
    await hosts();
    ledger.add(alice, HOST, 'model openai', { connections: 1, bytesDown: 4 });
    ledger.refuse(alice, 'evil.example.org');
    const close = centre.get(OpenConnections).add(alice, HOST, () => undefined);
    const [own, stranger] = await hosts();
    close();
    expect(own).toMatchObject({ connections: 2, open: 1, bytesUp: 3, bytesDown: 4, purpose: 'model openai' });
    expect(own!.firstAt).toBeGreaterThanOrEqual(before);
    expect(own!.lastAt).toBeGreaterThanOrEqual(own!.firstAt!);
    expect(stranger).toMatchObject({ host: 'evil.example.org', declared: false, refused: 1, by: null });
    expect(await hosts(bob)).toMatchObject([{ host: HOST, bytesUp: 0, open: 0 }]);
  });

  it('stops a host at once for its user alone, and opens it again', async () => {
    const allowlist = centre.get(AllowlistService);
    let cut = 0;
    for (const account of [alice, bob]) centre.get(OpenConnections).add(account, HOST, () => cut++);
    expect(await put(HOST)).toBe(204);
    expect(cut).toBe(1);
    expect(await hosts()).toMatchObject([{ host: HOST, stopped: true, declared: true }]);
    expect(await allowlist.find(alice, HOST, 443)).toMatchObject({ stopped: true });
    expect(await allowlist.find(bob, HOST, 443)).toMatchObject({ stopped: false });
    expect(await put(HOST)).toBe(204);
    expect(await put(HOST, { stopped: false })).toBe(204);
    expect(await put(HOST, { stopped: false })).toBe(204);
    expect(await allowlist.find(alice, HOST, 443)).toMatchObject({ stopped: false });
    expect([await audit(), told]).toEqual([
      ['host-allowed', 'host-stopped'],
      [alice, alice],
    ]);
  });

  it('keeps a stop through the removal of what the host is for, and opens nothing that is not declared', async () => {
    await put(HOST);
    await centre.get(KeysService).remove(alice, 'openai');
    centre.get(AllowlistService).changed(alice);
    expect(await hosts()).toMatchObject([{ host: HOST, stopped: true, declared: false }]);
    expect(await put(HOST, { stopped: false })).toBe(204);
    expect(await centre.get(AllowlistService).find(alice, HOST, 443)).toBeNull();
    expect(await hosts()).toEqual([]);
  });

  it.each([
    ['another host', 'evil.example.org', { stopped: true }, 404],
    ['a part of one', 'openai.com', { stopped: true }, 404],
    ['no name', 'a b', { stopped: true }, 400],
    ['a path', '../x', { stopped: true }, 400],
    ['no word', HOST, {}, 400],
    ['more words', HOST, { stopped: true, account: 'x' }, 400],
    ['another word', HOST, { stopped: 'yes' }, 400],
  ])('refuses %s', async (_what, host, body, status) => {
    expect(await put(host, body)).toBe(status);
    expect(await audit()).toEqual([]);
  });
});
