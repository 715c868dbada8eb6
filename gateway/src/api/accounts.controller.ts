/** The HTTP API of accounts, their keys and their channels: what the commands call, and later the dashboard. */
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, UseGuards } from '@nestjs/common';
import * as z from 'zod';
import { AraError } from '../../../contracts/errors.js';
import { accountId, channelKind, provider } from '../../../contracts/ids.js';
import { healthResponse, linkRequest, linkResponse } from '../../../contracts/worker-door.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { ChannelsService } from '../channels/channels.service.js';
import { ContainerManager } from '../containers/container-manager.service.js';
import { ContainerRecords } from '../containers/container-records.service.js';
import { AllowlistService } from '../egress/allowlist.service.js';
import { LedgerService } from '../egress/ledger.service.js';
import { KeysService } from '../keys/keys.service.js';
import { UsageService } from '../usage/usage.service.js';
import { OperatorGuard } from './operator.guard.js';

const newAccount = z.strictObject({ name: z.string().trim().min(1).max(64) });
/** Providers' keys are printable and unbroken; what is not was pasted with something else. */
const newKey = z.strictObject({
  key: z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]{8,500}$/, 'is not an API key'),
});

@Controller('v1/accounts')
@UseGuards(OperatorGuard)
export class AccountsController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly keys: KeysService,
    private readonly channels: ChannelsService,
    private readonly containers: ContainerManager,
    private readonly records: ContainerRecords,
    private readonly allowlist: AllowlistService,
    private readonly ledger: LedgerService,
    private readonly usage: UsageService,
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
    const { id, name, createdAt } = await this.account(raw);
    const [channels, keys, usage, flows] = await Promise.all([
      this.channels.list(id),
      this.keys.list(id),
      this.usage.list(id),
      this.ledger.list(id),
    ]);
    const door = this.containers.ifAwake(id);
    const health =
      door && (await door.call('GET', '/v1/health', undefined, healthResponse).catch(() => null));
    return {
      id,
      name,
      createdAt,
      container: health
        ? { state: 'awake', agent: health.agent, messages: health.journal }
        : { state: 'asleep' },
      channels: channels.map(({ kind, state, stateSince }) => ({ kind, state, stateSince })),
      keys: keys.map((key) => ({ provider: key.provider, lastFour: key.lastFour, updatedAt: key.updatedAt })),
      usage: usage.map(({ accountId: _account, ...figures }) => figures),
      flows: flows.map(({ accountId: _account, ...figures }) => figures),
    };
  }

  @Put(':account/keys/:provider')
  @HttpCode(204)
  async setKey(@Param('account') raw: string, @Param('provider') name: string, @Body() body: unknown) {
    const { id } = await this.account(raw);
    await this.keys.set(id, provider.parse(name), newKey.parse(body).key);
    await this.containers.settingsChanged(id);
  }

  @Delete(':account/keys/:provider')
  @HttpCode(204)
  async removeKey(@Param('account') raw: string, @Param('provider') name: string) {
    const { id } = await this.account(raw);
    await this.keys.remove(id, provider.parse(name));
    await this.containers.settingsChanged(id);
  }

  /** Where a credential for this account's container is sealed to. Wakes the container: it makes the key itself. */
  @Get(':account/public-key')
  async publicKey(@Param('account') raw: string) {
    const { id } = await this.account(raw);
    await this.containers.awake(id);
    return { publicKey: (await this.records.publicKey(id)).toString('base64') };
  }

  /** Passes a sealed credential on to the container, which alone can open it. */
  @Post(':account/channels/:kind')
  async link(@Param('account') raw: string, @Param('kind') kindName: string, @Body() body: unknown) {
    const { id } = await this.account(raw);
    const kind = channelKind.parse(kindName);
    const sealed = linkRequest.parse(body);
    const before =
      (await this.channels.list(id)).find((channel) => channel.kind === kind)?.state ?? 'unlinked';
    // The container must reach the platform to check the credential.
    await this.channels.report(id, kind, 'connecting', null);
    this.allowlist.changed(id);
    try {
      const door = await this.containers.awake(id);
      return await door.call('POST', `/v1/channels/${kind}/link`, sealed, linkResponse);
    } catch (error) {
      await this.channels.report(id, kind, before, null);
      this.allowlist.changed(id);
      throw error;
    }
  }

  @Delete(':account/channels/:kind')
  @HttpCode(204)
  async unlink(@Param('account') raw: string, @Param('kind') kindName: string) {
    const { id } = await this.account(raw);
    const kind = channelKind.parse(kindName);
    const door = await this.containers.awake(id);
    await door.call('DELETE', `/v1/channels/${kind}`);
    // The container says so too; that it does is not relied on.
    await this.channels.report(id, kind, 'unlinked', null);
    this.allowlist.changed(id);
  }

  /** @throws AraError `not-found` */
  private account(raw: string) {
    const parsed = accountId.safeParse(raw);
    if (!parsed.success) throw new AraError('not-found', 'no such account');
    return this.accounts.get(parsed.data);
  }
}
