/** A host that its user has stopped: nothing of theirs goes there until they allow it again. */
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AccountId } from '../../../contracts/ids.js';

@Entity('stopped_hosts')
export class StoppedHost {
  @PrimaryColumn('uuid', { name: 'account_id' })
  accountId!: AccountId;

  /** As lists show it. */
  @PrimaryColumn('text')
  host!: string;

  @Column('timestamptz', { name: 'stopped_at' })
  stoppedAt!: Date;
}
