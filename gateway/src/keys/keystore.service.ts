/** Data keys: one per user, made when first needed, wrapped by the key-encryption key, opened only in memory. */
import { Inject, Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import type { AccountId } from '../../../contracts/ids.js';
import type { Secrets } from '../secrets.js';
import { SECRETS } from '../settings.js';
import { DataKey } from './data-key.entity.js';
import { newKey, openRecord, sealRecord } from './envelope.js';

const KEK_VERSION = 1;
const boundTo = (account: AccountId, version: number): string => `data-key|${account}|${version}`;

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

  private async dataKey(accountId: AccountId): Promise<Buffer> {
    const stored = (await this.dataKeys.findOneBy({ accountId })) ?? (await this.make(accountId));
    return openRecord(this.secrets.keyEncryptionKey, boundTo(accountId, stored.kekVersion), stored.wrapped);
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
