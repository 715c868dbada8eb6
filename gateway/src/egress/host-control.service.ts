/** What a user does with the hosts of their list: sees what went there, stops one at once, allows it again. */
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { AraError } from '../../../contracts/errors.js';
import type { HostTable } from '../../../contracts/hosts.js';
import type { AccountId } from '../../../contracts/ids.js';
import { AllowlistService } from './allowlist.service.js';
import { HOSTS_CHANNEL, HostNews } from './host-news.service.js';
import { hostTable } from './host-table.js';
import { LedgerService } from './ledger.service.js';
import { OpenConnections } from './open-connections.service.js';
import { StoppedHost } from './stopped-host.entity.js';

@Injectable()
export class HostControl {
  constructor(
    private readonly allowlist: AllowlistService,
    private readonly ledger: LedgerService,
    private readonly connections: OpenConnections,
    private readonly news: HostNews,
    @InjectRepository(StoppedHost) private readonly stops: Repository<StoppedHost>,
  ) {}

  async table(accountId: AccountId): Promise<HostTable> {
    const [declared, stops, sums] = await Promise.all([
      this.allowlist.declared(accountId),
      this.stops.findBy({ accountId }),
      this.ledger.sums(accountId),
    ]);
    const names = stops.map(({ host }) => host);
    return { hosts: hostTable(declared, names, sums, (host) => this.connections.count(accountId, host)) };
  }

  /** @returns whether that is new. @throws AraError `not-found` */
  set(account: AccountId, host: string, stopped: boolean): Promise<boolean> {
    return stopped ? this.stop(account, host) : this.allow(account, host);
  }

  async isStopped(accountId: AccountId, host: string): Promise<boolean> {
    return this.stops.existsBy({ accountId, host });
  }

  /**
   * From now on nothing goes there; what is open is cut before this resolves.
   * @returns whether that is new
   * @throws AraError `not-found` for a host that is not on the account's list
   */
  private async stop(accountId: AccountId, host: string): Promise<boolean> {
    const declared = await this.allowlist.declared(accountId);
    if (!declared.some((each) => each.host === host)) throw new AraError('not-found', 'no such host');
    const fresh = await this.write(
      'INSERT INTO stopped_hosts VALUES ($1, $2, now()) ON CONFLICT DO NOTHING RETURNING host',
      accountId,
      host,
    );
    // In this order, and without a pause between them: what is just being opened is found by either.
    this.allowlist.forget(accountId);
    this.connections.cut(accountId, host);
    return fresh;
  }

  /** @returns whether it was stopped. What follows from no key and no channel stays closed all the same. */
  private async allow(accountId: AccountId, host: string): Promise<boolean> {
    const deletion = 'DELETE FROM stopped_hosts WHERE account_id = $1 AND host = $2 RETURNING host';
    const fresh = await this.write(deletion, accountId, host);
    this.allowlist.forget(accountId);
    return fresh;
  }

  /** In one statement with the news of it: no other gateway hears of what is not written, and none misses what is. */
  private async write(change: string, accountId: AccountId, host: string): Promise<boolean> {
    const [row] = await this.stops.query<{ rows: number }[]>(
      `WITH written AS (${change})
       SELECT pg_notify('${HOSTS_CHANNEL}', $3), (SELECT count(*)::int FROM written) AS rows`,
      [accountId, host, this.news.of(accountId)],
    );
    return (row?.rows ?? 0) > 0;
  }
}
