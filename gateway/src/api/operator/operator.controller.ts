/** What an operator sees and does: containers, health, settings. No content. People are in people.controller.ts. */
import { Controller, Get, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import * as z from 'zod';
import type { Settings } from '../../../../config/schema.js';
import { accountId, type AccountId } from '../../../../contracts/ids.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { ContainerManager } from '../../containers/container-manager.service.js';
import { SETTINGS } from '../../settings.js';
import { AuditService } from '../../sign-in/audit.service.js';
import { Access, type RequestWithViewer } from '../access.js';
import { Answers } from '../answers.js';
import { FleetService } from './fleet.service.js';
import { MachineHealth } from './machine-health.service.js';
import { shownSettings } from './settings-list.js';
import * as shapes from './shapes.js';

@Controller('v1/operator')
export class OperatorController {
  constructor(
    @Inject(SETTINGS) private readonly inForce: Settings,
    private readonly accounts: AccountsService,
    private readonly fleet: FleetService,
    private readonly manager: ContainerManager,
    private readonly machine: MachineHealth,
    private readonly audit: AuditService,
  ) {}

  @Get('containers')
  @Access('operator')
  @Answers(shapes.containers)
  containers(): Promise<z.infer<typeof shapes.containers>> {
    return this.fleet.list();
  }

  @Post('containers/:account/wake')
  @Access('operator')
  @HttpCode(204)
  async wake(
    @Param('account', { schema: accountId }) account: AccountId,
    @Req() { viewer }: RequestWithViewer,
  ): Promise<void> {
    await this.accounts.get(account);
    await this.manager.awake(account);
    await this.audit.add('container-woken', { by: viewer?.account ?? null, account });
  }

  @Post('containers/:account/sleep')
  @Access('operator')
  @HttpCode(204)
  async sleep(
    @Param('account', { schema: accountId }) account: AccountId,
    @Req() { viewer }: RequestWithViewer,
  ): Promise<void> {
    await this.accounts.get(account);
    await this.manager.sleep(account);
    await this.audit.add('container-stopped', { by: viewer?.account ?? null, account });
  }

  @Post('containers/:account/restart')
  @Access('operator')
  @HttpCode(204)
  async restart(
    @Param('account', { schema: accountId }) account: AccountId,
    @Req() { viewer }: RequestWithViewer,
  ): Promise<void> {
    await this.accounts.get(account);
    await this.manager.restart(account);
    await this.audit.add('container-restarted', { by: viewer?.account ?? null, account });
  }

  @Get('health')
  @Access('operator')
  @Answers(shapes.health)
  health(): Promise<z.infer<typeof shapes.health>> {
    return this.machine.health();
  }

  @Get('settings')
  @Access('operator')
  @Answers(shapes.settings)
  settings(): z.infer<typeof shapes.settings> {
    return { settings: shownSettings(this.inForce) };
  }
}
