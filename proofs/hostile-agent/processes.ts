/** Looks into every process: how it was started, its memory, its open files; into another user's none of it may be possible. */
import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import type { Attempts } from './attempts.js';
import type { Loot } from './loot.js';

export interface ProcessSeen {
  pid: number;
  uid: number;
  command: string;
}

export function processes(): ProcessSeen[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      try {
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        return [{ pid: Number(name), uid: statSync(`/proc/${name}`).uid, command }];
      } catch {
        return []; // It has ended.
      }
    });
}

/** Everything of a process that can be read: its start, its open files, its memory. */
export function searchProcess(pid: number, loot: Loot): void {
  for (const name of ['environ', 'cmdline', 'auxv', 'stack', 'maps'])
    quietly(() => loot.file(`/proc/${pid}/${name}`));
  quietly(() => {
    for (const name of readdirSync(`/proc/${pid}/fd`)) {
      const path = `/proc/${pid}/fd/${name}`;
      quietly(() => {
        loot.look(path, Buffer.from(readlinkSync(path)));
        if (statSync(path).isFile()) loot.file(path);
      });
    }
  });
  quietly(() => searchMemory(pid, loot));
}

function searchMemory(pid: number, loot: Loot): void {
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  try {
    for (const line of readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
      const [, from = '', to = ''] = /^([0-9a-f]+)-([0-9a-f]+) r/.exec(line) ?? [];
      if (!from || line.endsWith('[vvar]') || line.endsWith('[vsyscall]')) continue;
      loot.stretch(`/proc/${pid}/mem`, memory, parseInt(from, 16), parseInt(to, 16));
    }
  } finally {
    closeSync(memory);
  }
}

/** Each way into a process of somebody else. */
export async function breakInto({ pid, uid, command }: ProcessSeen, attempts: Attempts): Promise<void> {
  const whom = `of process ${pid} (user ${uid}, ${command.slice(0, 40)})`;
  const at = (name: string): string => `/proc/${pid}/${name}`;
  for (const name of [
    'environ',
    'maps',
    'smaps',
    'auxv',
    'stack',
    'syscall',
    'io',
    'pagemap',
    'personality',
  ]) {
    await attempts.try(`read ${name} ${whom}`, () => glimpse(at(name)));
  }
  for (const name of ['fd', 'fdinfo', 'map_files', 'root', 'cwd']) {
    await attempts.try(`list ${name} ${whom}`, () => readdirSync(at(`${name}/`)).join(' '));
  }
  for (const name of ['exe', 'cwd', 'root', 'ns/mnt', 'ns/user']) {
    await attempts.try(`follow ${name} ${whom}`, () => readlinkSync(at(name)));
  }
  for (const name of ['root/data/bridge/credentials', 'root/doors', 'cwd/data/bridge']) {
    await attempts.try(`list ${name} ${whom}`, () => readdirSync(at(name)).join(' '));
  }
  for (const flags of ['r', 'r+'] as const) {
    await attempts.try(`open the memory ${whom} with ${flags}`, () => {
      closeSync(openSync(at('mem'), flags));
      return 'opened';
    });
  }
  for (const name of [
    'oom_score_adj',
    'clear_refs',
    'coredump_filter',
    'attr/current',
    'timerslack_ns',
    'setgroups',
  ]) {
    await attempts.try(`write ${name} ${whom}`, () => writeFileSync(at(name), '1'));
  }
  for (const signal of [0, 'SIGCONT', 'SIGUSR1', 'SIGSTOP', 'SIGTERM', 'SIGKILL'] as const) {
    await attempts.try(`send ${signal} to process ${pid} (user ${uid})`, () => process.kill(pid, signal));
  }
}

/** The first bytes: some of these files are as long as an address space. @throws as `open` and `read` do */
function glimpse(path: string): string {
  const file = openSync(path, 'r');
  try {
    return `${readSync(file, Buffer.alloc(4_096))} bytes`;
  } finally {
    closeSync(file);
  }
}

/** Much of what can be seen cannot be read, and that is no matter. */
function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // Closed.
  }
}
