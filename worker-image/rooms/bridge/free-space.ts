/** Whether the volume is full for the agent room; a little is kept for this room, so that its journal goes on. */
import { statfsSync } from 'node:fs';

/** An agent that cannot write so much cannot start. */
const NEEDED = 262_144;

export function isFull(folder: string): boolean {
  const { bavail, bsize, ffree } = statfsSync(folder);
  return bavail * bsize < NEEDED || ffree === 0;
}
