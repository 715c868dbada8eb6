/** Starts the agent room when there is work: by its supervisor's control pipe in a container, as a child process otherwise. */
import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

export interface AgentControl {
  /** Makes sure that the agent room runs. Cheap when it does. */
  start(): void;
  /** Ends the one that runs at once, whatever it does; `start` brings up another. */
  kill(): void;
  stop(): void;
}

/** s6-supervise takes one letter: `u` brings the service up and keeps it up until it says that it is done. */
export class SupervisedAgent implements AgentControl {
  constructor(private readonly controlPipe: string) {}

  start(): void {
    void this.write('u');
  }

  kill(): void {
    void this.write('k');
  }

  stop(): void {
    // The supervisor stops it with the container.
  }

  private async write(letter: string): Promise<void> {
    try {
      // Without blocking: a pipe that nobody reads must not hold the room.
      const pipe = await open(this.controlPipe, constants.O_WRONLY | constants.O_NONBLOCK);
      await pipe.write(letter);
      await pipe.close();
    } catch {
      // The supervisor is starting: the agent comes up with it.
    }
  }
}

/** The embedded `process` runtime: no container, no second user, the same rooms. */
export class ChildAgent implements AgentControl {
  private child: ChildProcess | null = null;
  private startedAt = 0;

  constructor(
    private readonly script: string,
    private readonly flags: string[],
  ) {}

  start(): void {
    if (this.child || Date.now() - this.startedAt < 1_000) return;
    this.startedAt = Date.now();
    this.child = spawn(process.execPath, [this.script, ...this.flags], { stdio: 'ignore', env: {} });
    this.child.once('exit', () => (this.child = null));
    this.child.once('error', () => (this.child = null));
  }

  kill(): void {
    this.child?.kill('SIGKILL');
  }

  stop(): void {
    this.child?.kill('SIGTERM');
  }
}
