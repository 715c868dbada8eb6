/** What is told of a backup, of its check and of a restore: counts and ids, for the operator who asked. */
import type { leftOut } from '../../../contracts/snapshot.js';
import type * as z from 'zod';

export interface BackupReport {
  /** Where it lies. */
  folder: string;
  keystore: string;
  accounts: number;
  /** Of those, how many have a container. */
  containers: number;
  bytes: number;
  milliseconds: number;
  /** Accounts whose part could not be made, and why. */
  failed: { account: string; code: string }[];
  leftOut: z.infer<typeof leftOut>[];
  /** Backups that were too old. */
  removed: { data: number; keystore: number };
}

export interface VerifyReport {
  folder: string;
  madeAt: string;
  accounts: number;
  /** Whose key is gone: nobody can read their part any more, and that is as it should be after a deletion. */
  noise: number;
  files: number;
  bytes: number;
  failed: { account: string; code: string }[];
}

export interface RestoreReport {
  folder: string;
  madeAt: string;
  restored: string[];
  /** Deleted accounts, which stay deleted. */
  deleted: string[];
  /** That were here already, and are as they were. */
  there: string[];
  /** Whose key is in no backup of the keystore. */
  noise: string[];
  failed: { account: string; code: string }[];
  leftOut: z.infer<typeof leftOut>[];
}
