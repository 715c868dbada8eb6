/** The gate: what is being deleted takes nothing new. Known to every part that lets something in, and to every gateway within seconds. */
import { Injectable, Module, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { DeletionKind } from '../../../contracts/deletion.js';
import { AraError } from '../../../contracts/errors.js';
import type { AccountId } from '../../../contracts/ids.js';
import { codeOf, log } from '../log.js';
import { rowsOf } from '../sign-in/rows.js';

/** What another gateway began is known here so soon. */
const LOOK_EVERY = 1_000;

@Injectable()
export class DeletionGate implements OnApplicationBootstrap, OnModuleDestroy {
  private closed = new Map<AccountId, DeletionKind>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly database: DataSource) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.look();
    this.timer = setInterval(() => {
      this.look().catch((error: unknown) => log.warn('deletions not looked at', { code: codeOf(error) }));
    }, LOOK_EVERY).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** What is being deleted of the account; null for nothing. */
  deleting(account: AccountId): DeletionKind | null {
    return this.closed.get(account) ?? null;
  }

  /** @throws AraError `being-deleted` */
  check(account: AccountId): void {
    if (this.closed.has(account)) throw new AraError('being-deleted');
  }

  /** Closed, or open again, in this process at once. */
  async look(): Promise<void> {
    const rows = await rowsOf<{ account: AccountId; kind: DeletionKind }>(
      this.database,
      'SELECT account_id AS account, kind FROM deletions WHERE finished_at IS NULL AND account_id IS NOT NULL',
    );
    this.closed = new Map(rows.map(({ account, kind }) => [account, kind]));
  }
}

@Module({ providers: [DeletionGate], exports: [DeletionGate] })
export class DeletionGateModule {}
