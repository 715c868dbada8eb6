/** Everything about the account at a glance: home, live events, usage, data flows and where data lies. */
import { Controller, Get, Header, Inject, Query, Res } from '@nestjs/common';
import * as z from 'zod';
import type { Settings } from '../../../../config/schema.js';
import type { AccountId } from '../../../../contracts/ids.js';
import { ContainerManager } from '../../containers/container-manager.service.js';
import { LedgerService } from '../../egress/ledger.service.js';
import { SETTINGS } from '../../settings.js';
import { UsageService } from '../../usage/usage.service.js';
import { Access, Me, type Viewer } from '../access.js';
import { Answers, AnswersRaw } from '../answers.js';
import type { StreamReply } from '../event-stream.js';
import { HoldingsService } from './holdings.service.js';
import { HomeService } from './home.service.js';
import { LiveEvents } from './live-events.service.js';
import * as shapes from './shapes.js';
import { usageCsv, usageRow, type UsageRow } from './usage-table.js';

/** More than a year of a busy account has. */
const MOST_ROWS = 20_000;

@Controller('v1/me')
export class OverviewController {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly homes: HomeService,
    private readonly live: LiveEvents,
    private readonly figures: UsageService,
    private readonly ledger: LedgerService,
    private readonly holdings: HoldingsService,
    private readonly containers: ContainerManager,
  ) {}

  @Get('home')
  @Access('user')
  @Answers(shapes.home)
  home(@Me() me: Viewer): Promise<z.infer<typeof shapes.home>> {
    return this.homes.of(me.account);
  }

  @Get('events')
  @Access('user')
  @AnswersRaw('text/event-stream')
  events(@Me() me: Viewer, @Res() reply: StreamReply): void {
    this.live.open(me, reply);
  }

  @Get('usage')
  @Access('user')
  @Answers(shapes.usage)
  async usage(
    @Me() me: Viewer,
    @Query({ schema: shapes.daysQuery }) query: z.infer<typeof shapes.daysQuery>,
  ): Promise<z.infer<typeof shapes.usage>> {
    return { pricesFrom: this.settings.modelList.date, rows: await this.rows(me.account, query.days) };
  }

  @Get('usage.csv')
  @Access('user')
  @AnswersRaw('text/csv')
  @Header('content-type', 'text/csv; charset=utf-8; header=present')
  @Header('content-disposition', 'attachment; filename="ara-usage.csv"')
  async usageTable(
    @Me() me: Viewer,
    @Query({ schema: shapes.daysQuery }) query: z.infer<typeof shapes.daysQuery>,
  ): Promise<string> {
    return usageCsv(await this.rows(me.account, query.days));
  }

  @Get('flows')
  @Access('user')
  @Answers(shapes.flows)
  async flows(
    @Me() me: Viewer,
    @Query({ schema: shapes.daysQuery }) query: z.infer<typeof shapes.daysQuery>,
  ): Promise<z.infer<typeof shapes.flows>> {
    const entries = await this.ledger.list(me.account, query.days, MOST_ROWS);
    return {
      flows: entries.map(({ accountId: _account, bytesUp, bytesDown, ...entry }) => ({
        ...entry,
        bytesUp: Number(bytesUp),
        bytesDown: Number(bytesDown),
      })),
    };
  }

  @Get('privacy')
  @Access('user')
  @Answers(shapes.privacy)
  async privacy(@Me() me: Viewer): Promise<z.infer<typeof shapes.privacy>> {
    const [holdings, storage] = await Promise.all([
      this.holdings.of(me.account),
      this.containers.storage(me.account),
    ]);
    return { holdings, storage };
  }

  private async rows(account: AccountId, days: number): Promise<UsageRow[]> {
    return (await this.figures.list(account, days, MOST_ROWS)).map(usageRow);
  }
}
