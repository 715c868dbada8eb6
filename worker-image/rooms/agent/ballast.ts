/**
 * A file that takes room for nothing, to be thrown away when the volume is full: what it gives back is enough for this room
 * to start, to say so, and to delete what its user names.
 */
import { existsSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SIZE = 2_097_152;
/** Below this the databases may not even open. */
const NEEDED = 524_288;

export function trimBallast(folder: string): void {
  const file = join(folder, 'ballast');
  try {
    const { bavail, bsize } = statfsSync(folder);
    const free = bavail * bsize;
    if (free < NEEDED) rmSync(file, { force: true });
    else if (free > 4 * SIZE && !existsSync(file)) writeFileSync(file, Buffer.alloc(SIZE), { mode: 0o600 });
  } catch {
    // Half of it may lie there now, which is as good.
  }
}
