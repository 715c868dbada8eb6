/** A container that lies at its doors: refused, counted, and nobody else notices. */
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DOOR_VERSION } from '../../contracts/gateway-door.js';
import { Hostile, type DoorAnswer } from '../kit/hostile.js';
import type { User } from '../kit/installation.js';
import { QueueKit } from '../kit/queue.js';
import { installed } from './installed.js';

const setup = installed({ runtime: 'docker' });
let bob: User;
let mallory: Hostile;
let queue: QueueKit;
beforeAll(async () => {
  bob = await setup.ara.addUser('bob');
  mallory = await Hostile.takesOver(setup.ara, 'mallory');
  queue = new QueueKit(setup.ara.runDir);
});
afterAll(async () => {
  await mallory.leaves();
  await queue.close();
});

let asked = 0;
/** Another user is answered as if nothing were: within two seconds. */
async function nobodyElseNotices(): Promise<void> {
  const text = `still well ${++asked}?`;
  expect(await setup.ara.ask(bob, text, 2_000)).toBe(`echo: ${text}`);
}

/** From now on mallory's container takes what it is given. */
const honestly = (): Promise<void> =>
  mallory.serves((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.once('end', () => {
      const { messages = [] } = JSON.parse(text || '{}') as { messages?: unknown[] };
      response.writeHead(200).end(JSON.stringify({ results: messages.map(() => 'accepted') }));
    });
  });

const figure = {
  day: '2026-01-01',
  channel: 'telegram',
  outcome: 'answered',
  provider: null,
  model: null,
  inputTokens: 1,
  outputTokens: 1,
};

describe('what a container says at its door', () => {
  it.each<[string, number, string, () => Promise<DoorAnswer>]>([
    [
      'a hello of another version',
      426,
      'version-mismatch',
      () => mallory.call('POST', '/v1/hello', { version: 99 }),
    ],
    [
      'a message of another account',
      403,
      'not-allowed',
      () => mallory.handIn([{ ...mallory.message(), account: bob.id as never }]),
    ],
    ['half an object', 400, 'bad-request', () => mallory.call('POST', '/v1/messages', '{"messages": [')],
    ['five megabytes', 413, 'too-large', () => mallory.call('POST', '/v1/messages', 'x'.repeat(5_000_000))],
    [
      'a hundred thousand levels',
      400,
      'bad-request',
      () => mallory.call('POST', '/v1/messages', '['.repeat(100_000) + ']'.repeat(100_000)),
    ],
    [
      'a field too many',
      400,
      'bad-request',
      () => mallory.call('POST', '/v1/hello', { version: DOOR_VERSION, account: bob.id }),
    ],
    [
      'more messages than a call may hold',
      400,
      'bad-request',
      () => mallory.handIn(Array.from({ length: 101 }, () => mallory.message())),
    ],
    [
      'the key of a provider that there is not',
      400,
      'bad-request',
      () => mallory.call('POST', '/v1/keys/..%2fbob', {}),
    ],
    ['a key that its user has not set', 404, 'no-key', () => mallory.call('POST', '/v1/keys/anthropic', {})],
    [
      'figures below nothing',
      400,
      'bad-request',
      () => mallory.call('POST', '/v1/figures', { batch: 1, figures: [{ ...figure, inputTokens: -1 }] }),
    ],
    [
      'figures that are words',
      400,
      'bad-request',
      () =>
        mallory.call('POST', '/v1/figures', {
          batch: 1,
          figures: [{ ...figure, day: 'today; DROP TABLE accounts' }],
        }),
    ],
    [
      'a channel that there is not',
      400,
      'bad-request',
      () => mallory.call('PUT', '/v1/channels/irc', { channel: 'irc', state: 'connected', webhook: null }),
    ],
    [
      'a time before its start',
      400,
      'bad-request',
      () => mallory.call('POST', '/v1/idle', { idleSeconds: -5 }),
    ],
    ['a place that there is not', 404, 'not-found', () => mallory.call('GET', '/v1/accounts')],
    ['another way to ask', 405, 'method-not-allowed', () => mallory.call('GET', '/v1/hello')],
  ])('is refused by name and counted: %s', async (_name, status, code, attempt) => {
    const before = await setup.ara.refused('gateway.sock', code);
    const answer = await attempt();
    expect([answer.status, answer.code]).toEqual([status, code]);
    expect(await setup.ara.refused('gateway.sock', code)).toBe(before + 1);
    await nobodyElseNotices();
  });

  it('ten thousand times is too much, and only for itself', async () => {
    await honestly();
    const before = await setup.ara.refused('gateway.sock', 'too-many');
    const calls = Array.from({ length: 100 }, () =>
      mallory.handIn(Array.from({ length: 100 }, () => mallory.message())),
    );
    await nobodyElseNotices();
    const refused = (await Promise.all(calls)).filter(({ code }) => code === 'too-many');
    // Two thousand at once and two hundred a second are more than an honest one needs.
    expect(refused.length).toBeGreaterThan(60);
    expect(await setup.ara.refused('gateway.sock', 'too-many')).toBe(before + refused.length);
    await nobodyElseNotices();
    await expect.poll(() => queue.isEmpty(), { timeout: 60_000 }).toBe(true);
  });

  it('in two hundred halves of a request holds up nobody', async () => {
    const halves = Array.from({ length: 200 }, (): Socket => {
      const socket = connect(join(mallory.doors, 'gateway.sock'));
      socket.on('error', () => undefined);
      socket.write('POST /v1/messages HTTP/1.1\r\nhost: door\r\ncontent-length: 1000000\r\n\r\n{');
      return socket;
    });
    await nobodyElseNotices();
    expect((await mallory.call('POST', '/v1/hello', { version: DOOR_VERSION })).status).toBe(200);
    for (const socket of halves) socket.destroy();
  });

  it('about a channel that its user never linked is not believed, and opens no host', async () => {
    const report = { channel: 'telegram', state: 'connected', webhook: null };
    expect(await mallory.call('PUT', '/v1/channels/telegram', report)).toMatchObject({
      status: 403,
      code: 'not-allowed',
    });
    expect((await setup.ara.status(mallory.id)).channels).toEqual([]);
  });
});

describe('what a container does with its doors', () => {
  it('cannot put another in the place of the gateway’s', async () => {
    const ended = await mallory.asItsUser(
      `try { require('node:fs').renameSync('/doors/gateway.sock', '/doors/mine.sock'); console.log('done'); }
       catch (error) { console.log(error.code); }`,
    );
    expect(ended).toMatch(/^(EPERM|EACCES)$/);
  });

  it('cannot lead the gateway to another user’s container', async () => {
    const health = async (): Promise<unknown> =>
      (await setup.ara.status(bob.id)).channels.map(({ state }) => state);
    expect(await health()).toEqual(['connected']);
    await mallory.stopsServing();
    await mallory.asItsUser(`const fs = require('node:fs');
      fs.rmSync('/doors/worker.sock', { force: true });
      fs.symlinkSync('../${bob.id}/worker.sock', '/doors/worker.sock');`);
    await mallory.saysReady();
    // What the operator means for mallory must not happen to bob.
    expect((await setup.ara.status(mallory.id)).container.messages).toBeUndefined();
    await expect(setup.ara.api('DELETE', `/v1/accounts/${mallory.id}/channels/telegram`)).rejects.toThrow(
      '503',
    );
    expect(await health()).toEqual(['connected']);
    await mallory.asItsUser(`require('node:fs').rmSync('/doors/worker.sock')`);
    await nobodyElseNotices();
  });
});

describe('a container that answers', () => {
  it.each<[string, () => Promise<void>]>([
    [
      'out of form',
      () => mallory.serves((_request, response) => void response.writeHead(200).end('{"results":"yes"}')),
    ],
    [
      'for others too',
      () =>
        mallory.serves(
          (_request, response) => void response.writeHead(200).end('{"results":["accepted","accepted"]}'),
        ),
    ],
    [
      'with five megabytes',
      () => mallory.serves((_request, response) => void response.writeHead(200).end('x'.repeat(5_000_000))),
    ],
    [
      'with an error of its own making',
      () =>
        mallory.serves(
          (_request, response) =>
            void response.writeHead(500).end('{"error":{"code":"forged","message":"<b>"}}'),
        ),
    ],
    ['in no language', () => mallory.servesRaw((socket) => socket.end('\u0000\u0001 hello\r\n\r\n'))],
    ['with the end of the connection', () => mallory.servesRaw((socket) => socket.destroy())],
  ])('%s is asked again, and its message is not lost', async (_name, lies) => {
    await lies();
    expect((await mallory.handIn([mallory.message()])).status).toBe(204);
    await expect.poll(() => queue.inbound.getDelayedCount()).toBe(1);
    await nobodyElseNotices();
    await honestly();
    await expect.poll(() => queue.isEmpty(), { timeout: 15_000 }).toBe(true);
  });

  it('never, to three hundred messages, makes nobody else wait', async () => {
    await mallory.serves(() => undefined);
    for (let call = 0; call < 3; call++) {
      const messages = Array.from({ length: 100 }, () => mallory.message());
      await expect
        .poll(async () => (await mallory.handIn(messages)).status, { interval: 500, timeout: 15_000 })
        .toBe(204);
    }
    await expect.poll(() => queue.inbound.getActiveCount()).toBeGreaterThan(0);
    await nobodyElseNotices();
    await mallory.stopsServing();
    await honestly();
    await expect.poll(() => queue.isEmpty(), { timeout: 30_000 }).toBe(true);
  });
});
