/** The HTTP API of an account's keys, and of the models that they are for. */
import { Body, Controller, Delete, HttpCode, Inject, Param, Put } from '@nestjs/common';
import * as z from 'zod';
import type { Settings } from '../../../config/schema.js';
import { provider } from '../../../contracts/ids.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { ContainerManager } from '../containers/container-manager.service.js';
import { readKeyRequest } from '../keys/key-request.js';
import { KeysService } from '../keys/keys.service.js';
import { SETTINGS } from '../settings.js';
import { Access } from './access.js';

const newOrder = z.strictObject({
  order: z
    .array(provider)
    .min(1)
    .refine((names) => new Set(names).size === names.length),
});

@Controller('v1/accounts/:account')
@Access('installation')
export class KeysController {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly accounts: AccountsService,
    private readonly keys: KeysService,
    private readonly containers: ContainerManager,
  ) {}

  @Put('keys/:provider')
  @HttpCode(204)
  async set(@Param('account') account: string, @Param('provider') name: string, @Body() body: unknown) {
    const { id } = await this.accounts.get(account);
    const known = provider.parse(name);
    await this.keys.set(id, known, readKeyRequest(known, body, this.settings));
    await this.containers.settingsChanged(id);
  }

  @Delete('keys/:provider')
  @HttpCode(204)
  async remove(@Param('account') account: string, @Param('provider') name: string) {
    const { id } = await this.accounts.get(account);
    await this.keys.remove(id, provider.parse(name));
    await this.containers.settingsChanged(id);
  }

  /** Which provider is asked first, and which when that one fails. Those that are not named come last, as they were. */
  @Put('models')
  @HttpCode(204)
  async order(@Param('account') account: string, @Body() body: unknown) {
    const { id } = await this.accounts.get(account);
    await this.keys.order(id, newOrder.parse(body).order);
    await this.containers.settingsChanged(id);
  }
}
