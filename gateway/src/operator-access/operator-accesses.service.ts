/**
 * Accesses that an operator opens to an account before they look into its data: with a reason, for a time, told to the
 * user. It gives no right that root of the machine has not anyway; it is how what root does becomes known.
 */
import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { AccountId } from '../../../contracts/ids.js';
import { accessNoticeResponse } from '../../../contracts/worker-door.js';
import { ContainerManager } from '../containers/container-manager.service.js';
import { AuditService } from '../sign-in/audit.service.js';

const SHOWN = 50;

export interface OperatorAccess {
  id: string;
  reason: string;
  openedAt: Date;
  endsAt: Date;
  /** When a chat of the user's was told; null for not. */
  toldAt: Date | null;
}

@Injectable()
export class OperatorAccesses {
  constructor(
    private readonly database: DataSource,
    private readonly containers: ContainerManager,
    private readonly audit: AuditService,
  ) {}

  /** Written down before anybody is told; the user's container is asked to tell them if it runs, and not woken. */
  async open(account: AccountId, reason: string, minutes: number): Promise<OperatorAccess> {
    const openedAt = new Date();
    const endsAt = new Date(openedAt.getTime() + minutes * 60_000);
    const id = randomUUID();
    await this.database.query(
      'INSERT INTO operator_accesses (id, account_id, reason, opened_at, ends_at) VALUES ($1, $2, $3, $4, $5)',
      [id, account, reason, openedAt, endsAt],
    );
    await this.audit.add('access-opened', { by: null, account });
    const told = await this.tell(account, { id, reason, endsAt: endsAt.getTime() });
    if (told) await this.database.query('UPDATE operator_accesses SET told_at = now() WHERE id = $1', [id]);
    return { id, reason, openedAt, endsAt, toldAt: told ? new Date() : null };
  }

  /** Newest first. */
  list(account: AccountId): Promise<OperatorAccess[]> {
    return this.database.query<OperatorAccess[]>(
      `SELECT id, reason, opened_at AS "openedAt", ends_at AS "endsAt", told_at AS "toldAt"
       FROM operator_accesses WHERE account_id = $1 ORDER BY opened_at DESC LIMIT ${SHOWN}`,
      [account],
    );
  }

  private async tell(account: AccountId, notice: object): Promise<boolean> {
    const door = this.containers.ifAwake(account);
    if (!door) return false;
    return door.call('POST', '/v1/access-notice', notice, accessNoticeResponse).then(
      ({ told }) => told,
      () => false,
    );
  }
}
