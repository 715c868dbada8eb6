/** The centre's record of each container: its keys. */
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { AraError } from '../../../contracts/errors.js';
import type { AccountId } from '../../../contracts/ids.js';
import { newKey } from '../keys/envelope.js';
import { KeystoreService } from '../keys/keystore.service.js';
import { Container } from './container.entity.js';

const KEY_PURPOSE = 'container-key';

@Injectable()
export class ContainerRecords {
  /** Public keys by account: asked for with each webhook. */
  private readonly publicKeys = new Map<AccountId, Buffer>();

  constructor(
    @InjectRepository(Container) private readonly containers: Repository<Container>,
    private readonly keystore: KeystoreService,
  ) {}

  /** The container's key, made when first asked for. For its own door only. */
  async key(accountId: AccountId): Promise<Buffer> {
    const record = (await this.containers.findOneBy({ accountId })) ?? (await this.make(accountId));
    return this.keystore.open(accountId, KEY_PURPOSE, record.sealedKey);
  }

  /** @throws AraError `channel-not-linked` before the container's first start */
  async publicKey(accountId: AccountId): Promise<Buffer> {
    const known =
      this.publicKeys.get(accountId) ?? (await this.containers.findOneBy({ accountId }))?.publicKey;
    if (!known) throw new AraError('channel-not-linked');
    this.publicKeys.set(accountId, known);
    return known;
  }

  async setPublicKey(accountId: AccountId, publicKey: Buffer): Promise<void> {
    if (this.publicKeys.get(accountId)?.equals(publicKey)) return;
    await this.containers.update({ accountId }, { publicKey });
    this.publicKeys.set(accountId, publicKey);
  }

  private async make(accountId: AccountId): Promise<Container> {
    const sealedKey = await this.keystore.seal(accountId, KEY_PURPOSE, newKey());
    await this.containers.createQueryBuilder().insert().values({ accountId, sealedKey }).orIgnore().execute();
    return this.containers.findOneByOrFail({ accountId });
  }
}
