/**
 * News of a list of hosts: whoever changes one tells every other gateway on this database at once, by Postgres's own LISTEN
 * and NOTIFY, and each forgets what it knew and cuts what is stopped. What was missed is made up for when it hears again.
 */
import { randomUUID } from 'node:crypto';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import pg from 'pg';
import { DataSource } from 'typeorm';
import type { Settings } from '../../../config/schema.js';
import { accountId, type AccountId } from '../../../contracts/ids.js';
import { databaseConnection } from '../database/connection.js';
import { codeOf, log } from '../log.js';
import { SETTINGS } from '../settings.js';
import { AllowlistService } from './allowlist.service.js';
import { OpenConnections } from './open-connections.service.js';

/** Its news are `GATEWAY ACCOUNT`, two ids and nothing else. */
export const HOSTS_CHANNEL = 'ara_hosts';
/** A line that has died without a word is noticed so soon, in milliseconds. */
const LOOK_EVERY = 5_000;
const PATIENCE = 4_000;

@Injectable()
export class HostNews implements OnApplicationBootstrap, OnModuleDestroy {
  private line: pg.Client | null = null;
  private looking: Promise<void> | null = null;
  private timer: NodeJS.Timeout | undefined;
  private over = false;
  /** Of this process: what it says itself is no news to it. */
  private readonly self = randomUUID();
  private onHeard: (account: AccountId) => void = () => undefined;
  /** Accounts whose news could not be sent yet. */
  private readonly untold = new Set<AccountId>();

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly database: DataSource,
    private readonly allowlist: AllowlistService,
    private readonly connections: OpenConnections,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.allowlist.onChanged((account) => void this.tell(account));
    await this.look();
    this.timer = setInterval(() => void this.look(), LOOK_EVERY).unref();
  }

  async onModuleDestroy(): Promise<void> {
    this.over = true;
    clearInterval(this.timer);
    await this.looking;
    await this.line?.end().catch(() => undefined);
  }

  /** What is to be sent to `HOSTS_CHANNEL` about the account. */
  of(account: AccountId): string {
    return `${this.self} ${account}`;
  }

  /** @param listener told of an account whose list another gateway changed, when this one goes by the new list */
  onChangeElsewhere(listener: (account: AccountId) => void): void {
    this.onHeard = listener;
  }

  private async tell(account: AccountId): Promise<void> {
    this.untold.add(account);
    try {
      await this.database.query(`SELECT pg_notify('${HOSTS_CHANNEL}', $1)`, [this.of(account)]);
      this.untold.delete(account);
    } catch (error) {
      log.warn('other gateways not told of a list of hosts, again soon', { account, code: codeOf(error) });
    }
  }

  /** Whether the line still stands; a new one where it does not, and then what was missed. */
  private look(): Promise<void> {
    this.looking ??= this.tryLine()
      .catch((error: unknown) => log.warn('no news of hosts, again soon', { code: codeOf(error) }))
      .finally(() => (this.looking = null));
    return this.looking;
  }

  private async tryLine(): Promise<void> {
    for (const account of [...this.untold]) await this.tell(account);
    const stands = await this.line?.query('SELECT 1').then(
      () => true,
      () => false,
    );
    if (stands || this.over) return;
    void this.line?.end().catch(() => undefined);
    this.line = null;
    const line = new pg.Client({
      ...databaseConnection(this.settings),
      keepAlive: true,
      query_timeout: PATIENCE,
      connectionTimeoutMillis: PATIENCE,
    });
    line.on('error', () => undefined);
    line.on('notification', ({ payload }) => void this.hear(payload));
    line.once('end', () => this.line === line && !this.over && void this.look());
    await line.connect();
    await line.query(`LISTEN ${HOSTS_CHANNEL}`);
    this.line = line;
    this.allowlist.forgetAll();
    await Promise.all(this.connections.accounts().map((account) => this.bringUp(account)));
  }

  private async hear(payload = ''): Promise<void> {
    const [by, about] = payload.split(' ');
    const account = accountId.safeParse(about);
    if (!account.success || by === this.self) return;
    await this.bringUp(account.data);
    this.onHeard(account.data);
  }

  /** What is stopped is cut. When it cannot be asked what that is, all of the account's connections are. */
  private async bringUp(account: AccountId): Promise<void> {
    this.allowlist.forget(account);
    if (!this.connections.accounts().includes(account)) return;
    try {
      for (const { host, stopped } of await this.allowlist.declared(account))
        if (stopped) this.connections.cut(account, host);
    } catch {
      this.connections.cut(account);
    }
  }
}
