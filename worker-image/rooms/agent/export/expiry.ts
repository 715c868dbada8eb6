/** When a finished export must go. Small, since every start asks. */
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** In milliseconds: contracts/archive.ts says it in hours, and a test compares the two. */
export const KEPT = 24 * 3_600_000;

export const exportPath = (folder: string): string => join(folder, 'export', 'export.age');

/** Milliseconds since 1970; null where there is none. */
export function exportExpiry(folder: string): number | null {
  const stats = statSync(exportPath(folder), { throwIfNoEntry: false });
  return stats ? Math.round(stats.mtimeMs) + KEPT : null;
}

/** Removes an archive whose time is over. */
export function removeExpiredExport(folder: string, now: number): void {
  const expiry = exportExpiry(folder);
  if (expiry !== null && expiry <= now) rmSync(exportPath(folder), { force: true });
}
