/** A gate for tests, open until they close it. */
import type { DeletionKind } from '../../contracts/deletion.js';
import { AraError } from '../../contracts/errors.js';
import type { AccountId } from '../../contracts/ids.js';
import type { DeletionGate } from '../../gateway/src/deletion/gate.js';

export class TestGate {
  readonly closed = new Map<AccountId, DeletionKind>();

  /** As the services see it. */
  get gate(): DeletionGate {
    return this as unknown as DeletionGate;
  }

  deleting = (account: AccountId): DeletionKind | null => this.closed.get(account) ?? null;
  look = async (): Promise<void> => undefined;
  check = (account: AccountId): void => {
    if (this.closed.has(account)) throw new AraError('being-deleted');
  };
}
