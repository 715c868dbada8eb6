/** The HTTP API of accounts and their channels: what the commands call, and later the dashboard. */
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put, Query } from '@nestjs/common';
import * as z from 'zod';
import type { Settings } from '../../../config/schema.js';
import { linkableKind } from '../../../contracts/ids.js';
import { healthResponse, linkSettings } from '../../../contracts/worker-door.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { ChannelsService } from '../channels/channels.service.js';
import { ContainerManager } from '../containers/container-manager.service.js';
import { ContainerRecords } from '../containers/container-records.service.js';
import { LedgerService } from '../egress/ledger.service.js';
import { modelOf } from '../keys/account-models.js';
import { KeysService } from '../keys/keys.service.js';
import { SETTINGS } from '../settings.js';
import { UsageService } from '../usage/usage.service.js';
import { Access } from './access.js';
import { apiLinkRequest, LinkingService } from './linking.service.js';
import { afterQuery } from './me/shapes.js';

const newAccount = z.strictObject({ name: z.string().trim().min(1).max(64) });

@Controller('v1/accounts')
@Access('installation')
export class AccountsController {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly accounts: AccountsService,
    private readonly keys: KeysService,
    private readonly channels: ChannelsService,
    private readonly containers: ContainerManager,
    private readonly records: ContainerRecords,
    private readonly ledger: LedgerService,
    private readonly usage: UsageService,
    private readonly linking: LinkingService,
  ) {}

  @Post()
  async add(@Body() body: unknown) {
    const { id, name } = await this.accounts.add(newAccount.parse(body).name);
    return { id, name };
  }

  @Get()
  async list() {
    const accounts = await this.accounts.list();
    return accounts.map(({ id, name, createdAt }) => ({ id, name, createdAt }));
  }

  /** Everything that the centre knows of an account. */
  @Get(':account')
  async status(@Param('account') raw: string) {
    const { id, name, createdAt } = await this.accounts.get(raw);
    const [channels, keys, usage, flows, wakeAt] = await Promise.all([
      this.channels.list(id),
      this.keys.list(id),
      this.usage.list(id),
      this.ledger.list(id),
      this.records.wakeAt(id),
    ]);
    const door = this.containers.ifAwake(id);
    const health =
      door && (await door.call('GET', '/v1/health', undefined, healthResponse).catch(() => null));
    return {
      id,
      name,
      createdAt,
      container: health
        ? { state: 'awake', agent: health.agent, messages: health.journal, wakeAt }
        : { state: 'asleep', wakeAt },
      channels: channels.map(({ kind, state, stateSince }) => ({ kind, state, stateSince })),
      keys: keys.map((key) => ({
        provider: key.provider,
        lastFour: key.lastFour,
        model: modelOf(key, this.settings),
        baseUrl: key.baseUrl,
        updatedAt: key.updatedAt,
      })),
      usage: usage.map(({ accountId: _account, ...figures }) => figures),
      flows: flows.map(({ accountId: _account, ...figures }) => figures),
    };
  }

  @Get(':account/public-key')
  async publicKey(@Param('account') raw: string) {
    const { id } = await this.accounts.get(raw);
    return this.linking.publicKey(id);
  }

  @Post(':account/channels/:kind')
  async link(@Param('account') raw: string, @Param('kind') kindName: string, @Body() body: unknown) {
    const { id } = await this.accounts.get(raw);
    return this.linking.link(id, linkableKind.parse(kindName), apiLinkRequest.parse(body));
  }

  @Get(':account/channels/:kind/pairing')
  async pairing(@Param('account') raw: string, @Param('kind') kindName: string, @Query() query: unknown) {
    const { id } = await this.accounts.get(raw);
    return this.linking.pairing(id, linkableKind.parse(kindName), afterQuery.parse(query).after);
  }

  @Delete(':account/channels/:kind/pairing')
  @HttpCode(204)
  async cancel(@Param('account') raw: string, @Param('kind') kindName: string) {
    const { id } = await this.accounts.get(raw);
    await this.linking.cancel(id, linkableKind.parse(kindName));
  }

  @Put(':account/channels/:kind/settings')
  @HttpCode(204)
  async change(@Param('account') raw: string, @Param('kind') kindName: string, @Body() body: unknown) {
    const { id } = await this.accounts.get(raw);
    await this.linking.change(id, linkableKind.parse(kindName), linkSettings.parse(body));
  }

  @Delete(':account/channels/:kind')
  @HttpCode(204)
  async unlink(@Param('account') raw: string, @Param('kind') kindName: string) {
    const { id } = await this.accounts.get(raw);
    await this.linking.unlink(id, linkableKind.parse(kindName));
  }
}
