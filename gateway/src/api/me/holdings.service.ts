/** How much of each kind of a user's data lies where: counted anew each time, never looked into. */
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type * as z from 'zod';
import { contentHoldings } from '../../../../contracts/content.js';
import type { AccountId } from '../../../../contracts/ids.js';
import { ChannelsService } from '../../channels/channels.service.js';
import { ContainerManager } from '../../containers/container-manager.service.js';
import { InboundService } from '../../inbound/inbound.service.js';
import { orNull } from './or-null.js';
import type { holding } from './shapes.js';

type Holding = z.infer<typeof holding>;

const ASK_WITHIN = 3_000;

interface Table {
  name: string;
  /** The column that says whose row it is. */
  owner: string;
}

const table = (name: string, owner = 'account_id'): Table => ({ name, owner });

/** Every table with rows of an account, by what they are called on the page. A new table must be put here: a test says so. */
export const holdingTables: Partial<Record<Holding['what'], Table[]>> = {
  'api-keys': [table('api_keys')],
  account: [
    table('accounts', 'id'),
    table('channels'),
    table('containers'),
    table('keystore.data_keys'),
    table('passwords'),
    table('passkeys'),
    table('authenticators'),
    table('recovery_codes'),
    table('organisation_identities'),
    table('invitations'),
    table('ceremonies'),
    table('deletions'),
  ],
  sessions: [table('sessions')],
  'usage-figures': [table('usage_figures')],
  'data-flows': [table('egress_ledger'), table('stopped_hosts')],
  'key-uses': [table('key_uses'), table('key_use_heads')],
  'audit-trail': [
    table('audit_trail', 'account'),
    table('audit_trail', 'by_account'),
    table('operator_accesses'),
  ],
};

/** What is kept sealed with a key of the account's own. */
const SEALED = new Set<Holding['what']>(['api-keys', 'channel-credentials', 'queue']);

interface Amount {
  items: number | null;
  bytes: number | null;
}

@Injectable()
export class HoldingsService {
  private known: Promise<Set<string>> | null = null;

  constructor(
    private readonly database: DataSource,
    private readonly channels: ChannelsService,
    private readonly containers: ContainerManager,
    private readonly inbound: InboundService,
  ) {}

  async of(account: AccountId): Promise<Holding[]> {
    const door = this.containers.ifAwake(account);
    const [content, channels, inQueue, inDatabase] = await Promise.all([
      door && orNull(ASK_WITHIN, door.call('GET', '/v1/content/holdings', undefined, contentHoldings)),
      this.channels.list(account),
      orNull(ASK_WITHIN, this.inbound.heldFor(account)),
      this.inTables(account),
    ]);
    const linked = channels.filter(({ state }) => state !== 'unlinked').length;
    const unknown: Amount = { items: null, bytes: null };
    return [
      line('conversations', 'container', content?.conversations ?? unknown),
      line('memory', 'container', content?.memory ?? unknown),
      line('files', 'container', content?.files ?? unknown),
      line('channel-credentials', 'container', { items: linked, bytes: null }),
      ...inDatabase.map(([what, amount]) => line(what, 'database', amount)),
      line('queue', 'queue', inQueue ?? unknown),
    ];
  }

  private async inTables(account: AccountId): Promise<[Holding['what'], Amount][]> {
    const all = Object.entries(holdingTables) as [Holding['what'], Table[]][];
    const there = await this.tablesThere();
    return Promise.all(
      all.map(async ([what, tables]): Promise<[Holding['what'], Amount]> => {
        const parts = tables.filter(({ name }) => there.has(name));
        if (parts.length === 0) return [what, { items: 0, bytes: 0 }];
        return [what, await this.sum(account, parts)];
      }),
    );
  }

  private async sum(account: AccountId, tables: Table[]): Promise<Amount> {
    // The names are ours, from above. An entry by oneself about oneself is one: UNION, by its row.
    const rows = tables
      .map(
        ({ name, owner }) =>
          `SELECT '${name}' AS name, ctid, pg_column_size(t) AS size FROM ${name} AS t WHERE ${owner} = $1`,
      )
      .join(' UNION ');
    const [found] = await this.database.query<{ items: number; bytes: string }[]>(
      `SELECT count(*)::int AS items, coalesce(sum(size), 0) AS bytes FROM (${rows}) AS held`,
      [account],
    );
    return { items: found?.items ?? 0, bytes: Number(found?.bytes ?? 0) };
  }

  /** The schema does not change while this process runs. */
  private tablesThere(): Promise<Set<string>> {
    this.known ??= this.database
      .query<{ name: string }[]>(
        `SELECT CASE table_schema WHEN 'public' THEN '' ELSE table_schema || '.' END || table_name AS name
         FROM information_schema.tables WHERE table_schema IN ('public', 'keystore')`,
      )
      .then((rows) => new Set(rows.map(({ name }) => name)));
    this.known.catch(() => (this.known = null));
    return this.known;
  }
}

const line = (what: Holding['what'], where: Holding['where'], amount: Amount): Holding => ({
  what,
  where,
  ...amount,
  encrypted: SEALED.has(what),
});
