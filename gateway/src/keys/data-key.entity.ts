/** The keystore: one wrapped data key per user. Kept apart, so that data backups leave it out. */
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AccountId } from '../../../contracts/ids.js';

@Entity({ name: 'data_keys', schema: 'keystore' })
export class DataKey {
  @PrimaryColumn('uuid', { name: 'account_id' })
  accountId!: AccountId;

  /** Sealed with the key-encryption key, bound to the account and that key's version. */
  @Column('bytea')
  wrapped!: Buffer;

  @Column('int', { name: 'kek_version' })
  kekVersion!: number;
}
