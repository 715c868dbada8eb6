/** The agent room opens its door for the content when the bridge room says so, and not before. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { DoorClient } from '../../../contracts/door-http.js';
import { assistantSettings } from '../../../contracts/content.js';
import { AgentRoom } from './testing/agent-room.js';
import { FakeRoomsDoor } from './testing/fake-rooms-door.js';

let bridge: FakeRoomsDoor;
let room: AgentRoom;
let path: string;

beforeEach(async () => {
  bridge = new FakeRoomsDoor();
  await bridge.listen();
  room = new AgentRoom(bridge);
  path = join(bridge.folder, 'agent.sock');
});
afterEach(async () => {
  await room.stop();
  await bridge.close();
});

it('opens when it is told, as often as it is told, and closes with the room', async () => {
  await bridge.until(() => bridge.polls > 0);
  expect(existsSync(path)).toBe(false);
  bridge.send({ kind: 'content' });
  bridge.send({ kind: 'content' });
  await vi.waitFor(() => expect(existsSync(path)).toBe(true));
  await bridge.until(() => bridge.polls > 2);
  const client = new DoorClient(path, 'container-unavailable');
  const settings = await client.call('GET', '/v1/content/assistant', undefined, assistantSettings);
  expect(settings.timeZone).toBe('UTC');
  await room.stop();
  await expect(client.call('GET', '/v1/content/assistant')).rejects.toMatchObject({
    code: 'container-unavailable',
  });
  client.close();
});
