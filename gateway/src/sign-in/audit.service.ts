/** The trail of what was done to whose account: an action, by whom, when. No content, no address. */
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { AccountId } from '../../../contracts/ids.js';
import type { AuditAction } from '../api/sign-in/shapes.js';
import { codeOf, log } from '../log.js';
import { rowsOf } from './rows.js';

export interface AuditParties {
  /** Null for nobody who was signed in, and for the installation's token. */
  by: AccountId | null;
  /** Whose account it is about; null for none. */
  account: AccountId | null;
}

export interface AuditEntry {
  at: Date;
  action: AuditAction;
  by: string | null;
  account: string | null;
}

const SHOWN = 200;
const SHOW = `
  SELECT t.at, t.action, b.name AS "by", a.name AS account FROM audit_trail t
  LEFT JOIN accounts b ON b.id = t.by_account
  LEFT JOIN accounts a ON a.id = t.account`;

@Injectable()
export class AuditService {
  constructor(private readonly database: DataSource) {}

  /** Never fails what it describes: that is done already. */
  async add(action: AuditAction, { by, account }: AuditParties): Promise<void> {
    try {
      await rowsOf(
        this.database,
        'INSERT INTO audit_trail (action, by_account, account) VALUES ($1, $2, $3)',
        [action, by, account],
      );
    } catch (error) {
      log.error('not in the audit trail', { state: action, code: codeOf(error) });
    }
  }

  /** What was done to or by the account, newest first. */
  of(account: AccountId): Promise<AuditEntry[]> {
    return rowsOf(
      this.database,
      `${SHOW} WHERE t.account = $1 OR t.by_account = $1 ORDER BY t.id DESC LIMIT ${SHOWN}`,
      [account],
    );
  }

  all(): Promise<AuditEntry[]> {
    return rowsOf(this.database, `${SHOW} ORDER BY t.id DESC LIMIT ${SHOWN}`);
  }
}
