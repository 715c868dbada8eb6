/**
 * Changes that another replica of the gateway wrote: the rows of the accounts that somebody looks at here are looked at
 * every five seconds. What changed in this process is announced at once, and then perhaps once more.
 */
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { AccountId } from '../../../contracts/ids.js';
import { codeOf, log } from '../log.js';
import { Changes, type Change } from './changes.service.js';

const LOOK_EVERY = 5_000;

/** One text an account and kind of change; it differs when the rows do. */
const LOOK = `
  SELECT a.id AS account, containers.wake_at::text AS container, containers.last_figures_batch::text AS usage,
    (SELECT string_agg(concat_ws('|', kind, state, state_since, last_message_at), ' ' ORDER BY kind)
      FROM channels WHERE account_id = a.id) AS channels
  FROM accounts AS a LEFT JOIN containers ON containers.account_id = a.id
  WHERE a.id = ANY($1)`;
const KINDS = ['channels', 'container', 'usage'] as const satisfies Change[];

type Row = Record<(typeof KINDS)[number], string | null> & { account: AccountId };

@Injectable()
export class ChangesPoll implements OnModuleDestroy {
  private readonly seen = new Map<AccountId, Row>();
  private readonly timer = setInterval(() => void this.look(), LOOK_EVERY).unref();

  constructor(
    private readonly database: DataSource,
    private readonly changes: Changes,
  ) {}

  /** As `Changes.listen`, and tells of what other replicas write from now on. */
  watch(account: AccountId, listener: (change: Change) => void): () => void {
    const end = this.changes.listen(account, listener);
    if (!this.seen.has(account)) void this.look([account]);
    return end;
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  async look(accounts: AccountId[] = this.changes.watched()): Promise<void> {
    const watched = new Set(this.changes.watched());
    for (const account of this.seen.keys()) if (!watched.has(account)) this.seen.delete(account);
    if (accounts.length === 0) return;
    try {
      for (const row of await this.database.query<Row[]>(LOOK, [accounts])) this.compare(row);
    } catch (error) {
      log.warn('changes not looked for, again soon', { code: codeOf(error) });
    }
  }

  private compare(row: Row): void {
    const before = this.seen.get(row.account);
    this.seen.set(row.account, row);
    if (!before) return;
    for (const kind of KINDS) if (before[kind] !== row[kind]) this.changes.announce(row.account, kind);
  }
}
