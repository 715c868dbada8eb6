/** Which ways an account has to sign in, and that it never loses the last one by its own hand. */
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { AraError } from '../../../contracts/errors.js';
import type { AccountId } from '../../../contracts/ids.js';
import { rowsOf, type Database } from './rows.js';

export interface WaysIn {
  password: boolean;
  passkeys: number;
  authenticator: boolean;
  recoveryCodesLeft: number;
  organisation: boolean;
}

/** Whether the account `a` of the query can sign in at all. */
export const SIGNS_IN = `(EXISTS (SELECT FROM passwords WHERE account_id = a.id)
  OR EXISTS (SELECT FROM passkeys WHERE account_id = a.id)
  OR EXISTS (SELECT FROM organisation_identities WHERE account_id = a.id))`;

const WAYS = `
  SELECT EXISTS (SELECT FROM passwords WHERE account_id = $1) AS password,
    (SELECT count(*)::int FROM passkeys WHERE account_id = $1) AS passkeys,
    EXISTS (SELECT FROM authenticators WHERE account_id = $1 AND sealed IS NOT NULL) AS authenticator,
    (SELECT count(*)::int FROM recovery_codes WHERE account_id = $1) AS "recoveryCodesLeft",
    EXISTS (SELECT FROM organisation_identities WHERE account_id = $1) AS organisation`;

@Injectable()
export class WaysInService {
  constructor(private readonly database: DataSource) {}

  async of(account: AccountId, database: Database = this.database): Promise<WaysIn> {
    const [ways] = await rowsOf<WaysIn>(database, WAYS, [account]);
    if (!ways) throw new AraError('not-found');
    return ways;
  }

  /** Takes one away. @throws AraError `last-way-in` when none would be left; then nothing was taken */
  async without(account: AccountId, take: (manager: EntityManager) => Promise<void>): Promise<void> {
    await this.database.transaction(async (manager) => {
      // Two at once wait for each other.
      await rowsOf(manager, 'SELECT FROM accounts WHERE id = $1 FOR UPDATE', [account]);
      await take(manager);
      const { password, passkeys, organisation } = await this.of(account, manager);
      if (!password && passkeys === 0 && !organisation) throw new AraError('last-way-in');
    });
  }

  /** Takes all of them, for an account that is invited anew. */
  async clear(account: AccountId, manager: EntityManager): Promise<void> {
    for (const table of [
      'passwords',
      'passkeys',
      'authenticators',
      'recovery_codes',
      'organisation_identities',
    ])
      await rowsOf(manager, `DELETE FROM ${table} WHERE account_id = $1`, [account]);
  }
}
