/** A server that the gateway brings along: found running or started, asked until it answers, and stopped with the gateway. */
import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface EmbeddedService {
  /** What runs, for the progress line. */
  readonly description: string;
  stop(): Promise<void>;
}

const START_WITHIN = 20_000;

/** Whether something listens on the socket. */
export function listens(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(socketPath);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
}

/** Starts a server in a session of its own, so that Ctrl-C reaches it through us and in order. */
export async function startServer(
  command: string,
  args: string[],
  options: SpawnOptions,
  answers: () => Promise<boolean>,
): Promise<ChildProcess> {
  const child = spawn(command, args, { ...options, detached: true });
  let ended = false;
  child.once('exit', () => (ended = true));
  child.once('error', () => (ended = true));
  for (const until = Date.now() + START_WITHIN; Date.now() < until;) {
    if (await answers()) return child;
    if (ended) break;
    await sleep(10);
  }
  child.kill('SIGKILL');
  throw new Error(`${command} did not start`);
}

/** Ends a process by pid and waits until it is gone. */
export async function stopProcess(pid: number, signal: NodeJS.Signals, within = 10_000): Promise<void> {
  const send = (name: NodeJS.Signals | 0): boolean => {
    try {
      return process.kill(pid, name);
    } catch {
      return false;
    }
  };
  send(signal);
  for (const until = Date.now() + within; Date.now() < until && send(0);) await sleep(20);
  send('SIGKILL');
}
