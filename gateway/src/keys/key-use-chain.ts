/**
 * The chain of an account's key uses: each row's hash is over the one before it and the row itself, so that none can be
 * changed, left out or put elsewhere without every later hash being another.
 */
import { createHash } from 'node:crypto';
import type { AccountId, Provider } from '../../../contracts/ids.js';

export type KeyUseKind = 'checked' | 'released' | 'call';

export interface KeyUse {
  number: number;
  at: Date;
  kind: KeyUseKind;
  provider: Provider;
  model: string | null;
  inputTokens: number;
  cachedTokens: number;
  outputTokens: number;
}

export interface ChainedUse extends KeyUse {
  hash: Buffer;
}

/** Where a chain stands: the number of a row, and its hash. */
export interface ChainPlace {
  number: number;
  hash: Buffer;
}

/** Before the first row of an account. */
export const BEGINNING: ChainPlace = { number: 0, hash: Buffer.alloc(32) };

/** The account is part of each row, so that no row fits into another's chain. */
export function hashOf(account: AccountId, before: Buffer, use: KeyUse): Buffer {
  const { number, at, kind, provider, model, inputTokens, cachedTokens, outputTokens } = use;
  const row = [account, number, at.toISOString(), kind, provider, model];
  return createHash('sha256')
    .update(before)
    .update(JSON.stringify([...row, inputTokens, cachedTokens, outputTokens]))
    .digest();
}

/**
 * Goes along a piece of the chain, in order of numbers.
 * @returns the number of the first row that does not fit, or where the piece ends
 */
export function follow(
  account: AccountId,
  from: ChainPlace,
  rows: readonly ChainedUse[],
): number | ChainPlace {
  let place = from;
  for (const row of rows) {
    if (row.number !== place.number + 1) return place.number + 1;
    if (!hashOf(account, place.hash, row).equals(row.hash)) return row.number;
    place = { number: row.number, hash: row.hash };
  }
  return place;
}
