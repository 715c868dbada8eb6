/** Figures of a day: how many messages ended how, and how many tokens they took. */
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

  @Column('bigint', { name: 'input_tokens' })
  inputTokens!: string;

  @Column('bigint', { name: 'output_tokens' })
  outputTokens!: string;
}
