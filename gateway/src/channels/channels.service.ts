/** Channels as the centre knows them: that there is one, and in which state. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import type { ChannelState } from '../../../contracts/channel-state.js';
import { AraError } from '../../../contracts/errors.js';
import type { AccountId, ChannelKind } from '../../../contracts/ids.js';
import { Changes } from '../changes/changes.service.js';
import { Channel } from './channel.entity.js';

/**
 * In one statement: the container and the dashboard may tell of one channel at once. A report without a hash says
 * nothing about the webhook, unless the channel is gone.
 */
const REPORT = `
  INSERT INTO channels AS c (account_id, kind, state, state_since, webhook_secret_hash)
  VALUES ($1, $2, $3, now(), CASE WHEN $3 = 'unlinked' THEN NULL ELSE $4 END)
  ON CONFLICT (account_id, kind) DO UPDATE SET
    state = excluded.state,
    state_since = CASE WHEN c.state = excluded.state THEN c.state_since ELSE excluded.state_since END,
    webhook_secret_hash = CASE WHEN $3 = 'unlinked' THEN NULL ELSE coalesce($4, c.webhook_secret_hash) END,
    hosts = CASE WHEN $3 = 'unlinked' THEN NULL ELSE c.hosts END`;

@Injectable()
export class ChannelsService {
  constructor(
    @InjectRepository(Channel) private readonly channels: Repository<Channel>,
    private readonly changes: Changes,
  ) {}

  list(accountId: AccountId): Promise<Channel[]> {
    return this.channels.findBy({ accountId });
  }

  /** Accounts with a channel that is linked or being linked. */
  async linkedAccounts(): Promise<AccountId[]> {
    return accountsOf(await this.channels.find());
  }

  /** Those among them whose container has to hold a connection, when webhooks can reach this installation or not. */
  async liveAccounts(webhooks: boolean): Promise<AccountId[]> {
    const rows = await this.channels.find();
    return accountsOf(rows.filter(({ kind }) => !webhooks || !comesByWebhook(kind)));
  }

  /** Whether the account has linked the channel, or is about to. */
  async isLinked(accountId: AccountId, kind: ChannelKind): Promise<boolean> {
    const channel = await this.channels.findOneBy({ accountId, kind });
    return channel !== null && channel.state !== 'unlinked';
  }

  async report(
    accountId: AccountId,
    kind: ChannelKind,
    state: ChannelState,
    webhookSecretHash: string | null,
  ): Promise<void> {
    await this.channels.query(REPORT, [accountId, kind, state, webhookSecretHash]);
    this.changes.announce(accountId, 'channels');
  }

  /** Where the user's own server is; they are forgotten when the channel is unlinked. */
  async setHosts(accountId: AccountId, kind: ChannelKind, hosts: string[] | null): Promise<void> {
    await this.channels.update({ accountId, kind }, { hosts });
  }

  /**
   * Whose webhook this is. @throws AraError `wrong-secret`: the same for an unknown user and for a wrong secret, so
   * that nobody learns who has an account.
   */
  async ownerOfWebhook(accountId: AccountId, kind: ChannelKind, secret: string): Promise<void> {
    const channel = await this.channels.findOneBy({ accountId, kind });
    const offered = createHash('sha256').update(secret).digest();
    const expected = Buffer.from(channel?.webhookSecretHash ?? '0'.repeat(64), 'hex');
    if (!timingSafeEqual(offered, expected) || !channel?.webhookSecretHash)
      throw new AraError('wrong-secret');
  }
}

/** Matrix and WhatsApp bring their messages over a connection that is held. */
const comesByWebhook = (kind: ChannelKind): boolean => kind === 'telegram';

const accountsOf = (rows: readonly Channel[]): AccountId[] => [
  ...new Set(rows.filter(({ state }) => state !== 'unlinked').map(({ accountId }) => accountId)),
];
