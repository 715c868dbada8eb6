/** An API key of a user, sealed with that user's data key, and which model it is for. */
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

  /** When its provider last refused it; null again once it answers or is replaced. */
  @Column('timestamptz', { name: 'refused_at', nullable: true })
  refusedAt!: Date | null;

  /** Keys are asked for in this order: smallest first. */
  @Column('int')
  position!: number;

  /** Null: the one that the settings name for this provider. */
  @Column('text', { nullable: true })
  model!: string | null;

  /** Where a compatible server is, and what its user says of its model; null for the others. */
  @Column('text', { name: 'base_url', nullable: true })
  baseUrl!: string | null;

  @Column('int', { name: 'context_tokens', nullable: true })
  contextTokens!: number | null;

  @Column('boolean', { nullable: true })
  images!: boolean | null;

  /** US dollars per million tokens; null when they are not known. */
  @Column('double precision', { name: 'price_input', nullable: true })
  priceInput!: number | null;

  @Column('double precision', { name: 'price_output', nullable: true })
  priceOutput!: number | null;
}
