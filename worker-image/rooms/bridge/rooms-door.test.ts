/** `rooms.sock` over a real socket: the agent's long poll, its lines, and how its death is noticed. */
import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readBody, type DoorServer } from '../../../contracts/door-http.js';
import { MAX_TEXT } from '../../../contracts/message.js';
import type { Turn } from '../../../contracts/rooms-door.js';
import type { Channels } from './channels.js';
import { ConversationDesk } from './conversation-desk.js';
import type { Figures } from './figures.js';
import type { Journal } from './journal.js';
import type { KeyBroker } from './key-broker.js';
import { roomsDoor } from './rooms-door.js';
import {
  answered,
  delivered,
  message,
  ScriptedBridge,
  temporaryFolder,
  temporaryJournal,
} from './test-rig.js';

let path: string;
let journal: Journal;
let bridge: ScriptedBridge;
let desk: ConversationDesk;
let door: DoorServer;
let presence: boolean[];

beforeEach(async () => {
  path = join(temporaryFolder(), 'rooms.sock');
  journal = temporaryJournal();
  bridge = new ScriptedBridge();
  presence = [];
  const channels = { bridge: () => bridge, states: () => [] };
  desk = new ConversationDesk(
    journal,
    channels as unknown as Channels,
    { add: () => undefined } as unknown as Figures,
    () => ({ models: [], publicUrl: null }),
    { startAgent: () => undefined },
  );
  door = roomsDoor(desk, {} as KeyBroker, { onAgent: (present) => presence.push(present) });
  await door.listen(path);
});
afterEach(async () => {
  await desk.stop();
  await door.close();
});

function start(method: string, address: string, agent = 'first'): ClientRequest {
  const outgoing = request({ socketPath: path, method, path: address, headers: { 'x-ara-agent': agent } });
  return outgoing.on('error', () => undefined);
}
async function answerOf(outgoing: ClientRequest): Promise<{ status: number | undefined; body: unknown }> {
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  const text = String(await readBody(response, 1e6));
  return { status: response.statusCode, body: text ? JSON.parse(text) : undefined };
}
const poll = (wait: number, agent?: string) =>
  answerOf(start('GET', `/v1/turns/next?wait=${wait}`, agent).end());
async function reply(id: number, body: string): Promise<number | undefined> {
  return (await answerOf(start('POST', `/v1/turns/${id}/reply`).end(body))).status;
}
const line = (value: unknown): string => `${JSON.stringify(value)}\n`;
const offer = (...texts: string[]) =>
  desk.turns.offer(delivered(journal, ...texts.map((text) => message(text, 'chat'))));

describe('the long poll', () => {
  it('is answered 204 when nothing came, and with the turn as soon as it does', async () => {
    expect(await poll(0)).toEqual({ status: 204, body: undefined });
    const waiting = poll(30);
    await expect.poll(() => presence.length, { interval: 2 }).toBe(2);
    offer('hello');
    expect(await waiting).toMatchObject({ status: 200, body: { text: 'hello', attempt: 1 } });
    expect(presence).toEqual([true, true]);
  });

  it('takes a wait that is no number for none', async () => {
    expect((await poll(NaN)).status).toBe(204);
  });

  it('that breaks gives back every turn, and says that the agent is gone', async () => {
    offer('hello');
    await poll(1);
    const waiting = start('GET', '/v1/turns/next?wait=30');
    waiting.end();
    await expect.poll(() => presence.length, { interval: 2 }).toBe(2);
    waiting.destroy();
    await expect.poll(() => presence.at(-1), { interval: 2 }).toBe(false);
    expect((await poll(1)).body).toMatchObject({ text: 'hello', attempt: 2 });
  });

  it('by another process than before gives back what the one before it held', async () => {
    offer('hello');
    await poll(1, 'first');
    expect((await poll(0, 'first')).status).toBe(204);
    expect((await poll(1, 'second')).body).toMatchObject({ text: 'hello', attempt: 2 });
  });
});

describe('a reply', () => {
  const open = async (): Promise<number> => {
    offer('hello');
    return ((await poll(1)).body as Turn).id;
  };

  it('is answered when it is on disk, and sent', async () => {
    const id = await open();
    expect(await reply(id, line({ type: 'text', text: 'hi' }) + line(answered))).toBe(204);
    await expect.poll(() => journal.counts(), { interval: 2 }).toEqual({ answered: 1 });
    expect(bridge.seen).toEqual(['<hi>']);
  });

  it('may come in any pieces, its last line without an end', async () => {
    const id = await open();
    const outgoing = start('POST', `/v1/turns/${id}/reply`);
    const all = Buffer.from(line({ type: 'text', text: 'grüße 🌱' }) + '\n' + JSON.stringify(answered));
    for (const byte of all) outgoing.write(Buffer.from([byte]));
    expect((await answerOf(outgoing.end())).status).toBe(204);
    await expect.poll(() => bridge.seen, { interval: 2 }).toEqual(['<grüße 🌱>']);
  });

  it('that is too long, or no JSON, loses the turn, which comes again', async () => {
    const id = await open();
    expect(await reply(id, line({ type: 'text', text: 'x'.repeat(4 * MAX_TEXT) }) + line(answered))).toBe(
      409,
    );
    expect((await poll(1)).body).toMatchObject({ id, attempt: 2 });
    expect(await reply(id, 'not json\n')).toBe(409);
    expect((await poll(1)).body).toMatchObject({ id, attempt: 3 });
    expect(bridge.calls).toEqual([]);
  });

  it('that breaks off loses the turn, which comes again', async () => {
    const id = await open();
    const outgoing = start('POST', `/v1/turns/${id}/reply`);
    outgoing.write(line({ type: 'text', text: 'half' }));
    await new Promise((resolve) => setImmediate(resolve));
    outgoing.destroy();
    expect((await poll(5)).body).toMatchObject({ id, attempt: 2 });
  });

  it('to a turn that is not open is refused', async () => {
    expect(await reply(99, line(answered))).toBe(409);
    for (const id of ['x', '-1', '0', '1.5']) {
      const { status } = await answerOf(start('POST', `/v1/turns/${id}/reply`).end());
      expect(status).toBe(400);
    }
  });
});

describe('saying that it stops', () => {
  const stopping = async () => (await answerOf(start('POST', '/v1/stopping').end())).status;

  it('is accepted when there is nothing to do, and refused when a turn has just come', async () => {
    expect(await stopping()).toBe(204);
    expect(presence).toEqual([false]);
    offer('hello');
    expect(await stopping()).toBe(409);
    expect(presence).toEqual([false]);
  });
});
