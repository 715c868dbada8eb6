/** Containers as child processes: the same rooms and doors with no wall between them. For trying out, never in production. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { AccountId } from '../../../contracts/ids.js';
import type { ContainerStatus, Runtime } from './runtime.js';

const RESTART_AFTER = 200;

interface Child {
  process: ChildProcess;
  wanted: boolean;
}

export class ProcessRuntime implements Runtime {
  readonly kind = 'process';
  private readonly children = new Map<AccountId, Child>();
  private readonly doors = new Map<AccountId, string>();

  constructor(
    /** Where the bundled rooms are. */
    private readonly rooms: string,
    private readonly dataDir: string,
  ) {}

  create(account: AccountId, doors: string): Promise<void> {
    this.doors.set(account, doors);
    mkdirSync(this.folder(account), { recursive: true, mode: 0o700 });
    return Promise.resolve();
  }

  start(account: AccountId): Promise<void> {
    if (!this.children.get(account)?.wanted) this.spawn(account);
    return Promise.resolve();
  }

  async stop(account: AccountId, graceSeconds: number): Promise<void> {
    const child = this.children.get(account);
    if (!child) return;
    child.wanted = false;
    this.children.delete(account);
    if (child.process.exitCode !== null || child.process.signalCode !== null) return;
    const ended = new Promise((resolve) => child.process.once('exit', resolve));
    child.process.kill('SIGTERM');
    const timer = setTimeout(() => child.process.kill('SIGKILL'), graceSeconds * 1_000);
    await ended;
    clearTimeout(timer);
  }

  async remove(account: AccountId): Promise<void> {
    const pid = this.children.get(account)?.process.pid;
    const agents = pid === undefined ? [] : childrenOf(pid);
    await this.stop(account, 0);
    // Its parent had no time to end it, and nothing may write any more.
    for (const agent of agents) kill(agent);
    this.doors.delete(account);
    rmSync(this.folder(account), { recursive: true, force: true });
  }

  inspect(account: AccountId): Promise<ContainerStatus | null> {
    if (!this.doors.has(account)) return Promise.resolve(null);
    return Promise.resolve({ account, running: this.children.has(account), current: true });
  }

  list(): Promise<ContainerStatus[]> {
    return Promise.resolve(
      [...this.children.keys()].map((account) => ({ account, running: true, current: true })),
    );
  }

  traces(account: AccountId): Promise<Record<string, number>> {
    const containers = this.children.has(account) ? 1 : 0;
    return Promise.resolve({ containers, volumes: existsSync(this.folder(account)) ? 1 : 0 });
  }

  /** Of the bridge room and of the agent room that it started. */
  memory(account: AccountId): Promise<number | null> {
    const pid = this.children.get(account)?.process.pid;
    return Promise.resolve(pid === undefined ? null : memoryWithChildren(pid));
  }

  private spawn(account: AccountId): void {
    const doors = this.doors.get(account) ?? '';
    const flags = {
      doors,
      data: join(this.folder(account), 'bridge'),
      rooms: join(doors, 'rooms.sock'),
      content: join(doors, 'agent.sock'),
      'agent-script': join(this.rooms, 'agent.mjs'),
      'agent-data': join(this.folder(account), 'agent'),
    };
    const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]);
    const child: Child = {
      process: spawn(process.execPath, [join(this.rooms, 'bridge.mjs'), ...args], {
        stdio: 'ignore',
        env: {},
      }),
      wanted: true,
    };
    this.children.set(account, child);
    child.process.once('exit', () => {
      if (child.wanted) setTimeout(() => child.wanted && this.spawn(account), RESTART_AFTER);
    });
  }

  private folder(account: AccountId): string {
    return join(this.dataDir, 'containers', account);
  }
}

/** Bytes as the kernel counts them; null where it does not say, or the process has just ended. */
function memoryWithChildren(pid: number): number | null {
  try {
    const kilobytes = Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
    return childrenOf(pid).reduce((sum, child) => sum + (memoryWithChildren(child) ?? 0), kilobytes * 1_024);
  } catch {
    return null;
  }
}

/** None where the kernel does not say, or the process has ended. */
function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended with its parent.
  }
}
