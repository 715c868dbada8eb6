/** A server that the gateway brings along: found running or started, started again when it dies, stopped with the gateway. */
import { spawn, type SpawnOptions } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { log } from '../log.js';

export interface EmbeddedService {
  /** What runs, for the progress line. */
  readonly description: string;
  stop(): Promise<void>;
}

export interface ServerCommand {
  command: string;
  args: string[];
  options: SpawnOptions;
  /** Whether it takes connections now. */
  answers: () => Promise<boolean>;
  /** The process that serves, for stopping it; found anew, since it may be one that an earlier gateway left behind. */
  pid: () => Promise<number | null>;
  stopSignal: NodeJS.Signals;
}

const START_WITHIN = 20_000;
const LOOK_EVERY = 500;

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

/** Makes sure that the server runs, now and until `stop`. @throws Error when it does not start the first time */
export async function keepRunning(part: string, server: ServerCommand): Promise<() => Promise<void>> {
  if (!(await server.answers())) await start(server);
  let looking: Promise<void> | null = null;
  const look = async (): Promise<void> => {
    if (await server.answers()) return;
    log.warn('embedded server gone, started again', { part });
    await start(server).catch(() => log.error('embedded server does not start', { part }));
  };
  const timer = setInterval(() => {
    looking ??= look().finally(() => (looking = null));
  }, LOOK_EVERY).unref();
  return async () => {
    clearInterval(timer);
    await looking;
    const pid = await server.pid();
    if (pid) await stopProcess(pid, server.stopSignal);
  };
}

/** Starts it in a session of its own, so that Ctrl-C reaches it through us and in order. */
async function start({ command, args, options, answers }: ServerCommand): Promise<void> {
  const child = spawn(command, args, { ...options, stdio: 'ignore', env: {}, detached: true });
  const state = { ended: false };
  child.once('exit', () => (state.ended = true));
  child.once('error', () => (state.ended = true));
  child.unref();
  for (const until = Date.now() + START_WITHIN; Date.now() < until && !state.ended; await sleep(10)) {
    if (await answers()) return;
  }
  child.kill('SIGKILL');
  throw new Error(`${command} did not start`);
}

async function stopProcess(pid: number, signal: NodeJS.Signals, within = 10_000): Promise<void> {
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
