/** Between two real sockets: what goes through is what was sent, and nobody takes a part for the whole. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DoorClient, DoorServer, readBody } from '../../../contracts/door-http.js';
import { AraError } from '../../../contracts/errors.js';
import { ContentPass } from './content-pass.js';
import { temporaryFolder } from './test-rig.js';

let folder: string;
let agentPath: string;
let worker: DoorServer;
let client: DoorClient;
let content: ContentPass;
let agent: DoorServer | null;
let agentRuns: boolean;
let asked: number;
let uses: number;
let onAsk: () => void;
let handle: (request: IncomingMessage, response: ServerResponse) => unknown;

beforeEach(async () => {
  folder = temporaryFolder();
  agentPath = join(folder, 'agent.sock');
  agent = null;
  agentRuns = true;
  [asked, uses] = [0, 0];
  onAsk = () => void openAgent();
  handle = (_request, response) => void response.end('fine');
  content = new ContentPass({
    door: agentPath,
    agentRuns: () => agentRuns,
    ask: () => {
      asked += 1;
      onAsk();
    },
    onUse: () => (uses += 1),
    patience: 1_000,
  });
  const route = (method: string) => ({
    method,
    path: '/v1/content/*',
    handle: (call: never) => content.pass(call),
  });
  worker = new DoorServer(['GET', 'PUT'].map(route));
  await worker.listen(join(folder, 'worker.sock'));
  client = new DoorClient(join(folder, 'worker.sock'), 'container-unavailable', 5_000);
});
afterEach(async () => {
  client.close();
  await Promise.all([worker.close(), agent?.close()]);
});

async function openAgent(): Promise<void> {
  if (agent) return;
  const route = (method: string) => ({
    method,
    path: '/v1/content/*',
    handle: async ({ request, response }: { request: IncomingMessage; response: ServerResponse }) => {
      await handle(request, response);
      if (!response.writableEnded) await new Promise((resolve) => response.once('close', resolve));
    },
  });
  agent = new DoorServer(['GET', 'PUT'].map(route));
  await agent.listen(agentPath);
}

const FILE = '/v1/content/file?path=a%20b.txt';
const get = async (path = FILE): Promise<string> =>
  String(await readBody(await client.stream('GET', path), 1e9));

describe('a call for the content', () => {
  it('starts the agent room when it is not there, and is answered by it', async () => {
    handle = (request, response) => void response.end(`${request.method} ${request.url}`);
    expect(await get()).toBe(`GET ${FILE}`);
    expect(asked).toBe(1);
    expect(await get()).toBe(`GET ${FILE}`);
    expect(asked).toBe(1);
    expect([content.busy, uses]).toEqual([false, 4]);
  });

  it('waits for the next agent room while one is about to end, though its door is still open', async () => {
    await openAgent();
    agentRuns = false;
    onAsk = () => setTimeout(() => (agentRuns = true), 50);
    const since = Date.now();
    expect(await get()).toBe('fine');
    expect(Date.now() - since).toBeGreaterThanOrEqual(45);
    expect(asked).toBe(1);
  });

  it('keeps the agent room as long as it lasts', async () => {
    handle = async (_request, response) => {
      response.write('be');
      await sleep(50);
      expect(content.busy).toBe(true);
      response.end('gun');
    };
    expect(await get()).toBe('begun');
    await expect.poll(() => content.busy).toBe(false);
  });

  it('is given up when nobody opens', async () => {
    onAsk = () => undefined;
    await expect(get()).rejects.toMatchObject({ code: 'container-unavailable' });
    expect(asked).toBeGreaterThan(1);
    expect(content.busy).toBe(false);
  });

  it('does not follow a link that was put in the place of the door', async () => {
    const elsewhere = join(folder, 'elsewhere');
    mkdirSync(elsewhere);
    let reached = 0;
    const other = new DoorServer([{ method: 'GET', path: '/v1/content/*', handle: () => (reached += 1) }]);
    await other.listen(join(elsewhere, 'gateway.sock'));
    symlinkSync(join(elsewhere, 'gateway.sock'), agentPath);
    onAsk = () => undefined;
    await expect(get()).rejects.toMatchObject({ code: 'container-unavailable' });
    expect(reached).toBe(0);
    rmSync(agentPath);
    await other.close();
  });

  it('brings a refusal as it was said', async () => {
    handle = () => {
      throw new AraError('too-large');
    };
    await expect(get()).rejects.toMatchObject({ code: 'too-large' });
  });
});

describe('bytes', () => {
  it('go up and down unchanged, and not all at once', async () => {
    const bytes = randomBytes(20_000_000);
    let most = 0;
    let received = Buffer.alloc(0);
    let read = 0;
    handle = async (request, response) => {
      // A slow reader: what it has not taken must still be with the sender.
      const pieces: Buffer[] = [];
      for await (const piece of request) {
        pieces.push(piece as Buffer);
        read += (piece as Buffer).length;
        if (pieces.length % 50 === 0) await sleep(1);
      }
      received = Buffer.concat(pieces);
      response.end(received);
    };
    let given = 0;
    const source = Readable.from(
      (function* () {
        for (let at = 0; at < bytes.length; at += 65_536) {
          given = Math.min(at + 65_536, bytes.length);
          most = Math.max(most, given - read);
          yield bytes.subarray(at, at + 65_536);
        }
      })(),
    );
    const headers = { 'content-type': 'application/octet-stream' };
    const answer = await client.stream('PUT', FILE, { body: source, headers });
    expect((await readBody(answer, 1e9)).equals(bytes)).toBe(true);
    expect(received.equals(bytes)).toBe(true);
    expect(most).toBeLessThan(5_000_000);
  });

  it('that break off on the way up are not taken for the whole', async () => {
    const ended = Promise.withResolvers<string>();
    handle = async (request) => {
      try {
        for await (const _piece of request);
        ended.resolve('whole');
      } catch {
        ended.resolve('broken');
      }
    };
    const source = Readable.from(
      (async function* () {
        yield Buffer.alloc(100_000);
        await sleep(50);
        throw new Error('the browser is gone');
      })(),
    );
    await expect(client.stream('PUT', FILE, { body: source })).rejects.toMatchObject({
      code: 'container-unavailable',
    });
    expect(await ended.promise).toBe('broken');
    await expect.poll(() => content.busy).toBe(false);
  });

  it('that break off on the way down break off at the gateway', async () => {
    handle = async (_request, response) => {
      response.writeHead(200);
      response.write('half');
      await sleep(50);
      await agent?.close();
    };
    const answer = await client.stream('GET', FILE);
    await expect(readBody(answer, 1e9)).rejects.toThrow();
  });

  it('that nobody reads any more are not fetched any more', async () => {
    const ended = Promise.withResolvers<boolean>();
    handle = (_request, response) => {
      response.writeHead(200);
      response.write('some');
      response.once('close', () => ended.resolve(response.writableFinished));
    };
    const answer = await client.stream('GET', FILE);
    answer.destroy();
    expect(await ended.promise).toBe(false);
    await expect.poll(() => content.busy).toBe(false);
  });

  it('of an upload that is refused at once are taken, so that the refusal arrives', async () => {
    handle = async (request, response) => {
      request.resume();
      await new Promise((resolve) => request.once('end', resolve));
      response.writeHead(413, { 'x-ara-refusal': '1' }).end(JSON.stringify(new AraError('too-large').body()));
    };
    const body = Readable.from([randomBytes(5_000_000)]);
    await expect(client.stream('PUT', FILE, { body })).rejects.toMatchObject({ code: 'too-large' });
  });
});
