/** Keeps the data-flow ledger: counted in memory as bytes flow, written every few seconds and at the stop. */
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { MoreThan, type Repository } from 'typeorm';
import type { AccountId } from '../../../contracts/ids.js';
import { codeOf, log } from '../log.js';
import { EgressEntry } from './egress-entry.entity.js';

export interface Flow {
  connections: number;
  refused: number;
  bytesUp: number;
  bytesDown: number;
}

/** A refused host is kept by name only so often: a hostile container could try any number of names. */
const MAX_REFUSED_HOSTS = 50;
const OTHER_HOSTS = '(others)';
const WRITE_EVERY = 5_000;

const ADD = `
  INSERT INTO egress_ledger AS l
    (account_id, day, host, purpose, connections, refused, bytes_up, bytes_down, last_at, first_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
  ON CONFLICT (account_id, day, host, purpose) DO UPDATE SET
    connections = l.connections + excluded.connections, refused = l.refused + excluded.refused,
    bytes_up = l.bytes_up + excluded.bytes_up, bytes_down = l.bytes_down + excluded.bytes_down,
    last_at = excluded.last_at`;

const SUMS = `
  SELECT host, coalesce(max(purpose) FILTER (WHERE purpose <> 'refused'), 'refused') AS purpose,
    sum(connections)::int AS connections, sum(refused)::int AS refused, sum(bytes_up) AS "bytesUp",
    sum(bytes_down) AS "bytesDown", min(first_at) AS "firstAt", max(last_at) AS "lastAt"
  FROM egress_ledger WHERE account_id = $1 GROUP BY host ORDER BY max(last_at) DESC LIMIT $2`;

/** All that the ledger still has of one host. */
export interface HostSum extends Flow {
  host: string;
  /** `refused` when nothing ever went there. */
  purpose: string;
  firstAt: Date;
  lastAt: Date;
}

/** Postgres gives its sums as text. */
interface Bytes {
  bytesUp: string;
  bytesDown: string;
}

interface Pending extends Flow {
  account: AccountId;
  host: string;
  purpose: string;
}

@Injectable()
export class LedgerService implements OnModuleDestroy {
  private pending = new Map<string, Pending>();
  private readonly refusedHosts = new Map<AccountId, Set<string>>();
  private readonly timer = setInterval(() => void this.write(), WRITE_EVERY).unref();

  constructor(@InjectRepository(EgressEntry) private readonly entries: Repository<EgressEntry>) {}

  add(account: AccountId, host: string, purpose: string, flow: Partial<Flow>): void {
    const key = `${account}|${host}|${purpose}`;
    let entry = this.pending.get(key);
    if (!entry) {
      entry = { account, host, purpose, connections: 0, refused: 0, bytesUp: 0, bytesDown: 0 };
      this.pending.set(key, entry);
    }
    entry.connections += flow.connections ?? 0;
    entry.refused += flow.refused ?? 0;
    entry.bytesUp += flow.bytesUp ?? 0;
    entry.bytesDown += flow.bytesDown ?? 0;
  }

  refuse(account: AccountId, host: string): void {
    let hosts = this.refusedHosts.get(account);
    if (!hosts) this.refusedHosts.set(account, (hosts = new Set()));
    const known = hosts.has(host) || hosts.size < MAX_REFUSED_HOSTS;
    if (known) hosts.add(host);
    this.add(account, known ? host.slice(0, 253) : OTHER_HOSTS, 'refused', { refused: 1 });
  }

  /** Of the last days, newest first; those of all days when it is not said. */
  async list(accountId: AccountId, days?: number, most = 500): Promise<EgressEntry[]> {
    await this.write();
    const since = days && new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
    return this.entries.find({
      where: { accountId, ...(since ? { day: MoreThan(since) } : {}) },
      order: { day: 'DESC', host: 'ASC', purpose: 'ASC' },
      take: most,
    });
  }

  /** It is deleted: what was not written yet will not be. */
  forget(account: AccountId): void {
    this.refusedHosts.delete(account);
    for (const [key, pending] of this.pending) if (pending.account === account) this.pending.delete(key);
  }

  /** One line a host, the latest first. */
  async sums(accountId: AccountId, most = 500): Promise<HostSum[]> {
    await this.write();
    const rows = await this.entries.manager.query<(Omit<HostSum, 'bytesUp' | 'bytesDown'> & Bytes)[]>(SUMS, [
      accountId,
      most,
    ]);
    return rows.map((row) => ({ ...row, bytesUp: Number(row.bytesUp), bytesDown: Number(row.bytesDown) }));
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.write();
  }

  private async write(): Promise<void> {
    const batch = [...this.pending.values()];
    this.pending = new Map();
    const now = new Date();
    for (const [at, each] of batch.entries()) {
      try {
        await this.entries.manager.query(ADD, [
          each.account,
          now.toISOString().slice(0, 10),
          each.host,
          each.purpose,
          each.connections,
          each.refused,
          each.bytesUp,
          each.bytesDown,
          now,
        ]);
      } catch (error) {
        log.warn('ledger not written, kept for later', { code: codeOf(error), count: batch.length - at });
        for (const left of batch.slice(at)) this.add(left.account, left.host, left.purpose, left);
        return;
      }
    }
  }
}
