/** A channel of an account: its state and, for webhooks, what is needed to know a true one. No platform id, no name. */
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ChannelState } from '../../../contracts/channel-state.js';
import type { AccountId, ChannelKind } from '../../../contracts/ids.js';

@Entity('channels')
export class Channel {
  @PrimaryColumn('uuid', { name: 'account_id' })
  accountId!: AccountId;

  @PrimaryColumn('text')
  kind!: ChannelKind;

  @Column('text')
  state!: ChannelState;

  @Column('timestamptz', { name: 'state_since' })
  stateSince!: Date;

  /** When the last message of either direction ended; the time only. */
  @Column('timestamptz', { name: 'last_message_at', nullable: true })
  lastMessageAt!: Date | null;

  /** SHA-256 of the webhook's secret, and the public route that follows from it. */
  @Column('text', { name: 'webhook_secret_hash', nullable: true })
  webhookSecretHash!: string | null;

  /** Where its user's own server is, with a port where that is not 443; null for a channel whose hosts are the same for all. */
  @Column('text', { array: true, nullable: true })
  hosts!: string[] | null;
}
