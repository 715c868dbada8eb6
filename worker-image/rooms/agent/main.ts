/** The agent room: takes turns from the bridge room, asks the model, keeps the conversation. No network, no secrets. */
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { trimBallast } from './ballast.js';
import { Assistant } from './assistant.js';
import { ContentDoor } from './content-door.js';
import { settleStaging } from './export/staging.js';
import { createDoorFetch } from './door-fetch.js';
import { RoomsDoor } from './door.js';
import { runLoop } from './loop.js';
import { Models } from './models/index.js';
import { SocketHttp } from './socket-http.js';
import { TurnRunner } from './turns.js';
import { wipeIfOrdered } from './wiping.js';

const { values } = parseArgs({
  options: {
    door: { type: 'string' },
    data: { type: 'string' },
    /** Path of agent.sock, made here. */
    content: { type: 'string', default: '/content/agent.sock' },
    'idle-seconds': { type: 'string', default: '60' },
    concurrency: { type: 'string', default: '8' },
  },
});
if (!values.door || !values.data)
  throw new Error('usage: main --door PATH --data DIR [--content PATH] [--idle-seconds N] [--concurrency N]');

// Before anything of it is opened.
const cleared = wipeIfOrdered(join(dirname(values.door), 'clear'), values.data);
mkdirSync(values.data, { recursive: true, mode: 0o700 });
settleStaging(values.data);
trimBallast(values.data);
const http = new SocketHttp(values.door);
const door = new RoomsDoor(http, cleared);
const models = new Models(createDoorFetch(http));
const assistant = new Assistant(values.data, door);
const stop = new AbortController();
const content: ContentDoor = new ContentDoor(values.content, {
  assistant,
  isAnswering: (chat) => turns.isAnswering(chat),
  // What has arrived is put in place by the next start.
  startAnew: () => stop.abort(),
});
const turns = new TurnRunner({
  assistant,
  models,
  concurrency: positive('concurrency'),
  openContent: () => content.open(),
});

process.once('SIGTERM', () => stop.abort());
// Without a container nobody ends us with the bridge room, and two agent rooms at one door would share the turns out.
const parent = process.ppid;
setInterval(() => process.ppid !== parent && stop.abort(), 2_000).unref();

await runLoop(door, turns, {
  idleSeconds: positive('idle-seconds'),
  stop: stop.signal,
  onFirstPoll: () => {
    const provider = assistant.conversation.lastProvider();
    if (provider) void models.get(provider);
    void assistant.tools();
  },
});
await content.close();
await assistant.close();
http.close();
process.exit(0);

function positive(flag: 'idle-seconds' | 'concurrency'): number {
  const value = Number(values[flag]);
  if (!(value > 0)) throw new Error(`--${flag} must be a number above 0`);
  return value;
}
