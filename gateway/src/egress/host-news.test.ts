/** Two gateways on one database: what a user stops at one of them is stopped at the other at once, open connections too. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { DoorServer } from '../../../contracts/door-http.js';
import { STOPPED_HEADER } from '../../../contracts/hosts.js';
import type { AccountId } from '../../../contracts/ids.js';
import { startCentre, type Centre } from '../../../test/kit/centre.js';
import { nothingMore } from '../keys/key-request.js';
import { KeysService } from '../keys/keys.service.js';
import { SettingsElsewhere } from '../api/settings-elsewhere.service.js';
import { ContainerManager } from '../containers/container-manager.service.js';
import { AllowlistService } from './allowlist.service.js';
import { egressDoor } from './egress-door.js';
import { HostControl } from './host-control.service.js';
import { LedgerService } from './ledger.service.js';
import { OpenConnections } from './open-connections.service.js';

const HOST = 'api.openai.com';
const OTHER = 'api.anthropic.com';
/** Far below any interval at which one looks by itself. */
const AT_ONCE = { timeout: 1_500, interval: 10 };

let here: Centre;
let there: Centre;
let outside: Server;
let folder: string;
let doors: DoorServer[] = [];
let sockets: Socket[] = [];
let alice: AccountId;
let bob: AccountId;
let users = 0;
/** Whose containers were told to look at their settings, at the one and at the other. */
let told: [AccountId[], AccountId[]];

beforeAll(async () => {
  const containersOf = (at: 0 | 1) => [
    SettingsElsewhere,
    {
      provide: ContainerManager,
      useValue: { tellSettings: async (account: AccountId) => void told[at].push(account) },
    },
  ];
  here = await startCentre({ providers: containersOf(0) });
  there = await startCentre({ providers: containersOf(1), beside: here });
  outside = createServer((socket) => socket.on('error', () => undefined).pipe(socket));
  await once(outside.listen(0, '127.0.0.1'), 'listening');
  folder = mkdtempSync(join(tmpdir(), 'ara-news-'));
});
afterAll(async () => {
  await closeDoors();
  outside.close();
  await there.stop();
  await here.stop();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  await closeDoors();
  users += 1;
  told = [[], []];
  [alice, bob] = [await here.addAccount(`alice-${users}`), await here.addAccount(`bob-${users}`)];
  for (const account of [alice, bob]) {
    await here.get(KeysService).set(account, 'openai', { ...nothingMore, key: 'sk-proj-12345678' });
    await here.get(KeysService).set(account, 'anthropic', { ...nothingMore, key: 'sk-ant-12345678' });
    await openDoor(account);
  }
});

async function closeDoors(): Promise<void> {
  for (const socket of sockets) socket.destroy();
  for (const door of doors) await door.close();
  [doors, sockets] = [[], []];
}

/** The other gateway's, with the real way out behind it. */
async function openDoor(account: AccountId): Promise<void> {
  const place = `127.0.0.1:${(outside.address() as AddressInfo).port}`;
  const door = new DoorServer([], {
    onConnect: egressDoor({
      account,
      allowlist: there.get(AllowlistService),
      ledger: there.get(LedgerService),
      connections: there.get(OpenConnections),
      resolve: { [HOST]: place, [OTHER]: place },
    }),
  });
  await door.listen(join(folder, `${account}.sock`));
  doors.push(door);
}

interface Way {
  status: number | undefined;
  stopped: boolean;
  socket: Socket;
}

async function connected(account: AccountId, host: string): Promise<Way> {
  const opening = request({
    socketPath: join(folder, `${account}.sock`),
    method: 'CONNECT',
    path: `${host}:443`,
  });
  opening.end();
  const [answer, socket] = (await once(opening, 'connect')) as [IncomingMessage, Socket];
  sockets.push(socket.on('error', () => undefined).resume());
  return { status: answer.statusCode, stopped: STOPPED_HEADER in answer.headers, socket };
}

it('cuts at the other gateway what is open there, and lets nothing new through', async () => {
  const [cut, otherHost, otherUser] = await Promise.all([
    connected(alice, HOST),
    connected(alice, OTHER),
    connected(bob, HOST),
  ]);
  expect([cut.status, otherHost.status, otherUser.status]).toEqual([200, 200, 200]);
  await here.get(HostControl).set(alice, HOST, true);
  await expect.poll(() => cut.socket.closed, AT_ONCE).toBe(true);
  expect(await connected(alice, HOST)).toMatchObject({ status: 403, stopped: true });
  expect([otherHost.socket.closed, otherUser.socket.closed]).toEqual([false, false]);
  expect((await connected(bob, HOST)).status).toBe(200);

  await here.get(HostControl).set(alice, HOST, false);
  await expect.poll(async () => (await connected(alice, HOST)).status, AT_ONCE).toBe(200);
  // A container hears of it from the gateway that it is at, and whoever changed it is told nothing about it.
  await expect.poll(() => told, AT_ONCE).toEqual([[], [alice, alice]]);
});

it('brings over what was set, and what was removed', async () => {
  expect((await connected(alice, OTHER)).status).toBe(200);
  await here.get(KeysService).remove(alice, 'anthropic');
  here.get(AllowlistService).changed(alice);
  await expect.poll(async () => (await connected(alice, OTHER)).status, AT_ONCE).toBe(403);
  await here.get(KeysService).set(alice, 'anthropic', { ...nothingMore, key: 'sk-ant-12345678' });
  here.get(AllowlistService).changed(alice);
  await expect.poll(async () => (await connected(alice, OTHER)).status, AT_ONCE).toBe(200);
});

it('makes up for what it missed while the line was down', async () => {
  const cut = await connected(alice, HOST);
  const lines = `FROM pg_stat_activity WHERE query LIKE 'LISTEN %' OR query = 'SELECT 1'`;
  const killed = await here.query(`SELECT pg_terminate_backend(pid) ${lines}`);
  expect(killed.length).toBeGreaterThanOrEqual(2);
  // Without any news of it.
  await here.query('INSERT INTO stopped_hosts VALUES ($1, $2, now())', [alice, HOST]);
  await expect.poll(() => cut.socket.closed, { timeout: 4_000, interval: 10 }).toBe(true);
  expect(await connected(alice, HOST)).toMatchObject({ status: 403, stopped: true });

  // And the line stands again.
  await here.get(HostControl).set(bob, HOST, true);
  await expect.poll(async () => (await connected(bob, HOST)).stopped, AT_ONCE).toBe(true);
});
