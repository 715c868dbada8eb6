/** The centre's record of each container: its keys, and when it wants to be awake. */
import { hkdfSync } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, type Repository } from 'typeorm';
import { AraError } from '../../../contracts/errors.js';
import type { AccountId } from '../../../contracts/ids.js';
import { newKey } from '../keys/envelope.js';
import { KeystoreService } from '../keys/keystore.service.js';
import { Container } from './container.entity.js';
import { LOCK_KEY_BYTES } from './image-lock.js';

const KEY_PURPOSE = 'container-key';

/** As rows: for all accounts at once, entities would take longer than the query. */
const ALL = `
  SELECT a.id AS account, a.name, c.account_id IS NOT NULL AS made, c.wake_at AS "wakeAt"
  FROM accounts AS a LEFT JOIN containers AS c ON c.account_id = a.id ORDER BY a.created_at, a.name`;

export interface ContainerOfAccount {
  account: AccountId;
  name: string;
  made: boolean;
  wakeAt: Date | null;
}

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

  /** The key that its volume is encrypted with, 32 bytes: it follows from the container's key, and is gone with it. */
  async volumeKey(accountId: AccountId): Promise<Buffer> {
    const key = await this.key(accountId);
    const derived = Buffer.from(hkdfSync('sha256', key, '', `ara|${accountId}|volume`, LOCK_KEY_BYTES));
    key.fill(0);
    return derived;
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

  /** It is deleted. */
  forget(accountId: AccountId): void {
    this.publicKeys.delete(accountId);
  }

  /** Whether the account has ever had a container. */
  isMade(accountId: AccountId): Promise<boolean> {
    return this.containers.existsBy({ accountId });
  }

  async wakeAt(accountId: AccountId): Promise<Date | null> {
    return (await this.containers.findOneBy({ accountId }))?.wakeAt ?? null;
  }

  /** Every account, oldest first: whether it has ever had a container, and when that wants to be awake. */
  ofAllAccounts(): Promise<ContainerOfAccount[]> {
    return this.containers.manager.query<ContainerOfAccount[]>(ALL);
  }

  /** @returns whether that is another time than before */
  async setWakeAt(accountId: AccountId, wakeAt: Date | null): Promise<boolean> {
    const [, changed] = await this.containers.manager.query<[unknown, number]>(
      'UPDATE containers SET wake_at = $2 WHERE account_id = $1 AND wake_at IS DISTINCT FROM $2',
      [accountId, wakeAt],
    );
    return changed > 0;
  }

  /** The wishes whose time comes before this one. */
  async wakesUntil(until: Date): Promise<{ account: AccountId; at: Date }[]> {
    const records = await this.containers.find({
      where: { wakeAt: LessThan(until) },
      select: { accountId: true, wakeAt: true },
    });
    return records.flatMap(({ accountId, wakeAt }) => (wakeAt ? [{ account: accountId, at: wakeAt }] : []));
  }

  private async make(accountId: AccountId): Promise<Container> {
    const sealedKey = await this.keystore.seal(accountId, KEY_PURPOSE, newKey());
    await this.containers.createQueryBuilder().insert().values({ accountId, sealedKey }).orIgnore().execute();
    return this.containers.findOneByOrFail({ accountId });
  }
}
