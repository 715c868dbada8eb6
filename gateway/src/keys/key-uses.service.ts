/** The ledger of key uses, one chain an account: when a key was released or used, and for how many tokens. Never content. */
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { AccountId, Provider } from '../../../contracts/ids.js';
import {
  BEGINNING,
  follow,
  hashOf,
  type ChainedUse,
  type ChainPlace,
  type KeyUse,
  type KeyUseKind,
} from './key-use-chain.js';

const PAGE = 50;
const PIECE = 2_000;

const ROWS = `
  SELECT number::int, at, kind, provider, model, input_tokens AS "inputTokens", cached_tokens AS "cachedTokens",
    output_tokens AS "outputTokens", hash
  FROM key_uses WHERE account_id = $1`;

/** Postgres gives its big integers as text. */
type StoredUse = Omit<ChainedUse, 'inputTokens' | 'cachedTokens' | 'outputTokens'> &
  Record<'inputTokens' | 'cachedTokens' | 'outputTokens', string>;

interface Head extends ChainPlace {
  /** What comes before the oldest row that is still kept. */
  firstNumber: number;
  beforeFirst: Buffer;
}

export interface NewKeyUse extends Partial<Pick<KeyUse, 'inputTokens' | 'cachedTokens' | 'outputTokens'>> {
  kind: KeyUseKind;
  provider: Provider;
  model?: string;
  /** Milliseconds since 1970, as a container says; now when it says nothing, or a time to come. */
  at?: number;
}

export interface ChainVerdict {
  /** The first row that does not fit; null when all do. */
  brokenAt: number | null;
  rows: number;
  head: ChainPlace | null;
}

@Injectable()
export class KeyUsesService {
  constructor(private readonly database: DataSource) {}

  add(account: AccountId, uses: readonly NewKeyUse[]): Promise<void> {
    return this.database.transaction((manager) => this.addWithin(manager, account, uses));
  }

  /** As a part of what else is written. */
  async addWithin(manager: EntityManager, account: AccountId, uses: readonly NewKeyUse[]): Promise<void> {
    if (uses.length === 0) return;
    let place = await lockedHead(manager, account);
    for (const use of uses) {
      const next: KeyUse = {
        number: place.number + 1,
        at: new Date(Math.min(use.at ?? Infinity, Date.now())),
        kind: use.kind,
        provider: use.provider,
        model: use.model ?? null,
        inputTokens: use.inputTokens ?? 0,
        cachedTokens: use.cachedTokens ?? 0,
        outputTokens: use.outputTokens ?? 0,
      };
      const hash = hashOf(account, place.hash, next);
      const { number, at, kind, provider, model, inputTokens, cachedTokens, outputTokens } = next;
      await manager.query(
        `INSERT INTO key_uses (account_id, number, at, kind, provider, model, input_tokens, cached_tokens, output_tokens, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        [account, number, at, kind, provider, model, inputTokens, cachedTokens, outputTokens, hash],
      );
      place = { number, hash };
    }
    await manager.query('UPDATE key_use_heads SET number = $2, hash = $3 WHERE account_id = $1', [
      account,
      place.number,
      place.hash,
    ]);
  }

  /** Newest first. @param before a number; those before it */
  async page(account: AccountId, before?: number): Promise<{ uses: ChainedUse[]; more: boolean }> {
    const rows = await this.database.query<StoredUse[]>(
      `${ROWS} AND number < $2 ORDER BY number DESC LIMIT $3`,
      [account, before ?? Number.MAX_SAFE_INTEGER, PAGE + 1],
    );
    return { uses: rows.slice(0, PAGE).map(withNumbers), more: rows.length > PAGE };
  }

  /** Goes along the whole chain, as it was at one moment. */
  verify(account: AccountId): Promise<ChainVerdict> {
    return this.database.transaction('REPEATABLE READ', async (manager) => {
      const head = await headOf(manager, account);
      let place: ChainPlace = head ? { number: head.firstNumber - 1, hash: head.beforeFirst } : BEGINNING;
      for (let rows = 0; ;) {
        const piece = await manager.query<StoredUse[]>(
          `${ROWS} AND number > $2 ORDER BY number LIMIT ${PIECE}`,
          [account, rows === 0 ? -1 : place.number],
        );
        const end = follow(account, place, piece.map(withNumbers));
        if (typeof end === 'number') return { brokenAt: end, rows, head };
        place = end;
        rows += piece.length;
        if (piece.length === PIECE) continue;
        // What is missing at the end is known by the head alone.
        const whole =
          head === null ? rows === 0 : head.number === place.number && head.hash.equals(place.hash);
        return {
          brokenAt: whole ? null : place.number + 1,
          rows,
          head: head && head.number > 0 ? head : null,
        };
      }
    });
  }
}

async function headOf(manager: EntityManager, account: AccountId, lock = ''): Promise<Head | null> {
  const [head] = await manager.query<Head[]>(
    `SELECT number::int, hash, first_number::int AS "firstNumber", before_first AS "beforeFirst"
     FROM key_use_heads WHERE account_id = $1 ${lock}`,
    [account],
  );
  return head ?? null;
}

/** One after the other: two that write at once would both be the next. */
async function lockedHead(manager: EntityManager, account: AccountId): Promise<ChainPlace> {
  const { number, hash } = BEGINNING;
  await manager.query(
    'INSERT INTO key_use_heads VALUES ($1, $2, $3, 1, $3) ON CONFLICT (account_id) DO NOTHING',
    [account, number, hash],
  );
  return (await headOf(manager, account, 'FOR UPDATE')) ?? BEGINNING;
}

const withNumbers = (row: StoredUse): ChainedUse => ({
  ...row,
  inputTokens: Number(row.inputTokens),
  cachedTokens: Number(row.cachedTokens),
  outputTokens: Number(row.outputTokens),
});
