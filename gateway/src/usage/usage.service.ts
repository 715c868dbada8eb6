/** Usage: figures added up per day, each batch of a container counted once. */
import { Inject, Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { MoreThan, type EntityManager, type Repository } from 'typeorm';
import type { Settings } from '../../../config/schema.js';
import type { Figure, KeyCall } from '../../../contracts/gateway-door.js';
import type { AccountId } from '../../../contracts/ids.js';
import { Changes } from '../changes/changes.service.js';
import { catalogueOf } from '../keys/account-models.js';
import { KeyUsesService } from '../keys/key-uses.service.js';
import { KeysService } from '../keys/keys.service.js';
import { SETTINGS } from '../settings.js';
import { tokensWithinReason, withinReason } from './reason.js';
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
const DAY = 86_400_000;
const DAYS_SHOWN = 31;
const MOST_ROWS = 1_000;

const SUM = `
  SELECT coalesce(sum(messages), 0)::int AS messages, coalesce(sum(input_tokens + cached_tokens), 0) AS input,
    coalesce(sum(output_tokens), 0) AS output, coalesce(sum(cost_micros), 0) AS cost,
    EXISTS (SELECT FROM usage_figures WHERE account_id = $1) AS ever
  FROM usage_figures WHERE account_id = $1 AND day = $2`;

export interface DaySum {
  messages: number;
  /** With what was cached. */
  inputTokens: number;
  outputTokens: number;
  costMicros: number;
  /** Whether a message has ended on any day. */
  ever: boolean;
}

@Injectable()
export class UsageService {
  constructor(
    @InjectRepository(UsageFigure) private readonly figures: Repository<UsageFigure>,
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly keys: KeysService,
    private readonly uses: KeyUsesService,
    private readonly changes: Changes,
  ) {}

  /**
   * Adds a container's batch; one that was added before is left alone.
   * @throws AraError `bad-request` when a figure cannot be true
   */
  async add(
    accountId: AccountId,
    batch: number,
    figures: Figure[],
    calls: readonly KeyCall[] = [],
  ): Promise<void> {
    withinReason(figures, Date.now());
    tokensWithinReason(calls);
    const names = await this.modelNames(accountId);
    const nameOf = (model: string): string => (names.has(model) ? model : OTHER_MODEL);
    const fresh = await this.figures.manager.transaction(async (manager) => {
      const [, changed] = await manager.query<[unknown, number]>(
        'UPDATE containers SET last_figures_batch = $2 WHERE account_id = $1 AND last_figures_batch < $2',
        [accountId, batch],
      );
      if (changed === 0) return false;
      for (const figure of figures) {
        const { day, channel, provider, outcome } = figure;
        const { inputTokens, cachedTokens, outputTokens, costMicros } = figure;
        const model = figure.model === null ? null : nameOf(figure.model);
        const which = [accountId, day, channel, provider ?? '', model ?? '', outcome];
        await manager.query(ADD, [...which, inputTokens, cachedTokens, outputTokens, costMicros]);
      }
      await noteWhatEnded(manager, accountId, figures);
      const uses = calls.map((call) => ({ ...call, kind: 'call' as const, model: nameOf(call.model) }));
      await this.uses.addWithin(manager, accountId, uses);
      return true;
    });
    if (!fresh) return;
    this.changes.announce(accountId, 'usage');
    this.changes.announce(accountId, 'channels');
  }

  /** The figures of the last days, newest first. */
  list(accountId: AccountId, days = DAYS_SHOWN, most = MOST_ROWS): Promise<UsageFigure[]> {
    const since = dayOf(Date.now() - days * DAY);
    return this.figures.find({
      where: { accountId, day: MoreThan(since) },
      order: { day: 'DESC' },
      take: most,
    });
  }

  /** Of the day that it is now in UTC. */
  async today(accountId: AccountId): Promise<DaySum> {
    const [row] = await this.figures.manager.query<
      { messages: number; input: string; output: string; cost: string; ever: boolean }[]
    >(SUM, [accountId, dayOf(Date.now())]);
    return {
      messages: row?.messages ?? 0,
      inputTokens: Number(row?.input ?? 0),
      outputTokens: Number(row?.output ?? 0),
      costMicros: Number(row?.cost ?? 0),
      ever: row?.ever ?? false,
    };
  }

  /** Every model of the list, whether its key is still set or not, and that of the account's own server. */
  private async modelNames(accountId: AccountId): Promise<Set<string>> {
    const own = catalogueOf(await this.keys.list(accountId), this.settings).models;
    return new Set([...this.settings.modelList.models, ...own].map(({ model }) => model));
  }
}

const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** When a channel's last message ended, and that a key which answers is not refused any more. */
async function noteWhatEnded(
  manager: EntityManager,
  accountId: AccountId,
  figures: readonly Figure[],
): Promise<void> {
  const channels = [...new Set(figures.map(({ channel }) => channel))];
  await manager.query(
    'UPDATE channels SET last_message_at = now() WHERE account_id = $1 AND kind = ANY($2)',
    [accountId, channels],
  );
  const answering = figures.flatMap(({ outcome, provider }) => (outcome === 'answered' && provider) || []);
  if (answering.length === 0) return;
  await manager.query(
    'UPDATE api_keys SET refused_at = NULL WHERE account_id = $1 AND provider = ANY($2) AND refused_at IS NOT NULL',
    [accountId, [...new Set(answering)]],
  );
}
