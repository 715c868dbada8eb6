/** Usage: figures added up per day, each batch of a container counted once. */
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import type { Figure } from '../../../contracts/gateway-door.js';
import type { AccountId } from '../../../contracts/ids.js';
import { UsageFigure } from './usage-figure.entity.js';

const ADD = `
  INSERT INTO usage_figures AS u VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $8)
  ON CONFLICT (account_id, day, channel, provider, model, outcome) DO UPDATE SET
    messages = u.messages + 1,
    input_tokens = u.input_tokens + excluded.input_tokens,
    output_tokens = u.output_tokens + excluded.output_tokens`;

@Injectable()
export class UsageService {
  constructor(@InjectRepository(UsageFigure) private readonly figures: Repository<UsageFigure>) {}

  /** Adds a container's batch; one that was added before is left alone. */
  async add(accountId: AccountId, batch: number, figures: Figure[]): Promise<void> {
    await this.figures.manager.transaction(async (manager) => {
      const [, fresh] = await manager.query<[unknown, number]>(
        'UPDATE containers SET last_figures_batch = $2 WHERE account_id = $1 AND last_figures_batch < $2',
        [accountId, batch],
      );
      if (fresh === 0) return;
      for (const { day, channel, provider, model, outcome, inputTokens, outputTokens } of figures) {
        const values = [
          accountId,
          day,
          channel,
          provider ?? '',
          model ?? '',
          outcome,
          inputTokens,
          outputTokens,
        ];
        await manager.query(ADD, values);
      }
    });
  }

  /** The last days' figures, newest first. */
  list(accountId: AccountId, limit = 31): Promise<UsageFigure[]> {
    return this.figures.find({ where: { accountId }, order: { day: 'DESC' }, take: limit });
  }
}
