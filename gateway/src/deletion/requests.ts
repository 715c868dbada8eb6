/** Where a container's wish for a deletion is put, for whoever carries deletions out: so that doors need not know them. */
import { Injectable, Module } from '@nestjs/common';
import type { DeletionOrder, DeletionPreview, DeletionStarted } from '../../../contracts/deletion.js';
import { AraError } from '../../../contracts/errors.js';
import type { AccountId } from '../../../contracts/ids.js';

export interface DeletionTaker {
  preview(account: AccountId, order: DeletionOrder): Promise<DeletionPreview>;
  begin(
    account: AccountId,
    order: DeletionOrder & { key: string },
    askedBy: 'chat',
  ): Promise<DeletionStarted>;
}

@Injectable()
export class DeletionRequests {
  private taker: DeletionTaker | null = null;

  takenBy(taker: DeletionTaker): void {
    this.taker = taker;
  }

  preview(account: AccountId, order: DeletionOrder): Promise<DeletionPreview> {
    return this.need().preview(account, order);
  }

  begin(account: AccountId, order: DeletionOrder & { key: string }): Promise<DeletionStarted> {
    return this.need().begin(account, order, 'chat');
  }

  private need(): DeletionTaker {
    if (!this.taker) throw new AraError('draining');
    return this.taker;
  }
}

@Module({ providers: [DeletionRequests], exports: [DeletionRequests] })
export class DeletionRequestsModule {}
