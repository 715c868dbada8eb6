/** An API key of a user, sealed with that user's data key. */
import { Column, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';
import type { AccountId, Provider } from '../../../contracts/ids.js';

@Entity('api_keys')
export class ApiKey {
  @PrimaryColumn('uuid', { name: 'account_id' })
  accountId!: AccountId;

  @PrimaryColumn('text')
  provider!: Provider;

  /** Grows with each replacement; bound into the seal. */
  @Column('int')
  version!: number;

  @Column('bytea')
  sealed!: Buffer;

  /** The last four characters, for the owner to know it by. */
  @Column('text', { name: 'last_four' })
  lastFour!: string;

  @UpdateDateColumn({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;
}
