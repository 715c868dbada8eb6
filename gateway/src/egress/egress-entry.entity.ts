/** The data-flow ledger: what went from a user's container to which host on a day, and for what. */
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AccountId } from '../../../contracts/ids.js';

@Entity('egress_ledger')
export class EgressEntry {
  @PrimaryColumn('uuid', { name: 'account_id' })
  accountId!: AccountId;

  @PrimaryColumn('date')
  day!: string;

  @PrimaryColumn('text')
  host!: string;

  @PrimaryColumn('text')
  purpose!: string;

  @Column('int')
  connections!: number;

  @Column('int')
  refused!: number;

  @Column('bigint', { name: 'bytes_up' })
  bytesUp!: string;

  @Column('bigint', { name: 'bytes_down' })
  bytesDown!: string;

  @Column('timestamptz', { name: 'first_at' })
  firstAt!: Date;

  @Column('timestamptz', { name: 'last_at' })
  lastAt!: Date;
}
