/** The account's API keys, the models that they are for, and the budget. */
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Put } from '@nestjs/common';
import * as z from 'zod';
import type { Settings } from '../../../../config/schema.js';
import { provider, type Provider } from '../../../../contracts/ids.js';
import { budgetChange } from '../../../../contracts/content.js';
import { spending, type Spending } from '../../../../contracts/rooms-door.js';
import { ContainerManager } from '../../containers/container-manager.service.js';
import { catalogueOf, modelOf, ownPriceOf } from '../../keys/account-models.js';
import { KeysService } from '../../keys/keys.service.js';
import { SETTINGS } from '../../settings.js';
import { AuditService } from '../../sign-in/audit.service.js';
import { Access, Me, type Viewer } from '../access.js';
import { Answers } from '../answers.js';
import { KeySetting } from './key-setting.service.js';
import * as shapes from './shapes.js';

@Controller('v1/me')
export class MyKeysController {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly keys: KeysService,
    private readonly setting: KeySetting,
    private readonly containers: ContainerManager,
    private readonly audit: AuditService,
  ) {}

  @Get('keys')
  @Access('user')
  @Answers(shapes.keys)
  async list(@Me() me: Viewer): Promise<z.infer<typeof shapes.keys>> {
    const keys = await this.keys.list(me.account);
    return {
      keys: keys.map((key) => ({
        provider: key.provider,
        lastFour: key.lastFour,
        model: modelOf(key, this.settings),
        baseUrl: key.baseUrl,
        contextTokens: key.contextTokens,
        images: key.images,
        price: ownPriceOf(key),
        updatedAt: key.updatedAt,
      })),
    };
  }

  @Put('keys/:provider')
  @Access('user', { stepUp: true })
  @HttpCode(204)
  async set(
    @Me() me: Viewer,
    @Param('provider', { schema: provider }) name: Provider,
    @Body({ schema: shapes.keyRequest }) body: z.infer<typeof shapes.keyRequest>,
  ): Promise<void> {
    await this.setting.set(me.account, name, body);
    await this.audit.add('key-set', { by: me.account, account: me.account });
  }

  @Delete('keys/:provider')
  @Access('user', { stepUp: true })
  @HttpCode(204)
  async remove(@Me() me: Viewer, @Param('provider', { schema: provider }) name: Provider): Promise<void> {
    await this.keys.remove(me.account, name);
    await this.containers.settingsChanged(me.account);
    await this.audit.add('key-removed', { by: me.account, account: me.account });
  }

  @Put('models')
  @Access('user')
  @HttpCode(204)
  async order(
    @Me() me: Viewer,
    @Body({ schema: shapes.modelOrder }) body: z.infer<typeof shapes.modelOrder>,
  ): Promise<void> {
    await this.keys.order(me.account, body.order);
    await this.containers.settingsChanged(me.account);
  }

  /** The list's, whether there is a key for them or not, and that of the account's own server. */
  @Get('models')
  @Access('user')
  @Answers(shapes.modelCatalogue)
  async models(@Me() me: Viewer): Promise<z.infer<typeof shapes.modelCatalogue>> {
    const own = (await this.keys.list(me.account)).filter((key) => key.provider === 'compatible');
    const { date, models } = this.settings.modelList;
    return { date, models: [...models, ...catalogueOf(own, this.settings).models] };
  }

  @Get('budget')
  @Access('user')
  @Answers(spending)
  async budget(@Me() me: Viewer): Promise<Spending> {
    const door = await this.containers.awake(me.account);
    return door.call('GET', '/v1/budget', undefined, spending);
  }

  @Put('budget')
  @Access('user')
  @Answers(spending)
  async setBudget(
    @Me() me: Viewer,
    @Body({ schema: budgetChange }) body: z.infer<typeof budgetChange>,
  ): Promise<Spending> {
    const door = await this.containers.awake(me.account);
    return door.call('PUT', '/v1/budget', body, spending);
  }
}
