/** A live container's configuration, compared in full with the one we mean: any drift shows. */
import type Docker from 'dockerode';
import { beforeAll, describe, expect, it } from 'vitest';
import type { User } from '../kit/installation.js';
import { installed } from './installed.js';

const setup = installed({ runtime: 'docker' });
let user: User;
let found: Docker.ContainerInspectInfo;
beforeAll(async () => {
  user = await setup.ara.addUser('alice');
  found = await setup.ara.container(user).inspect();
});

describe('the template', () => {
  it('is exactly this: whatever the engine adds or we change shows here', () => {
    // What the engine fills in with nothing says nothing.
    const set = Object.entries(found.HostConfig as Record<string, unknown>).filter(
      ([, value]) => !(value === null || value === '' || value === 0 || value === false || isEmpty(value)),
    );
    expect(Object.fromEntries(set)).toEqual({
      LogConfig: { Type: 'none', Config: {} },
      NetworkMode: 'none',
      RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 5 },
      CapAdd: ['SETUID', 'SETGID', 'KILL'],
      CapDrop: ['ALL'],
      CgroupnsMode: 'private',
      IpcMode: 'none',
      OomScoreAdj: 300,
      ReadonlyRootfs: true,
      SecurityOpt: ['no-new-privileges', expect.stringMatching(/^seccomp=\{/)],
      Tmpfs: {
        '/content': 'rw,noexec,nosuid,nodev,size=1m,mode=0750,uid=10002,gid=10001',
        '/rooms': 'rw,noexec,nosuid,nodev,size=1m,mode=0750,uid=10001,gid=10002',
        '/run': 'rw,noexec,nosuid,nodev,size=1m,mode=0755',
        '/tmp': 'rw,noexec,nosuid,nodev,size=64m,mode=1777',
      },
      // Without an IPC namespace there is no /dev/shm that this would size.
      ShmSize: 67_108_864,
      Runtime: 'runc',
      ConsoleSize: [0, 0],
      Memory: 536_870_912,
      MemorySwap: 536_870_912,
      NanoCpus: 1_000_000_000,
      PidsLimit: 128,
      Ulimits: [
        { Name: 'nofile', Hard: 1_024, Soft: 1_024 },
        { Name: 'core', Hard: 0, Soft: 0 },
      ],
      Mounts: [
        { Type: 'volume', Source: `ara-${user.id}`, Target: '/data' },
        {
          Type: 'bind',
          Source: setup.ara.doors(user),
          Target: '/doors',
          BindOptions: { Propagation: 'rprivate' },
        },
      ],
      MaskedPaths: expect.arrayContaining(['/proc/kcore', '/proc/keys', '/sys/firmware']) as unknown,
      ReadonlyPaths: ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'],
    });
  });

  it('tells a process nothing: no environment, no argument, opaque labels only', () => {
    const { Env, Cmd, Entrypoint, Labels, User, NetworkDisabled } = found.Config as typeof found.Config & {
      NetworkDisabled: boolean;
    };
    expect({ Env, Cmd, Entrypoint, User, NetworkDisabled, Args: found.Args }).toEqual({
      Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
      Cmd: null,
      Entrypoint: ['/opt/ara/init/init'],
      User: '',
      NetworkDisabled: true,
      Args: [],
    });
    expect(Object.keys(Labels).sort()).toEqual([
      'ara.account',
      'ara.inputs',
      'ara.installation',
      'ara.template',
    ]);
    expect(JSON.stringify(found)).not.toContain('alice');
    expect(found.LogPath).toBe('');
  });
});

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;
