/** Whether something failed because the volume has no room left. */

const SQLITE_FULL = 13;

export function isStorageFull(thrown: unknown): boolean {
  // Bounded: a cause can be a ring.
  for (let error = thrown, depth = 0; error instanceof Error && depth < 8; error = error.cause, depth++) {
    const { code, errcode } = error as { code?: unknown; errcode?: unknown };
    if (code === 'ENOSPC' || code === 'EDQUOT' || errcode === SQLITE_FULL) return true;
  }
  return false;
}
