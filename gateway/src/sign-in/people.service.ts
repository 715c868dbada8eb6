/** Accounts as an operator sees them, and what an account says about itself. No content. */
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AraError } from '../../../contracts/errors.js';
import type { AccountId } from '../../../contracts/ids.js';
import type { Role } from '../api/access.js';
import { rowsOf } from './rows.js';
import { SIGNS_IN } from './ways-in.service.js';

export interface Person {
  id: AccountId;
  name: string;
  role: Role;
  email: string | null;
}

export interface UserRow extends Omit<Person, 'email'> {
  createdAt: Date;
  lastSeenAt: Date | null;
  signsIn: boolean;
  channels: number;
  messagesThisMonth: number;
}

const USERS = `
  SELECT a.id, a.name, a.role, a.created_at AS "createdAt", a.last_seen_at AS "lastSeenAt",
    ${SIGNS_IN} AS "signsIn",
    (SELECT count(*)::int FROM channels WHERE account_id = a.id AND state <> 'unlinked') AS channels,
    (SELECT coalesce(sum(messages), 0)::int FROM usage_figures
      WHERE account_id = a.id AND day >= date_trunc('month', now())) AS "messagesThisMonth"
  FROM accounts a ORDER BY a.created_at, a.id`;

@Injectable()
export class PeopleService {
  constructor(private readonly database: DataSource) {}

  users(): Promise<UserRow[]> {
    return rowsOf(this.database, USERS);
  }

  /** @throws AraError `not-found` */
  async get(account: AccountId): Promise<Person & { signsIn: boolean }> {
    const [person] = await rowsOf<Person & { signsIn: boolean }>(
      this.database,
      `SELECT a.id, a.name, a.role, a.email, ${SIGNS_IN} AS "signsIn" FROM accounts a WHERE a.id = $1`,
      [account],
    );
    if (!person) throw new AraError('not-found', 'no such account');
    return person;
  }

  async setEmail(account: AccountId, email: string | null): Promise<void> {
    await rowsOf(this.database, 'UPDATE accounts SET email = $2 WHERE id = $1', [account, email]);
  }
}
