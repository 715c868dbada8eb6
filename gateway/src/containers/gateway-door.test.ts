/** The gateway's side of a door: what a container of another version is told, and what of its troubles is written down. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DoorClient, DoorServer } from '../../../contracts/door-http.js';
import { DOOR_VERSION } from '../../../contracts/gateway-door.js';
import { accountId } from '../../../contracts/ids.js';
import { log, openLog } from '../log.js';
import { GatewayDoorRoutes, type ContainerEvents } from './gateway-door.service.js';

const alice = accountId.parse('0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0001');
let folder: string;
let server: DoorServer;
let door: DoorClient;
let otherVersions: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ara-gateway-door-'));
  otherVersions = [];
  const nothing = {} as never;
  const parts = [nothing, nothing, nothing, nothing, nothing, nothing, nothing, nothing] as const;
  const settings = { egress: { extraCaFile: null } } as never;
  const routes = new GatewayDoorRoutes(settings, nothing, 'test', ...parts, nothing, nothing, nothing);
  const events = {
    onOtherVersion: (account: string) => otherVersions.push(account),
  } as unknown as ContainerEvents;
  server = new DoorServer(routes.of(alice, events));
  await server.listen(join(folder, 'gateway.sock'));
  door = new DoorClient(join(folder, 'gateway.sock'), 'container-unavailable');
});
afterEach(async () => {
  door.close();
  await server.close();
  rmSync(folder, { recursive: true });
});

it.each([DOOR_VERSION - 1, DOOR_VERSION + 1])(
  'refuses version %i, and has that container seen to',
  async (version) => {
    await expect(door.call('POST', '/v1/hello', { version })).rejects.toMatchObject({
      code: 'version-mismatch',
    });
    expect(otherVersions).toEqual([alice]);
  },
);

it('writes down the trouble of a container by its two words, and takes no others', async () => {
  const path = join(folder, 'gateway.log');
  openLog(path, { level: 'info', maxMegabytes: 1, keepDays: 1 });
  await door.call('POST', '/v1/trouble', { part: 'journal-cleaning', code: 'storage-full' });
  for (const body of [
    { part: 'x', code: 'failed' },
    { part: 'journal-cleaning', code: 'what was said' },
  ])
    await expect(door.call('POST', '/v1/trouble', body)).rejects.toMatchObject({ code: 'bad-request' });
  log.flush();
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
    expect.objectContaining({
      msg: 'trouble in a container',
      account: alice,
      part: 'journal-cleaning',
      code: 'storage-full',
    }),
  ]);
});
