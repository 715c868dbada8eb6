/** Accounts that were deleted for good, known outside every backup: a restore brings none of them back. */
import type { AccountId } from '../../../contracts/ids.js';

export interface Tombstones {
  has(account: AccountId): boolean;
}

export const TOMBSTONES = Symbol('tombstones');
