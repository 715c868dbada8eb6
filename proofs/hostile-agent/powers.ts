/** Tries to become more than the agent: other users, capabilities, mounts, what the supervisor obeys, what others own. */
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { refused, type Attempts } from './attempts.js';

const FOREIGN_FOLDERS = [
  '/',
  '/etc',
  '/usr/bin',
  '/opt/ara/rooms',
  '/opt/ara/init',
  '/opt/ara/compiled',
  '/data',
  '/data/bridge',
];
const RUN = [
  '/run',
  '/run/service',
  '/run/service/bridge',
  '/run/service/agent',
  '/rooms',
  '/doors',
  '/sys/fs/cgroup',
  '/proc/sys',
];
const FILES = [
  '/opt/ara/rooms/bridge.mjs',
  '/opt/ara/rooms/agent.mjs',
  '/opt/ara/init/init',
  '/opt/ara/init/bridge/run',
  '/etc/passwd',
  '/etc/hosts',
  '/usr/bin/node',
  '/data/bridge/journal.sqlite',
  '/data/bridge/credentials/telegram.sealed',
  '/run/service/bridge/run',
  '/run/service/bridge/down',
  '/run/service/bridge/supervise/control',
  '/run/service/agent/supervise/control',
  '/run/service/.s6-svscan/control',
  '/proc/sys/kernel/core_pattern',
  '/proc/sys/kernel/modprobe',
  '/proc/sysrq-trigger',
  '/sys/fs/cgroup/memory/release_agent',
  '/sys/fs/cgroup/release_agent',
  '/sys/kernel/uevent_helper',
  '/dev/kmsg',
  '/dev/mem',
];
const CLOSED = [
  '/data/bridge',
  '/data/bridge/credentials',
  '/doors',
  '/run/service',
  '/run/service/bridge',
  '/run/service/agent/supervise',
  '/root',
  '/lost+found',
];
/** Put in front of a program that says who it is. */
const BECOME = [
  ['setpriv', '--reuid', '0'],
  ['setpriv', '--reuid', '10001'],
  ['setpriv', '--regid', '10001', '--clear-groups'],
  ['setpriv', '--groups', '0'],
  ['setpriv', '--inh-caps=+all', '--ambient-caps=+all'],
  ['s6-applyuidgid', '-u', '0', '-g', '0', '-G', '0'],
  ['s6-applyuidgid', '-u', '10001', '-g', '10001'],
  ['mount', '-t', 'tmpfs', 'none', '/tmp'],
  ['unshare', '-Ur'],
  ['nsenter', '-t', '1', '-m'],
  ['su', '-c'],
  ['sudo'],
  ['/opt/ara/init/room', '10001', '64'],
];
const WHO =
  "[process.getuid(), process.getgid(), process.getgroups(), /CapEff.*/.exec(fs.readFileSync('/proc/self/status', 'utf8'))[0]].join()";

export async function grab(
  attempts: Attempts,
  home: string,
  setuid: readonly string[],
  agentPid: number,
): Promise<void> {
  for (const pid of ['self', String(agentPid)]) await powersOf(pid, attempts);
  for (const path of setuid) await attempts.try(`a setuid program: ${path}`, () => 'it is there');
  for (const path of CLOSED) await attempts.try(`list ${path}`, () => readdirSync(path).join(' '));
  for (const folder of [...FOREIGN_FOLDERS, ...RUN]) {
    await attempts.try(`make a file in ${folder}`, () =>
      writeFileSync(`${folder}/hostile`, 'x', { flag: 'wx' }),
    );
    await attempts.try(`make a folder in ${folder}`, () => mkdirSync(`${folder}/hostile.d`));
    await attempts.try(`open ${folder} for everyone`, () => chmodSync(folder, 0o777));
  }
  for (const path of FILES) await attempts.try(`write ${path}`, () => appendFileSync(path, ''));
  await attempts.try('take the rooms socket away', () => rmSync('/rooms/rooms.sock'));
  await attempts.try('move the rooms socket', () => renameSync('/rooms/rooms.sock', '/rooms/other.sock'));
  await attempts.try("move the bridge's folder", () => renameSync('/data/bridge', `${home}/bridge`));
  await attempts.try("link to the bridge's journal", () =>
    linkSync('/data/bridge/journal.sqlite', `${home}/journal`),
  );
  await attempts.try("read the bridge's journal through a link", () =>
    throughLink('/data/bridge/journal.sqlite', home),
  );
  await attempts.try('read the host by way of /doors', () =>
    throughLink('/doors/../doors/gateway.sock', home),
  );
  const self = whoIs([]);
  for (const words of BECOME) {
    await attempts.try(`run ${words.join(' ')}`, () => {
      const become = whoIs(words);
      return become === self ? refused('still itself') : become;
    });
  }
}

/** Who a program is that was started by way of those words. @throws Error when it does not run */
export function whoIs(words: readonly string[]): string {
  // The script of a room brings its own Node.
  const node = words[0]?.endsWith('/room') ? [] : ['/usr/bin/node'];
  const [program = '', ...rest] = [...words, ...node];
  const { status, error, stdout } = spawnSync(program, [...rest, '-p', WHO], {
    encoding: 'utf8',
    timeout: 5_000,
    env: { PATH: '/usr/bin:/bin' },
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`exit ${status}`);
  return stdout.trim();
}

/** No capability, none to be gained, and a filter on system calls. */
async function powersOf(pid: string, attempts: Attempts): Promise<void> {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const field = (name: string): string =>
    new RegExp(`^${name}:[ \\t]*(.*)$`, 'm').exec(status)?.[1]?.trim() ?? '';
  for (const name of ['CapInh', 'CapPrm', 'CapEff', 'CapAmb']) {
    await attempts.try(`${name} of ${pid}`, () =>
      BigInt(`0x${field(name)}`) === 0n ? refused('none') : field(name),
    );
  }
  await attempts.try(`new privileges for ${pid}`, () =>
    field('NoNewPrivs') === '1' ? refused('never') : 'possible',
  );
  await attempts.try(`unfiltered system calls for ${pid}`, () =>
    field('Seccomp') === '2' ? refused('filtered') : 'unfiltered',
  );
  await attempts.try(`groups of ${pid}`, () =>
    /^(10002)?$/.test(field('Groups')) ? refused('its own') : field('Groups'),
  );
}

function throughLink(target: string, home: string): string {
  const link = `${home}/hostile-link`;
  symlinkSync(target, link);
  try {
    return `${readFileSync(link).length} bytes`;
  } finally {
    rmSync(link);
  }
}
