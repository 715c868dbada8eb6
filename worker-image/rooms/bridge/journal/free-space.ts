/** Whether the volume is full for the agent room; a little is kept for this room, so that its journal goes on. */
import { statfsSync } from 'node:fs';

/** An agent that cannot write so much cannot start. */
const NEEDED = 262_144;
/** Much longer than an agent takes to start that can. */
const PATIENCE = 5_000;

export function isFull(folder: string): boolean {
  const { bavail, bsize, ffree } = statfsSync(folder);
  return bavail * bsize < NEEDED || ffree === 0;
}

/** Notices that no agent room comes because it finds no room on the volume. */
export class FullWatch {
  private since: number | null = null;

  constructor(
    private readonly full: () => boolean,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  /** There is work, and no agent room. Whether its waiting is in vain. */
  inVain(): boolean {
    if (!this.full()) this.since = null;
    else this.since ??= this.clock();
    return this.since !== null && this.clock() - this.since >= PATIENCE;
  }

  /** One has come. */
  came(): void {
    this.since = null;
  }
}
