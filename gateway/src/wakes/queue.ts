/** The queue of wakes: one job an account, which holds nothing but the account's id. */
import type { AccountId } from '../../../contracts/ids.js';
import { WORKER_OPTIONS } from '../inbound/queue.js';

export const WAKES = 'wakes';

export interface WakeJob {
  account: AccountId;
}

/** Milliseconds until try number `made + 1`: soon at first, then every five minutes for as long as it takes. */
export const wakeBackoff = (made: number): number => Math.min(1_000 * 2 ** (made - 1), 300_000);

export const WAKE_WORKER_OPTIONS = {
  ...WORKER_OPTIONS,
  /** Many want to be awake at eight: as many as a machine can start at once without making each slow. */
  concurrency: 16,
  settings: { backoffStrategy: wakeBackoff },
};
