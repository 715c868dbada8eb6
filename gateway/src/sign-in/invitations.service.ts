/** Invitations: a token that lets somebody make an account, or sign in to one that is there. Once, within seven days. */
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { AraError } from '../../../contracts/errors.js';
import type { AccountId } from '../../../contracts/ids.js';
import type { Role } from '../api/access.js';
import { DAYS } from '../retention/days.js';
import { rowsOf, type Database } from './rows.js';
import { hashToken, newToken } from './tokens.js';

export interface Invitation {
  id: string;
  role: Role;
  /** The account that it is for; null for a new one. */
  account: AccountId | null;
  /** Its name; null for a new one. */
  name: string | null;
  /** Printed at the start of an installation that has no operator yet. */
  firstOperator: boolean;
  createdAt: Date;
  expiresAt: Date;
}

/** Any number, the same in every gateway: who claims to be first waits for the others who do. */
const FIRST_OPERATOR_LOCK = 1_764_000_003;

const INVITATION = `i.id, i.role, i.account_id AS account, i.first_operator AS "firstOperator",
  i.created_at AS "createdAt", i.expires_at AS "expiresAt"`;

@Injectable()
export class InvitationsService {
  constructor(private readonly database: DataSource) {}

  async make(role: Role, account: AccountId | null): Promise<{ id: string; token: string; expiresAt: Date }> {
    return this.insert(this.database, role, account, false);
  }

  /** Those that were made by somebody and still hold. */
  list(): Promise<Invitation[]> {
    return rowsOf(
      this.database,
      `SELECT ${INVITATION}, a.name FROM invitations i LEFT JOIN accounts a ON a.id = i.account_id
       WHERE i.expires_at > now() AND NOT i.first_operator ORDER BY i.created_at DESC`,
    );
  }

  /** Whose it was for; null for a new account. @throws AraError `not-found` */
  async remove(id: string): Promise<AccountId | null> {
    const [removed] = await rowsOf<{ account: AccountId | null }>(
      this.database,
      'DELETE FROM invitations WHERE id = $1 AND NOT first_operator RETURNING account_id AS account',
      [id],
    );
    if (!removed) throw new AraError('not-found', 'no such invitation');
    return removed.account;
  }

  /** @throws AraError `invitation-ended`, the same for one that never was */
  async look(token: string): Promise<Invitation> {
    const [found] = await rowsOf<Invitation>(
      this.database,
      `SELECT ${INVITATION}, a.name FROM invitations i LEFT JOIN accounts a ON a.id = i.account_id
       WHERE i.token_hash = $1 AND i.expires_at > now()`,
      [hashToken(token)],
    );
    if (!found) throw new AraError('invitation-ended');
    return found;
  }

  /** Uses it up, with the transaction that it is used in. @throws AraError `invitation-ended` */
  async claim(token: string, manager: EntityManager): Promise<Omit<Invitation, 'name'>> {
    // Before any row, in the order of `renewFirstOperator`, so that the two never wait for each other.
    await rowsOf(manager, 'SELECT pg_advisory_xact_lock($1)', [FIRST_OPERATOR_LOCK]);
    const [claimed] = await rowsOf<Omit<Invitation, 'name'>>(
      manager,
      `DELETE FROM invitations i WHERE i.token_hash = $1 AND i.expires_at > now() RETURNING ${INVITATION}`,
      [hashToken(token)],
    );
    if (!claimed) throw new AraError('invitation-ended');
    if (claimed.firstOperator && (await this.hasOperator(manager))) throw new AraError('invitation-ended');
    return claimed;
  }

  async hasOperator(database: Database = this.database): Promise<boolean> {
    const rows = await rowsOf(database, `SELECT id FROM accounts WHERE role = 'operator' LIMIT 1`);
    return rows.length > 0;
  }

  /** The token for the first operator, in the place of one from an earlier start; null once there is an operator. */
  async renewFirstOperator(): Promise<string | null> {
    return this.database.transaction(async (manager) => {
      await rowsOf(manager, 'SELECT pg_advisory_xact_lock($1)', [FIRST_OPERATOR_LOCK]);
      await rowsOf(manager, 'DELETE FROM invitations WHERE first_operator');
      if (await this.hasOperator(manager)) return null;
      return (await this.insert(manager, 'operator', null, true)).token;
    });
  }

  private async insert(database: Database, role: Role, account: AccountId | null, firstOperator: boolean) {
    const token = newToken();
    const [made] = await rowsOf<{ id: string; expiresAt: Date }>(
      database,
      `INSERT INTO invitations (token_hash, role, account_id, first_operator, expires_at)
       VALUES ($1, $2, $3, $4, now() + interval '${DAYS.invitation} days') RETURNING id, expires_at AS "expiresAt"`,
      [hashToken(token), role, account, firstOperator],
    );
    if (!made) throw new AraError('internal');
    return { ...made, token };
  }
}
