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

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}
