/** What the API tells of a backup, of its check and of a restore, and the command line reads: counts and ids. */
import type { leftOut } from '../../../contracts/snapshot.js';
import type * as z from 'zod';

export type LeftOut = z.infer<typeof leftOut>;

/** Accounts with which it did not work, and why: a code. */
export interface Failures {
  failed: { account: string; code: string }[];
}

export interface BackupReport extends Failures {
  /** Where it lies. */
  folder: string;
  keystore: string;
  accounts: number;
  /** Of those, how many have a container. */
  containers: number;
  bytes: number;
  milliseconds: number;
  leftOut: LeftOut[];
  /** Backups that were too old. */
  removed: { data: number; keystore: number };
}

export interface VerifyReport extends Failures {
  folder: string;
  madeAt: string;
  accounts: number;
  /** Whose key is gone: nobody can read their part any more, and that is as it should be after a deletion. */
  noise: number;
  files: number;
  bytes: number;
}

export interface RestoreReport extends Failures {
  folder: string;
  madeAt: string;
  restored: string[];
  /** Deleted accounts, which stay deleted. */
  deleted: string[];
  /** That were here already, and are as they were. */
  there: string[];
  /** Whose key is in no backup of the keystore. */
  noise: string[];
  leftOut: LeftOut[];
}
