/** API keys: set, listed by their last four characters, and released to their owner's bridge room only. */
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { AraError } from '../../../contracts/errors.js';
import type { AccountId, Provider } from '../../../contracts/ids.js';
import { ApiKey } from './api-key.entity.js';
import { KeystoreService } from './keystore.service.js';

const purpose = (provider: Provider, version: number): string => `api-key|${provider}|${version}`;

@Injectable()
export class KeysService {
  constructor(
    @InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>,
    private readonly keystore: KeystoreService,
  ) {}

  async set(accountId: AccountId, provider: Provider, key: string): Promise<void> {
    const version = ((await this.keys.findOneBy({ accountId, provider }))?.version ?? 0) + 1;
    const sealed = await this.keystore.seal(accountId, purpose(provider, version), Buffer.from(key));
    await this.keys.save({ accountId, provider, version, sealed, lastFour: key.slice(-4) });
  }

  /** The providers with a key, the one that was set first in front. */
  async list(accountId: AccountId): Promise<ApiKey[]> {
    return this.keys.find({ where: { accountId }, order: { updatedAt: 'ASC' } });
  }

  /** @throws AraError `not-found` */
  async remove(accountId: AccountId, provider: Provider): Promise<void> {
    const { affected } = await this.keys.delete({ accountId, provider });
    if (!affected) throw new AraError('not-found', 'no such key');
  }

  /** The only place where a key is opened: for the door of the account's own container. @throws AraError `no-key` */
  async release(accountId: AccountId, provider: Provider): Promise<string> {
    const stored = await this.keys.findOneBy({ accountId, provider });
    if (!stored) throw new AraError('no-key');
    const key = await this.keystore.open(accountId, purpose(provider, stored.version), stored.sealed);
    return key.toString('utf8');
  }
}
