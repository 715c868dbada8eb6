/** Tries to reach anything: addresses, names, every socket that is a file or a name. */
import { readFileSync } from 'node:fs';
import { lookup } from 'node:dns/promises';
import { connect, createServer, type NetConnectOpts } from 'node:net';
import { createSocket } from 'node:dgram';
import { refused, type Attempts } from './attempts.js';

const WITHIN = 1_500;
const ROOMS = '/rooms/rooms.sock';
const CONTENT = '/content/agent.sock';

/** Where a host, its services, a cloud's secrets or the internet would be. */
const ADDRESSES: [string, number][] = [
  ['172.17.0.1', 22],
  ['172.17.0.1', 2375],
  ['172.17.0.1', 5432],
  ['172.17.0.1', 6379],
  ['10.0.0.1', 80],
  ['192.168.0.1', 80],
  ['169.254.169.254', 80],
  ['fd00:ec2::254', 80],
  ['1.1.1.1', 443],
  ['8.8.8.8', 53],
  ['2606:4700:4700::1111', 443],
  ['127.0.0.1', 5432],
  ['127.0.0.1', 6379],
  ['::1', 8787],
];

export async function reachOut(attempts: Attempts, ports: readonly number[]): Promise<void> {
  const cards = readFileSync('/proc/net/dev', 'utf8').match(/^ *[^\s:|]+(?=:)/gm) ?? [];
  await attempts.try(
    'a network card',
    () =>
      cards
        .map((name) => name.trim())
        .filter((name) => name !== 'lo')
        .join(' ') || refused('only lo'),
  );
  await attempts.try(
    'a route',
    () => readFileSync('/proc/net/route', 'utf8').split('\n').slice(1).join(' ').trim() || refused('none'),
  );
  const own = ports.map((port): [string, number] => ['127.0.0.1', port]);
  for (const [host, port] of [...ADDRESSES, ...own])
    await attempts.try(`connect to ${host}:${port}`, () => reach({ host, port }));
  for (const name of ['api.anthropic.com', 'attacker.example', 'host.docker.internal']) {
    await attempts.try(`resolve ${name}`, () => lookup(name));
  }
  await attempts.try('ask a name server', () => ask('1.1.1.1', 53));
}

/** Every socket there is; the bridge room's own door is the one that opens, beside the agent room's own. */
export async function knock(
  attempts: Attempts,
  sockets: readonly string[],
  bridgePid: number,
): Promise<void> {
  const named = readFileSync('/proc/net/unix', 'utf8')
    .split('\n')
    .flatMap((line) => line.split(/\s+/)[7] ?? [])
    .filter((name) => name.startsWith('/') || name.startsWith('@'));
  const guessed = ['gateway', 'egress', 'worker'].flatMap((door) => [
    `/doors/${door}.sock`,
    `/rooms/../doors/${door}.sock`,
    `/proc/${bridgePid}/root/doors/${door}.sock`,
    `/proc/${bridgePid}/cwd/doors/${door}.sock`,
  ]);
  const engine = [
    '/var/run/docker.sock',
    '/run/docker.sock',
    '/run/containerd/containerd.sock',
    '/run/dbus/system_bus_socket',
  ];
  const all = new Set([...sockets, ...named, ...guessed, ...engine]);
  for (const own of [ROOMS, CONTENT]) all.delete(own);
  for (const path of all) {
    await attempts.try(`connect to ${path}`, () =>
      reach({ path: path.startsWith('@') ? `\0${path.slice(1)}` : path }),
    );
  }
}

/** The same ways, to something that is there: their failures above mean something. */
export async function reachesItself(): Promise<boolean> {
  const name = createServer((socket) => socket.end());
  await new Promise<void>((listening) => name.listen('\0hostile', listening));
  try {
    await reach({ path: '\0hostile' });
    await reach({ path: ROOMS });
    return true;
  } catch {
    return false;
  } finally {
    name.close();
  }
}

function reach(where: NetConnectOpts): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...where, timeout: WITHIN });
    socket.once('connect', () => {
      socket.destroy();
      resolve('connected');
    });
    socket.once('timeout', () => {
      socket.destroy();
      reject(new Error('silence'));
    });
    socket.once('error', reject);
  });
}

/** One datagram, and a moment to hear an answer. */
function ask(host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    const end = setTimeout(() => {
      socket.close();
      reject(new Error('silence'));
    }, 300);
    socket.once('message', () => {
      clearTimeout(end);
      socket.close();
      resolve('answered');
    });
    socket.once('error', (error) => {
      clearTimeout(end);
      socket.close();
      reject(error);
    });
    socket.send(Buffer.alloc(12), port, host, (error) => error && socket.emit('error', error));
  });
}
