/** Figures of a day: how many messages ended how, how many tokens they took, and what that cost. */
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AccountId, ChannelKind } from '../../../contracts/ids.js';
import type { Outcome } from '../../../contracts/message.js';

@Entity('usage_figures')
export class UsageFigure {
  @PrimaryColumn('uuid', { name: 'account_id' })
  accountId!: AccountId;

  @PrimaryColumn('date')
  day!: string;

  @PrimaryColumn('text')
  channel!: ChannelKind;

  /** Empty when no model was asked. */
  @PrimaryColumn('text')
  provider!: string;

  @PrimaryColumn('text')
  model!: string;

  @PrimaryColumn('text')
  outcome!: Outcome;

  @Column('int')
  messages!: number;

  /** Without what was cached. */
  @Column('bigint', { name: 'input_tokens' })
  inputTokens!: string;

  @Column('bigint', { name: 'cached_tokens' })
  cachedTokens!: string;

  @Column('bigint', { name: 'output_tokens' })
  outputTokens!: string;

  /** Millionths of a US dollar. */
  @Column('bigint', { name: 'cost_micros' })
  costMicros!: string;
}
