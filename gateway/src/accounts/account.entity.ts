/** An account: somebody who has a container here. */
import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import type { AccountId } from '../../../contracts/ids.js';

@Entity('accounts')
export class Account {
  @PrimaryColumn('uuid')
  id!: AccountId;

  /** What the operator calls it; unique. */
  @Column('text')
  name!: string;

  /** An operator sees people and machines, never content. */
  @Column('text', { default: 'user' })
  role!: 'operator' | 'user';

  /** Only if they want to be reached there: nothing is sent to it yet. */
  @Column('text', { nullable: true })
  email!: string | null;

  /** By whichever session; not more exact than a minute. */
  @Column('timestamptz', { name: 'last_seen_at', nullable: true })
  lastSeenAt!: Date | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}
