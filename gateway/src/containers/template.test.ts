/** The frozen template: the whole of it, word for word, so that no change to it goes unseen. */
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { loadSettings, type Settings } from '../../../config/schema.js';
import { accountId } from '../../../contracts/ids.js';
import { seccompProfile } from './seccomp.js';
import { containerOptions, templateVersion, type TemplateInput } from './template.js';

const account = accountId.parse('0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0001');
const other = accountId.parse('0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0002');
const { containers: settings } = loadSettings(resolve(import.meta.dirname, '../../..'), {});
const input: TemplateInput = { settings, imageId: 'sha256:one', installation: 'abc' };
const doors = `/run/ara/doors/${account}`;

it('is this, and nothing else', () => {
  const version = templateVersion(input);
  const { Labels, ...options } = containerOptions(input, account, doors);
  const seccomp = (options.HostConfig?.SecurityOpt as string[] | undefined)?.pop();
  expect(JSON.parse(seccomp?.replace('seccomp=', '') ?? '')).toEqual(seccompProfile);
  expect(Labels).toEqual({ 'ara.account': account, 'ara.installation': 'abc', 'ara.template': version });
  expect(options).toMatchInlineSnapshot(`
    {
      "AttachStderr": false,
      "AttachStdin": false,
      "AttachStdout": false,
      "Env": [],
      "HostConfig": {
        "CapAdd": [
          "SETUID",
          "SETGID",
          "KILL",
        ],
        "CapDrop": [
          "ALL",
        ],
        "CgroupnsMode": "private",
        "Devices": [],
        "Dns": [],
        "ExtraHosts": [],
        "IpcMode": "none",
        "LogConfig": {
          "Config": {},
          "Type": "none",
        },
        "Memory": 536870912,
        "MemorySwap": 536870912,
        "Mounts": [
          {
            "Source": "ara-0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0001",
            "Target": "/data",
            "Type": "volume",
          },
          {
            "BindOptions": {
              "Propagation": "rprivate",
            },
            "Source": "/run/ara/doors/0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0001",
            "Target": "/doors",
            "Type": "bind",
          },
        ],
        "NanoCpus": 1000000000,
        "NetworkMode": "none",
        "OomKillDisable": false,
        "OomScoreAdj": 300,
        "PidMode": "",
        "PidsLimit": 128,
        "PortBindings": {},
        "Privileged": false,
        "PublishAllPorts": false,
        "ReadonlyRootfs": true,
        "RestartPolicy": {
          "MaximumRetryCount": 5,
          "Name": "on-failure",
        },
        "SecurityOpt": [
          "no-new-privileges",
        ],
        "Tmpfs": {
          "/content": "rw,noexec,nosuid,nodev,size=1m,mode=0750,uid=10002,gid=10001",
          "/rooms": "rw,noexec,nosuid,nodev,size=1m,mode=0750,uid=10001,gid=10002",
          "/run": "rw,noexec,nosuid,nodev,size=1m,mode=0755",
          "/tmp": "rw,noexec,nosuid,nodev,size=64m,mode=1777",
        },
        "UTSMode": "",
        "Ulimits": [
          {
            "Hard": 1024,
            "Name": "nofile",
            "Soft": 1024,
          },
          {
            "Hard": 0,
            "Name": "core",
            "Soft": 0,
          },
        ],
      },
      "Hostname": "ara",
      "Image": "ara-worker:local",
      "NetworkDisabled": true,
      "StopSignal": "SIGTERM",
      "StopTimeout": 10,
      "name": "ara-0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0001",
    }
  `);
});

it('differs between two users in name, volume, doors and label only', () => {
  const one = JSON.stringify(containerOptions(input, account, doors));
  const two = JSON.stringify(containerOptions(input, other, `/run/ara/doors/${other}`));
  expect(one).not.toBe(two);
  expect(one.replaceAll(account, 'X')).toBe(two.replaceAll(other, 'X'));
});

it('has a version that is the same for the same', () => {
  expect(templateVersion({ ...input, settings: { ...settings } })).toBe(templateVersion(input));
  expect(templateVersion(input)).toMatch(/^[0-9a-f]{16}$/);
});

const changes: Partial<Settings['containers']>[] = [
  { image: 'ara-worker:other' },
  { memoryMegabytes: 1_024 },
  { cpus: 2 },
  { pids: 64 },
];
it.each(changes)('has another version with %j', (change) => {
  expect(templateVersion({ ...input, settings: { ...settings, ...change } })).not.toBe(
    templateVersion(input),
  );
});

it('has another version when a new image has the old name, or in another installation', () => {
  expect(templateVersion({ ...input, imageId: 'sha256:two' })).not.toBe(templateVersion(input));
  expect(templateVersion({ ...input, installation: 'def' })).not.toBe(templateVersion(input));
});

it('keeps its version when only what the gateway does with containers changes', () => {
  const change = { idleStopSeconds: 1, wakeTimeoutSeconds: 1, dockerSocket: '/x', doorsDir: '/y' };
  expect(templateVersion({ ...input, settings: { ...settings, ...change } })).toBe(templateVersion(input));
});

it('tells a container nothing by its environment', () => {
  expect(containerOptions(input, account, doors).Env).toEqual([]);
  expect(JSON.stringify(containerOptions(input, account, doors))).not.toMatch(/token|secret|password/i);
});
