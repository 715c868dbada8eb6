/** API keys: set, put in order, listed by their last four characters, and released to their owner's bridge room only. */
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { AraError } from '../../../contracts/errors.js';
import type { AccountId, Provider } from '../../../contracts/ids.js';
import { ApiKey } from './api-key.entity.js';
import { KeyUsesService } from './key-uses.service.js';
import { KeystoreService } from './keystore.service.js';

const purpose = (provider: Provider, version: number): string => `api-key|${provider}|${version}`;

/** Those that are named come first, as they are named; the others follow as they were. */
const ORDER = `
  UPDATE api_keys AS k SET position = wanted.position FROM (
    SELECT provider, row_number() OVER (ORDER BY array_position($2::text[], provider), position) AS position
    FROM api_keys WHERE account_id = $1
  ) AS wanted
  WHERE k.account_id = $1 AND k.provider = wanted.provider`;

/** A key and what it is for; all but the key as in the table. */
export type NewKey = { key: string } & Pick<
  ApiKey,
  'model' | 'baseUrl' | 'contextTokens' | 'images' | 'priceInput' | 'priceOutput'
>;

@Injectable()
export class KeysService {
  constructor(
    @InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>,
    private readonly keystore: KeystoreService,
    private readonly uses: KeyUsesService,
  ) {}

  /** In the place of the provider's key so far, or behind those of the others. */
  async set(accountId: AccountId, provider: Provider, { key, ...rest }: NewKey): Promise<void> {
    await this.keys.manager.transaction(async (database) => {
      // One after the other, so that two at once do not both believe themselves the first.
      await database.query('SELECT FROM accounts WHERE id = $1 FOR NO KEY UPDATE', [accountId]);
      const keys = database.getRepository(ApiKey);
      const known = await keys.findOneBy({ accountId, provider });
      const version = (known?.version ?? 0) + 1;
      const position = known?.position ?? ((await keys.maximum('position', { accountId })) ?? 0) + 1;
      const sealed = await this.keystore.seal(accountId, purpose(provider, version), Buffer.from(key));
      const lastFour = key.slice(-4);
      await keys.save({ accountId, provider, version, sealed, lastFour, position, refusedAt: null, ...rest });
    });
  }

  /** What else is said of a key; the key itself stays as it is, sealed. @throws AraError `no-key` */
  async change(accountId: AccountId, provider: Provider, rest: Omit<NewKey, 'key'>): Promise<void> {
    const { affected } = await this.keys.update({ accountId, provider }, rest);
    if (!affected) throw new AraError('no-key');
  }

  async find(accountId: AccountId, provider: Provider): Promise<ApiKey | null> {
    return this.keys.findOneBy({ accountId, provider });
  }

  /** Its provider does not take it any more. */
  async refused(accountId: AccountId, provider: Provider): Promise<void> {
    await this.keys.query(
      'UPDATE api_keys SET refused_at = now() WHERE account_id = $1 AND provider = $2 AND refused_at IS NULL',
      [accountId, provider],
    );
  }

  /** The keys in the order in which they are asked for. */
  async list(accountId: AccountId): Promise<ApiKey[]> {
    return this.keys.find({ where: { accountId }, order: { position: 'ASC' } });
  }

  /** Puts these providers first. @throws AraError `no-key` */
  async order(accountId: AccountId, providers: Provider[]): Promise<void> {
    const keys = await this.list(accountId);
    const missing = providers.find((provider) => !keys.some((key) => key.provider === provider));
    if (missing) throw new AraError('no-key', missing);
    await this.keys.manager.query(ORDER, [accountId, providers]);
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
    // Before it is given: a release that cannot be written down is none.
    await this.uses.add(accountId, [{ kind: 'released', provider }]);
    return key.toString('utf8');
  }
}
