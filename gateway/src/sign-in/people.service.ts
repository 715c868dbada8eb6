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
  WITH linked AS (
    SELECT account_id, count(*)::int AS channels FROM channels WHERE state <> 'unlinked' GROUP BY account_id
  ), used AS (
    SELECT account_id, sum(messages)::int AS messages FROM usage_figures
    WHERE day >= date_trunc('month', now())::date GROUP BY account_id
  )
  SELECT a.id, a.name, a.role, a.created_at AS "createdAt", a.last_seen_at AS "lastSeenAt",
    ${SIGNS_IN} AS "signsIn", coalesce(l.channels, 0) AS channels, coalesce(u.messages, 0) AS "messagesThisMonth"
  FROM accounts a
  LEFT JOIN linked l ON l.account_id = a.id
  LEFT JOIN used u ON u.account_id = a.id
  ORDER BY a.created_at, a.id`;

@Injectable()
export class PeopleService {
  constructor(private readonly database: DataSource) {}

  users(): Promise<UserRow[]> {
    return rowsOf(this.database, USERS);
  }

  async anybodySignsIn(): Promise<boolean> {
    const rows = await rowsOf(this.database, `SELECT a.id FROM accounts a WHERE ${SIGNS_IN} LIMIT 1`);
    return rows.length > 0;
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
