/** Data keys: one per user, made when first needed, wrapped by the key-encryption key, opened only in memory. */
import { hkdfSync } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import type { AccountId } from '../../../contracts/ids.js';
import type { Secrets } from '../secrets.js';
import { SECRETS } from '../settings.js';
import { DataKey } from './data-key.entity.js';
import { newKey, openRecord, sealRecord } from './envelope.js';

export type WrappedKey = Pick<DataKey, 'wrapped' | 'kekVersion'>;

const KEK_VERSION = 1;
const boundTo = (account: AccountId, version: number): string => `data-key|${account}|${version}`;

/** HKDF-SHA-256, bound to whose it is and what for. */
const derived = (key: Buffer, owner: string, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), `ara|${owner}|${purpose}`, 32));

@Injectable()
export class KeystoreService {
  constructor(
    @InjectRepository(DataKey) private readonly dataKeys: Repository<DataKey>,
    @Inject(SECRETS) private readonly secrets: Secrets,
  ) {}

  /** Seals a secret of the account; `purpose` names it and must be given again to open it. */
  async seal(account: AccountId, purpose: string, plain: Buffer): Promise<Buffer> {
    return sealRecord(await this.dataKey(account), `${account}|${purpose}`, plain);
  }

  /** @throws AraError `forged` */
  async open(account: AccountId, purpose: string, record: Buffer): Promise<Buffer> {
    return openRecord(await this.dataKey(account), `${account}|${purpose}`, record);
  }

  /** A key for one purpose that follows from the account's data key, and is gone with it. */
  async derive(account: AccountId, purpose: string): Promise<Buffer> {
    return derived(await this.dataKey(account), account, purpose);
  }

  /** As `derive`, of a data key that is not in the keystore. @throws AraError `forged` with another key-encryption key */
  deriveFrom(account: AccountId, { wrapped, kekVersion }: WrappedKey, purpose: string): Buffer {
    return derived(this.unwrap(account, { wrapped, kekVersion }), account, purpose);
  }

  /** A key of the installation's own for one purpose. */
  installationKey(purpose: string): Buffer {
    return derived(this.secrets.keyEncryptionKey, 'installation', purpose);
  }

  private async dataKey(accountId: AccountId): Promise<Buffer> {
    const stored = (await this.dataKeys.findOneBy({ accountId })) ?? (await this.make(accountId));
    return this.unwrap(accountId, stored);
  }

  private unwrap(account: AccountId, { wrapped, kekVersion }: WrappedKey): Buffer {
    return openRecord(this.secrets.keyEncryptionKey, boundTo(account, kekVersion), wrapped);
  }

  private async make(accountId: AccountId): Promise<DataKey> {
    const wrapped = sealRecord(this.secrets.keyEncryptionKey, boundTo(accountId, KEK_VERSION), newKey());
    // Two replicas may make one at once: the first wins, and both read that one.
    await this.dataKeys
      .createQueryBuilder()
      .insert()
      .values({ accountId, wrapped, kekVersion: KEK_VERSION })
      .orIgnore()
      .execute();
    return this.dataKeys.findOneByOrFail({ accountId });
  }
}
