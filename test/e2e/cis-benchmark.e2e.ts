/** A live container against all of section 5 of the CIS Docker Benchmark. */
import { readFileSync } from 'node:fs';
import Docker from 'dockerode';
import { beforeAll, describe, expect, it } from 'vitest';
import { AGENT, BRIDGE, inside, ROOT } from '../kit/inside.js';
import type { User } from '../kit/installation.js';
import { installed } from './installed.js';

const setup = installed({ runtime: 'docker' });
const engine = new Docker({ socketPath: '/var/run/docker.sock' });

type Inspected = Docker.ContainerInspectInfo;
interface Engine {
  SecurityOptions: string[];
  Swarm: { LocalNodeState: string };
}

let user: User;
let found: Inspected;
let host: Inspected['HostConfig'] & { CgroupnsMode?: string };
let info: Engine;
beforeAll(async () => {
  user = await setup.ara.addUser('alice');
  await setup.ara.ask(user, 'hello');
  found = await setup.ara.container(user).inspect();
  host = found.HostConfig;
  info = (await engine.info()) as Engine;
});

const read = (path: string): Promise<string> =>
  inside<string>(
    setup.ara.container(user),
    ROOT,
    `return require('node:fs').readFileSync('${path}', 'utf8')`,
  );

/** Whether the engine has a security module; where it has one, the container must be under it. */
const engineHas = (module: string): boolean =>
  info.SecurityOptions.some((option) => option.includes(`name=${module}`));

interface Profile {
  defaultAction: string;
  syscalls: { names: string[]; action: string }[];
}
function securityOptions(): { profile: Profile; others: string[] } {
  const [given = '', ...more] = ((host.SecurityOpt ?? []) as string[]).filter((option) =>
    option.startsWith('seccomp='),
  );
  expect(more).toEqual([]);
  const others = ((host.SecurityOpt ?? []) as string[]).filter((option) => option !== given);
  return { profile: JSON.parse(given.replace('seccomp=', '')) as Profile, others };
}

/** Id and title of the benchmark, and what must hold. A waiver proves its reason. */
const section5: [string, string, () => unknown][] = [
  ['5.1', 'swarm mode is not enabled needlessly', () => expect(info.Swarm.LocalNodeState).toBe('inactive')],
  [
    '5.2',
    'an AppArmor profile is enabled, or the engine really has no AppArmor',
    () =>
      engineHas('apparmor')
        ? expect(found.AppArmorProfile).toBe('docker-default')
        : expect(existsText('/sys/module/apparmor/parameters/enabled')).not.toBe('Y'),
  ],
  [
    '5.3',
    'SELinux options are set, or the engine really has no SELinux',
    () =>
      engineHas('selinux')
        ? expect(found.ProcessLabel).not.toBe('')
        : expect(readFileSync('/proc/filesystems', 'utf8')).not.toContain('selinuxfs'),
  ],
  [
    '5.4',
    'capabilities are restricted',
    () => expect([host.CapDrop, host.CapAdd]).toEqual([['ALL'], ['SETUID', 'SETGID', 'KILL']]),
  ],
  ['5.5', 'privileged containers are not used', () => expect(host.Privileged).toBe(false)],
  [
    '5.6',
    'sensitive directories of the host are not mounted',
    () => {
      expect(host.Binds).toBeNull();
      expect(found.Mounts.map(({ Destination }) => Destination).sort()).toEqual(['/data', '/doors']);
      expect(found.Mounts.find(({ Type }) => Type === 'bind')?.Source).toBe(setup.ara.doors(user));
    },
  ],
  [
    '5.7',
    'sshd is not run inside',
    async () => {
      const script = `const fs = require('node:fs'); return fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name))
        .flatMap((pid) => { try { return [fs.readFileSync('/proc/' + pid + '/comm', 'utf8').trim()]; } catch { return []; } });`;
      const names = await inside<string[]>(setup.ara.container(user), ROOT, script);
      expect(names).toContain('s6-svscan');
      expect(names.filter((name) => /ssh|login|getty/.test(name))).toEqual([]);
    },
  ],
  ['5.8', 'privileged ports are not mapped', () => expect(host.PortBindings).toEqual({})],
  [
    '5.9',
    'only needed ports are open: none',
    () => expect([found.NetworkSettings.Ports, host.PublishAllPorts]).toEqual([{}, false]),
  ],
  ['5.10', 'the host’s network namespace is not shared', () => expect(host.NetworkMode).toBe('none')],
  [
    '5.11',
    'memory is limited, swap with it',
    () => expect([host.Memory, host.MemorySwap]).toEqual([536_870_912, 536_870_912]),
  ],
  ['5.12', 'processor time is limited', () => expect(host.NanoCpus).toBe(1_000_000_000)],
  ['5.13', 'the root filesystem is read-only', () => expect(host.ReadonlyRootfs).toBe(true)],
  [
    '5.14',
    'incoming traffic is bound to an interface: there is none',
    () => expect(found.NetworkSettings.Networks).toEqual({}),
  ],
  [
    '5.15',
    'restarts are on failure, five at most',
    () => expect(host.RestartPolicy).toEqual({ Name: 'on-failure', MaximumRetryCount: 5 }),
  ],
  ['5.16', 'the host’s process namespace is not shared', () => expect(host.PidMode).toBe('')],
  ['5.17', 'the host’s IPC namespace is not shared', () => expect(host.IpcMode).toBe('none')],
  [
    '5.18',
    'devices of the host are not exposed',
    () => expect([host.Devices, host.DeviceRequests]).toEqual([[], null]),
  ],
  [
    '5.19',
    'ulimits are overridden for a reason: no core, few files, as the kernel sees it',
    async () => {
      const limits = await read('/proc/1/limits');
      expect(limits).toMatch(/Max core file size +0 +0 /);
      expect(limits).toMatch(/Max open files +1024 +1024 /);
    },
  ],
  [
    '5.20',
    'mounts do not propagate',
    () =>
      expect(found.Mounts.map(({ Propagation }) => Propagation).filter((each) => each !== '')).toEqual([
        'rprivate',
      ]),
  ],
  ['5.21', 'the host’s UTS namespace is not shared', () => expect(host.UTSMode).toBe('')],
  [
    '5.22',
    'seccomp is not switched off: a profile of our own refuses all that it does not name',
    async () => {
      const { profile, others } = securityOptions();
      expect(others).toEqual(['no-new-privileges']);
      expect(profile.defaultAction).toBe('SCMP_ACT_ERRNO');
      const allowed = profile.syscalls
        .filter(({ action }) => action === 'SCMP_ACT_ALLOW')
        .flatMap(({ names }) => names);
      // The control, and what the way out of a container is made of.
      expect(allowed).toContain('read');
      const ways = [
        'mount',
        'umount2',
        'pivot_root',
        'setns',
        'unshare',
        'ptrace',
        'process_vm_readv',
        'bpf',
        'keyctl',
      ];
      for (const name of [
        ...ways,
        'add_key',
        'userfaultfd',
        'io_uring_setup',
        'perf_event_open',
        'init_module',
        'kexec_load',
      ])
        expect(allowed).not.toContain(name);
      expect(await read('/proc/1/status')).toMatch(/^Seccomp:\t2$/m);
    },
  ],
  [
    '5.23',
    'exec is not used with privileges: the gateway execs nothing',
    () => expect(found.ExecIDs).toBeNull(),
  ],
  ['5.24', 'exec is not used as root: the gateway execs nothing', () => expect(found.ExecIDs).toBeNull()],
  [
    '5.25',
    'the cgroup is the default one, and its namespace is its own',
    () => expect([host.CgroupParent, host.CgroupnsMode]).toEqual(['', 'private']),
  ],
  [
    '5.26',
    'no further privileges can be acquired',
    async () => expect(await read('/proc/1/status')).toMatch(/^NoNewPrivs:\t1$/m),
  ],
  ['5.27', 'health is checked at run time', () => expect(found.Config.Healthcheck?.Test?.[0]).toBe('CMD')],
  [
    '5.28',
    'the image is the one that was built here',
    async () => expect(found.Image).toBe((await engine.getImage(found.Config.Image).inspect()).Id),
  ],
  ['5.29', 'the number of processes is limited', () => expect(host.PidsLimit).toBe(128)],
  [
    '5.30',
    'the default bridge docker0 is not used',
    () => expect(found.NetworkSettings.Networks['bridge']).toBeUndefined(),
  ],
  [
    '5.31',
    'the host’s user namespace is shared only where the engine has no other, and nobody of note is in it',
    async () => {
      if (engineHas('userns')) expect(host.UsernsMode).toBe('');
      else {
        // What a user namespace would give: that the rooms are nobody on the host, with no power over it.
        for (const uid of [BRIDGE, AGENT])
          expect(readFileSync('/etc/passwd', 'utf8')).not.toContain(`:${uid}:`);
        expect(await read('/proc/1/status')).toMatch(/^CapBnd:\t00000000000000e0$/m);
      }
    },
  ],
  [
    '5.32',
    'the engine’s socket is not mounted',
    () => expect(JSON.stringify(found.Mounts)).not.toContain('docker.sock'),
  ],
];

const existsText = (path: string): string => {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
};

describe('CIS Docker Benchmark, section 5', () => {
  it.each(section5)('%s: %s', async (_id, _title, check) => {
    await check();
  });

  it('is here in full: 5.1 to 5.32', () => {
    expect(section5.map(([id]) => id)).toEqual(Array.from({ length: 32 }, (_, at) => `5.${at + 1}`));
  });
});
