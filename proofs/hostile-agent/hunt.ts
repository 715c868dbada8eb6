/** The hunt, which runs inside a container as one of its users; bundled to one text and handed to its Node. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { Scanner } from '../scan/scanner.js';
import { Attempts, type Attempt } from './attempts.js';
import { doorWorks, takeTurns, tryTheDoor } from './door-tricks.js';
import { walk } from './files.js';
import { Loot, type Find } from './loot.js';
import { hasNativeProbes } from './native.js';
import { knock, reachesItself, reachOut } from './network.js';
import { callKernel, kernelAnswers } from './kernel.js';
import { grab, whoIs } from './powers.js';
import { breakInto, processes, searchProcess, type ProcessSeen } from './processes.js';

export interface HuntInput {
  /** What to look for, by name, each byte masked: the hunter itself and its arguments must not be what it finds. */
  masked: Record<string, string>;
  /** Whether to attack besides searching. */
  attack: boolean;
  /** A folder that this user may write. */
  home: string;
  /** Ports on the host where something listens. */
  ports: number[];
  /** What the hunter itself leaves in a file, and in the environment of a process, to be found. */
  plantedInFile: string;
  plantedInEnvironment: string;
}

export interface HuntResult {
  attempts: Attempt[];
  finds: Find[];
  filesRead: number;
  filesClosed: number;
  bytes: number;
  native: boolean;
  /** What worked although it is like what must not, to show that the rest was tried well; by name. */
  controls: Record<string, boolean>;
}

export const MASK = 0x5a;

const unmask = (text: string): string =>
  Buffer.from([...Buffer.from(text, 'hex')].map((byte) => byte ^ MASK)).toString();

/** @public Called in the container, by the text that it is bundled to. */
export async function hunt(input: HuntInput): Promise<HuntResult> {
  const { masked, attack, home, ports } = input;
  const scanner = new Scanner(new Map(Object.entries(masked).map(([name, text]) => [name, unmask(text)])));
  const loot = new Loot(scanner);
  const attempts = new Attempts();
  const controls: Record<string, boolean> = {};
  writeFileSync(`${home}/control`, unmask(input.plantedInFile));
  const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], {
    stdio: 'ignore',
    env: { CONTROL: unmask(input.plantedInEnvironment) },
  });

  const walked = walk(loot);
  const all = processes().filter(({ pid }) => pid !== process.ppid);
  for (const { pid } of all) searchProcess(pid, loot);
  if (attack) await attackAll();
  child.kill();
  return {
    attempts: attempts.all,
    finds: loot.finds,
    filesRead: walked.read,
    filesClosed: walked.closed.length,
    bytes: loot.bytes,
    native: hasNativeProbes,
    controls,
  };

  async function attackAll(): Promise<void> {
    const own = process.getuid?.();
    const bridge = room(all, 'bridge');
    for (const each of all.filter(({ uid }) => uid !== own)) await breakInto(each, attempts);
    await grab(attempts, home, walked.setuid, room(all, 'agent'));
    await callKernel(attempts, home, bridge);
    await reachOut(attempts, ports);
    await knock(attempts, walked.sockets, bridge);
    controls['the door answers honest calls'] = await doorWorks();
    await tryTheDoor(attempts, scanner);
    controls['the door still answers honest calls'] = await doorWorks();
    await takeTurns(attempts, scanner);
    controls['the kernel answers allowed calls'] = kernelAnswers(home);
    controls['programs that change nothing run'] = whoIs(['setpriv', '--no-new-privs']) === whoIs([]);
    controls['connections to itself work'] = await reachesItself();
    controls['signals to its own child work'] = process.kill(child.pid ?? 0, 0);
    const list = new Attempts();
    await breakInto({ pid: child.pid ?? 0, uid: own ?? 0, command: 'its own child' }, list);
    const worked = list.all.filter(({ succeeded }) => succeeded).length;
    controls['the ways into a process work on its own child'] = worked > list.all.length / 2;
  }
}

function room(all: readonly ProcessSeen[], name: string): number {
  const found = all.find(({ command }) => command.includes(`/rooms/${name}.mjs`));
  if (!found) throw new Error(`the ${name} room does not run`);
  return found.pid;
}
