/** Usage: figures added up per day, each batch of a container counted once. */
import { Inject, Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { MoreThan, type Repository } from 'typeorm';
import type { Settings } from '../../../config/schema.js';
import type { Figure } from '../../../contracts/gateway-door.js';
import type { AccountId } from '../../../contracts/ids.js';
import { catalogueOf } from '../keys/account-models.js';
import { KeysService } from '../keys/keys.service.js';
import { SETTINGS } from '../settings.js';
import { withinReason } from './reason.js';
import { UsageFigure } from './usage-figure.entity.js';

const ADD = `
  INSERT INTO usage_figures AS u (account_id, day, channel, provider, model, outcome, messages,
    input_tokens, cached_tokens, output_tokens, cost_micros)
  VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $8, $9, $10)
  ON CONFLICT (account_id, day, channel, provider, model, outcome) DO UPDATE SET
    messages = u.messages + 1,
    input_tokens = u.input_tokens + excluded.input_tokens,
    cached_tokens = u.cached_tokens + excluded.cached_tokens,
    output_tokens = u.output_tokens + excluded.output_tokens,
    cost_micros = u.cost_micros + excluded.cost_micros`;

/** For a model that the account does not have. The name would be words of the container's own choice. */
const OTHER_MODEL = '(other)';
const DAYS_SHOWN = 31;
const MOST_ROWS = 1_000;

@Injectable()
export class UsageService {
  constructor(
    @InjectRepository(UsageFigure) private readonly figures: Repository<UsageFigure>,
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly keys: KeysService,
  ) {}

  /**
   * Adds a container's batch; one that was added before is left alone.
   * @throws AraError `bad-request` when a figure cannot be true
   */
  async add(accountId: AccountId, batch: number, figures: Figure[]): Promise<void> {
    withinReason(figures, Date.now());
    const names = await this.modelNames(accountId);
    await this.figures.manager.transaction(async (manager) => {
      const [, fresh] = await manager.query<[unknown, number]>(
        'UPDATE containers SET last_figures_batch = $2 WHERE account_id = $1 AND last_figures_batch < $2',
        [accountId, batch],
      );
      if (fresh === 0) return;
      for (const figure of figures) {
        const { day, channel, provider, outcome } = figure;
        const { inputTokens, cachedTokens, outputTokens, costMicros } = figure;
        const model = figure.model === null || names.has(figure.model) ? figure.model : OTHER_MODEL;
        const which = [accountId, day, channel, provider ?? '', model ?? '', outcome];
        await manager.query(ADD, [...which, inputTokens, cachedTokens, outputTokens, costMicros]);
      }
    });
  }

  /** The figures of the last days, newest first. */
  list(accountId: AccountId): Promise<UsageFigure[]> {
    const since = new Date(Date.now() - DAYS_SHOWN * 86_400_000).toISOString().slice(0, 10);
    return this.figures.find({
      where: { accountId, day: MoreThan(since) },
      order: { day: 'DESC' },
      take: MOST_ROWS,
    });
  }

  /** Every model of the list, whether its key is still set or not, and that of the account's own server. */
  private async modelNames(accountId: AccountId): Promise<Set<string>> {
    const own = catalogueOf(await this.keys.list(accountId), this.settings).models;
    return new Set([...this.settings.modelList.models, ...own].map(({ model }) => model));
  }
}
