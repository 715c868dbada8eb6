/** What the centre keeps of a container: its keys, and when it wants to be awake. Nothing that the engine knows better. */
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AccountId } from '../../../contracts/ids.js';

@Entity('containers')
export class Container {
  @PrimaryColumn('uuid', { name: 'account_id' })
  accountId!: AccountId;

  /** The key for what the bridge room keeps on its volume, sealed with the user's data key. */
  @Column('bytea', { name: 'sealed_key' })
  sealedKey!: Buffer;

  /** X25519, 32 bytes; null until the first start. */
  @Column('bytea', { name: 'public_key', nullable: true })
  publicKey!: Buffer | null;

  @Column('bigint', { name: 'last_figures_batch', default: 0 })
  lastFiguresBatch!: string;

  /** Stays when the time has come, until the container itself sets another or none. */
  @Column('timestamptz', { name: 'wake_at', nullable: true })
  wakeAt!: Date | null;
}
