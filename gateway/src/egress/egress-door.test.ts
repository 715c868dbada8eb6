/** The way out of a container, over real sockets: who may be reached, by which name, and what is counted. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Repository } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DoorServer } from '../../../contracts/door-http.js';
import { accountId } from '../../../contracts/ids.js';
import type { AllowlistService } from './allowlist.service.js';
import { egressDoor } from './egress-door.js';
import type { EgressEntry } from './egress-entry.entity.js';
import { allows, declare } from './hosts.js';
import { LedgerService } from './ledger.service.js';
import { OpenConnections } from './open-connections.service.js';

const account = accountId.parse('0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0001');
const HOST = 'api.telegram.org';
const suffix = { host: '.cdn.whatsapp.net', port: 443, purpose: 'channel whatsapp' };
const rule = { host: HOST, port: 443, purpose: 'channel telegram' };

/** What the ledger has written, by host and purpose. */
let written: Map<string, { connections: number; refused: number; up: number; down: number }>;
let folder: string;
let door: DoorServer;
let ledger: LedgerService;
let outside: Server;
let onOutside: (socket: Socket) => void;
let asked: string[];
let addresses: string[];
let overrides: Record<string, string>;
let connections: OpenConnections;
let stopped: Set<string>;
let onFind: () => void;

function ledgerInMemory(): LedgerService {
  const query = async (_sql: string, values: unknown[]): Promise<void> => {
    const [, , host, purpose, connections, refused, up, down] = values as [
      string,
      string,
      string,
      string,
      ...number[],
    ];
    const sum = written.get(`${host} ${purpose}`) ?? { connections: 0, refused: 0, up: 0, down: 0 };
    sum.connections += connections!;
    sum.refused += refused!;
    sum.up += up!;
    sum.down += down!;
    written.set(`${host} ${purpose}`, sum);
  };
  return new LedgerService({ manager: { query } } as unknown as Repository<EgressEntry>);
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ara-egress-'));
  written = new Map();
  asked = [];
  addresses = ['149.154.167.220'];
  onOutside = (socket) => socket.pipe(socket);
  outside = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    onOutside(socket);
  });
  await once(outside.listen(0, '127.0.0.1'), 'listening');
  overrides = { [HOST]: `127.0.0.1:${(outside.address() as AddressInfo).port}` };
  ledger = ledgerInMemory();
  connections = new OpenConnections();
  stopped = new Set();
  onFind = () => undefined;
  const allowlist = {
    find: async (_account: string, host: string, port: number) => {
      const found = declare([rule, suffix], stopped).find((each) => allows(each.rule, host, port)) ?? null;
      onFind();
      return found;
    },
  };
  const lookup = async (host: string) => {
    asked.push(host);
    return addresses.map((address) => ({ address }));
  };
  door = new DoorServer([], {
    onConnect: egressDoor({
      account,
      allowlist: allowlist as unknown as AllowlistService,
      ledger,
      connections,
      resolve: overrides,
      lookup,
    }),
  });
  await door.listen(join(folder, 'egress.sock'));
});
afterEach(async () => {
  await door.close();
  outside.close();
  await ledger.onModuleDestroy();
  rmSync(folder, { recursive: true });
});

/** Asks for a connection; with 200 the socket is open. */
async function connectTo(target: string): Promise<{ status: number | undefined; socket: Socket }> {
  const opening = request({ socketPath: join(folder, 'egress.sock'), method: 'CONNECT', path: target });
  opening.end();
  const [response, socket, head] = (await once(opening, 'connect')) as [
    { statusCode?: number },
    Socket,
    Buffer,
  ];
  if (head.length > 0) socket.unshift(head);
  socket.on('error', () => undefined);
  return { status: response.statusCode, socket };
}
const statusOf = async (target: string): Promise<number | undefined> => {
  const { status, socket } = await connectTo(target);
  socket.destroy();
  return status;
};

async function read(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function flows() {
  await ledger.onModuleDestroy();
  return Object.fromEntries(written);
}

describe('a connection', () => {
  it('to a host on the list passes bytes both ways and is counted to the byte', async () => {
    const { status, socket } = await connectTo(`${HOST}:443`);
    expect(status).toBe(200);
    const sent = Buffer.alloc(300_000, 'x');
    socket.end(sent);
    expect(await read(socket)).toEqual(sent);
    expect(await flows()).toEqual({
      [`${HOST} channel telegram`]: { connections: 1, refused: 0, up: 300_000, down: 300_000 },
    });
  });

  it('to one of many hosts behind a suffix is counted as one of them, whatever their number', async () => {
    for (const host of ['a.cdn.whatsapp.net', 'b.cdn.whatsapp.net']) {
      overrides[host] = overrides[HOST]!;
      expect(await statusOf(`${host}:443`)).toBe(200);
    }
    expect(await statusOf('evilcdn.whatsapp.net.example.org:443')).toBe(403);
    const seen = await flows();
    expect(seen['*.cdn.whatsapp.net channel whatsapp']).toMatchObject({ connections: 2 });
    expect(Object.keys(seen)).toHaveLength(2);
  });

  it('counts what came in the same breath as the request', async () => {
    const socket = connect(join(folder, 'egress.sock'));
    socket.end(`CONNECT ${HOST}:443 HTTP/1.1\r\nhost: ${HOST}\r\n\r\nearly`);
    const answer = (await read(socket)).toString();
    expect(answer).toMatch(/^HTTP\/1\.1 200 .*\r\n\r\nearly$/);
    expect((await flows())[`${HOST} channel telegram`]).toMatchObject({ up: 5, down: 5 });
  });

  it('brings all of an answer to a slow reader, although the other side has closed', async () => {
    const answer = Buffer.alloc(3_000_000, 'y');
    onOutside = (socket) => socket.end(answer);
    const { socket } = await connectTo(`${HOST}:443`);
    let size = 0;
    for await (const chunk of socket) {
      size += (chunk as Buffer).length;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(size).toBe(answer.length);
  });

  it('ends outside when the container hangs up', async () => {
    const closed = new Promise<void>((resolve) => {
      onOutside = (socket) =>
        socket
          .resume()
          .once('close', () => resolve())
          .once('end', () => socket.end());
    });
    const { socket } = await connectTo(`${HOST}:443`);
    socket.destroy();
    await closed;
  });

  it('ends inside when the host hangs up', async () => {
    onOutside = (socket) => socket.destroy();
    const { socket } = await connectTo(`${HOST}:443`);
    expect(await read(socket)).toHaveLength(0);
  });

  it('to a host that nobody answers for is refused with 502', async () => {
    outside.close();
    expect(await statusOf(`${HOST}:443`)).toBe(502);
    expect(await flows()).toEqual({});
  });

  it('is one of 64 at most', async () => {
    const open = await Promise.all(Array.from({ length: 64 }, () => connectTo(`${HOST}:443`)));
    expect(new Set(open.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await statusOf(`${HOST}:443`)).toBe(429);
    open[0]!.socket.destroy();
    await vi.waitFor(async () => expect(await statusOf(`${HOST}:443`)).toBe(200));
    for (const { socket } of open) socket.destroy();
  });
});

describe('a host that is not on the list', () => {
  it.each([
    ['another one', 'evil.example.org:443'],
    ['a name below a listed one', `evil.${HOST}:443`],
    ['a name that begins like a listed one', `${HOST}.evil.example:443`],
    ['a listed one at another port', `${HOST}:80`],
    ['a port out of range', `${HOST}:99999`],
    ['this machine', 'localhost:443'],
  ])('is refused and counted: %s', async (_what, target) => {
    expect(await statusOf(target)).toBe(403);
    expect(asked).toEqual([]);
    const host = target.slice(0, target.lastIndexOf(':'));
    expect(await flows()).toEqual({ [`${host} refused`]: { connections: 0, refused: 1, up: 0, down: 0 } });
  });

  it.each([
    ['upper case', `API.TELEGRAM.ORG:443`],
    ['a trailing dot', `${HOST}.:443`],
    ['two dots', 'api..telegram.org:443'],
    ['a leading dot', `.${HOST}:443`],
    ['an address', '149.154.167.220:443'],
    ['the address of this machine', '127.0.0.1:443'],
    ['a short address', '127.1:443'],
    ['a hexadecimal address', '0x7f.1:443'],
    ['a decimal address', '2130706433:443'],
    ['an octal address', '0177.0.0.1:443'],
    ['IPv6', '[::1]:443'],
    ['IPv6 that holds IPv4', '[::ffff:127.0.0.1]:443'],
    ['no port', HOST],
    ['an empty port', `${HOST}:`],
    ['port 0', `${HOST}:0`],
    ['a port with zeros before', `${HOST}:0443`],
    ['a signed port', `${HOST}:+443`],
    ['a user before the host', `user@${HOST}:443`],
    ['a path after the port', `${HOST}:443/x`],
    ['a whole URL', `https://${HOST}:443`],
    ['letters that only look alike', 'аpi.telegram.org:443'],
    ['an encoded dot', 'api%2etelegram.org:443'],
    ['254 letters', `${'a'.repeat(254)}:443`],
  ])('is not even read when it is written as %s', async (_what, target) => {
    expect(
      await statusOf(encodeURI(target).replace('%25', '%').replaceAll('%5B', '[').replaceAll('%5D', ']')),
    ).toBe(400);
    expect(asked).toEqual([]);
  });

  it('is kept by name fifty times, and as one of many after that', async () => {
    for (let at = 0; at < 60; at++) await statusOf(`host-${at}.example.org:443`);
    await statusOf('host-3.example.org:443');
    const kept = await flows();
    expect(Object.keys(kept)).toHaveLength(51);
    expect(kept['(others) refused']).toMatchObject({ refused: 10 });
    expect(kept['host-3.example.org refused']).toMatchObject({ refused: 2 });
  });
});

describe('a name on the list', () => {
  beforeEach(() => (overrides[HOST] = ''));

  it.each([
    [['127.0.0.1']],
    [['10.1.2.3']],
    [['169.254.169.254']],
    [['::1']],
    [['::ffff:10.0.0.1']],
    [['149.154.167.220', '192.168.1.1']],
    [['2001:67c:4e8:f004::9', 'fd00::1']],
    [[]],
  ])('that resolves to %j is refused, counted, and not dialled', async (resolved) => {
    addresses = resolved;
    expect(await statusOf(`${HOST}:443`)).toBe(403);
    expect(asked).toEqual([HOST]);
    expect(await flows()).toEqual({ [`${HOST} refused`]: { connections: 0, refused: 1, up: 0, down: 0 } });
  });

  it('is found where the operator says that it is, without asking anybody', async () => {
    overrides[HOST] = `127.0.0.1:${(outside.address() as AddressInfo).port}`;
    expect(await statusOf(`${HOST}:443`)).toBe(200);
    expect(asked).toEqual([]);
  });
});

describe('a host that its user stops', () => {
  /** As the service does it: first the list, then what is open. */
  const stop = (host: string): number => {
    stopped.add(host);
    return connections.cut(account, host);
  };

  it('is cut at once, refused with the reason, and open again when it is allowed', async () => {
    const { socket } = await connectTo(`${HOST}:443`);
    const ended = once(socket, 'close');
    socket.resume();
    expect(stop(HOST)).toBe(1);
    await ended;
    expect(connections.count(account, HOST)).toBe(0);

    const opening = request({
      socketPath: join(folder, 'egress.sock'),
      method: 'CONNECT',
      path: `${HOST}:443`,
    });
    opening.end();
    const [response] = (await once(opening, 'connect')) as [{ statusCode: number; headers: object }];
    expect(response).toMatchObject({ statusCode: 403, headers: { 'x-ara-stopped': 'yes' } });
    expect((await flows())[`${HOST} refused`]).toMatchObject({ refused: 1 });

    stopped.delete(HOST);
    expect(await statusOf(`${HOST}:443`)).toBe(200);
  });

  it('is stopped for all names behind its suffix, and for no other host', async () => {
    overrides['a.cdn.whatsapp.net'] = overrides[HOST]!;
    const other = await connectTo(`${HOST}:443`);
    const { socket } = await connectTo('a.cdn.whatsapp.net:443');
    const ended = once(socket.resume(), 'close');
    expect(stop('*.cdn.whatsapp.net')).toBe(1);
    await ended;
    expect(await statusOf('a.cdn.whatsapp.net:443')).toBe(403);
    expect(connections.count(account, HOST)).toBe(1);
    expect(other.socket.destroyed).toBe(false);
    other.socket.destroy();
  });

  it('is not reached by a connection that is just being made', async () => {
    let looks = 0;
    onFind = () => {
      if (++looks === 1) stop(HOST);
    };
    const opening = request({
      socketPath: join(folder, 'egress.sock'),
      method: 'CONNECT',
      path: `${HOST}:443`,
    });
    const over = once(opening, 'error');
    opening.end();
    await over;
    expect(looks).toBe(2);
    expect(connections.count(account, HOST)).toBe(0);
  });
});
