/** What a step of a deletion is, and what it works with. Each may be done again at any time, in whole or after any part of it. */
import type { DataSource } from 'typeorm';
import type { Settings } from '../../../config/schema.js';
import type { DeletionKind, Removed } from '../../../contracts/deletion.js';
import type { AccountId } from '../../../contracts/ids.js';
import type { AccountsService } from '../accounts/accounts.service.js';
import type { ContainerManager } from '../containers/container-manager.service.js';
import type { ContainerRecords } from '../containers/container-records.service.js';
import type { AllowlistService } from '../egress/allowlist.service.js';
import type { LedgerService } from '../egress/ledger.service.js';
import type { InboundService } from '../inbound/inbound.service.js';
import type { LimitsService } from '../sign-in/limits.service.js';
import type { WakesService } from '../wakes/wakes.service.js';
import type { NotReached } from './receipt.js';
import type { Tombstones } from './tombstones.js';

export interface Subject {
  /** Of the deletion. */
  id: string;
  account: AccountId;
  kind: DeletionKind;
  files: boolean;
  /** Keyed hash of the account's id. */
  subject: string;
  /** Where its receipt will be. */
  link: string;
}

export interface StepTools {
  settings: Settings;
  database: DataSource;
  containers: ContainerManager;
  records: ContainerRecords;
  accounts: AccountsService;
  inbound: InboundService;
  wakes: WakesService;
  ledger: LedgerService;
  allowlist: AllowlistService;
  limits: LimitsService;
  tombstones: Tombstones;
}

export interface StepOutcome {
  removed: Removed;
  notReached?: NotReached[];
}

/** A table, or with a column the rows whose it is. */
export interface AccountTable {
  name: string;
  column: string;
}

export interface Step {
  name: string;
  /** For the receipt and the page: what it removes, in plain words. */
  about: string;
  /** Tables with rows of accounts that this step empties of them. */
  tables?: readonly AccountTable[];
  /**
   * It needs somebody outside, who may not answer: after so many tries the deletion goes on without, and the receipt says
   * what was not reached.
   */
  outside?: { tries: number; what: string; why: string };
  /** Milliseconds that one try may take. */
  within?: number;
  /** Done once more when the search at the end still finds something. */
  sweeps?: boolean;
  run(of: Subject, tools: StepTools): Promise<StepOutcome>;
}
