/** The frozen template: every user container is exactly this, but for its name, its volume and its doors. */
import { createHash } from 'node:crypto';
import type { ContainerCreateOptions } from 'dockerode';
import type { Settings } from '../../../config/schema.js';
import type { AccountId } from '../../../contracts/ids.js';
import { AGENT_UID, BRIDGE_UID } from './runtime.js';
import { seccompProfile } from './seccomp.js';

export const containerName = (account: AccountId): string => `ara-${account}`;
export const volumeName = (account: AccountId): string => `ara-${account}`;

export const LABEL_ACCOUNT = 'ara.account';
export const LABEL_TEMPLATE = 'ara.template';
/** Which installation it belongs to: two on one engine leave each other's containers alone. */
export const LABEL_INSTALLATION = 'ara.installation';

const MEGABYTE = 1_048_576;

export interface TemplateInput {
  settings: Settings['containers'];
  /** The image's content id, so that a new image means a new container. */
  imageId: string;
  installation: string;
}

/** Changes when anything in the template or the image does. */
export function templateVersion(input: TemplateInput): string {
  const shape = options(input, '' as AccountId, '', '');
  return createHash('sha256')
    .update(JSON.stringify([shape, input.imageId]))
    .digest('hex')
    .slice(0, 16);
}

export function containerOptions(
  input: TemplateInput,
  account: AccountId,
  doors: string,
): ContainerCreateOptions {
  return options(input, account, doors, templateVersion(input));
}

function options(
  { settings, installation }: TemplateInput,
  account: AccountId,
  doors: string,
  version: string,
): ContainerCreateOptions {
  const memory = settings.memoryMegabytes * MEGABYTE;
  return {
    name: containerName(account),
    Image: settings.image,
    Labels: { [LABEL_ACCOUNT]: account, [LABEL_INSTALLATION]: installation, [LABEL_TEMPLATE]: version },
    // Nothing of the host's or the user's is told to a process by way of its environment.
    Env: [],
    Hostname: 'ara',
    NetworkDisabled: true,
    AttachStdin: false,
    AttachStdout: false,
    AttachStderr: false,
    StopSignal: 'SIGTERM',
    StopTimeout: 10,
    HostConfig: {
      NetworkMode: 'none',
      Privileged: false,
      ReadonlyRootfs: true,
      // The init drops to the two users and stops their processes; the users themselves have no capability at all.
      CapDrop: ['ALL'],
      CapAdd: ['SETUID', 'SETGID', 'KILL'],
      SecurityOpt: ['no-new-privileges', `seccomp=${JSON.stringify(seccompProfile)}`],
      PidsLimit: settings.pids,
      Memory: memory,
      MemorySwap: memory,
      NanoCpus: Math.round(settings.cpus * 1e9),
      OomKillDisable: false,
      // When the host runs short, users' containers go before the gateway and the databases.
      OomScoreAdj: 300,
      // No shared memory at all: the rooms use none.
      IpcMode: 'none',
      PidMode: '',
      UTSMode: '',
      ...({ CgroupnsMode: 'private' } as object), // Docker has it since 20.10; the types do not
      Devices: [],
      PublishAllPorts: false,
      PortBindings: {},
      Dns: [],
      ExtraHosts: [],
      Ulimits: [
        { Name: 'nofile', Soft: 1_024, Hard: 1_024 },
        { Name: 'core', Soft: 0, Hard: 0 },
      ],
      // What a room prints is never kept: it could be content.
      LogConfig: { Type: 'none', Config: {} },
      RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 5 },
      Tmpfs: {
        '/tmp': 'rw,noexec,nosuid,nodev,size=64m,mode=1777',
        '/run': 'rw,noexec,nosuid,nodev,size=1m,mode=0755',
        // Each room's own door lies in a folder of its own, which the other may enter and nobody else.
        '/content': `rw,noexec,nosuid,nodev,size=1m,mode=0750,uid=${AGENT_UID},gid=${BRIDGE_UID}`,
        '/rooms': `rw,noexec,nosuid,nodev,size=1m,mode=0750,uid=${BRIDGE_UID},gid=${AGENT_UID}`,
      },
      Mounts: [
        { Type: 'volume', Source: volumeName(account), Target: '/data' },
        {
          Type: 'bind',
          Source: doors,
          Target: '/doors',
          BindOptions: { Propagation: 'rprivate' },
        },
      ],
    },
  };
}
