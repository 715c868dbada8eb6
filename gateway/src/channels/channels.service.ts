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
    const rows = await this.channels.find();
    return [...new Set(rows.filter(({ state }) => state !== 'unlinked').map(({ accountId }) => accountId))];
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
    const known = await this.channels.findOneBy({ accountId, kind });
    const stateSince = known?.state === state ? known.stateSince : new Date();
    // A report without a hash says nothing about the webhook, unless the channel is gone.
    const kept = state === 'unlinked' ? null : (webhookSecretHash ?? known?.webhookSecretHash ?? null);
    await this.channels.save({ accountId, kind, state, stateSince, webhookSecretHash: kept });
    this.changes.announce(accountId, 'channels');
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
