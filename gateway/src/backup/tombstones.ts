/** Accounts that were deleted for good, known outside every backup: a restore brings none of them back. */
export interface Tombstones {
  has(account: string): boolean;
}

export const TOMBSTONES = Symbol('tombstones');
