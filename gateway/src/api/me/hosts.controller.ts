/** The hosts that the account's container may reach: what went there, and the switch that stops one at once. */
import { Body, Controller, Get, HttpCode, Param, Put } from '@nestjs/common';
import * as z from 'zod';
import { listedHost, type HostTable } from '../../../../contracts/hosts.js';
import { ContainerManager } from '../../containers/container-manager.service.js';
import { HostControl } from '../../egress/host-control.service.js';
import { codeOf, log } from '../../log.js';
import { AuditService } from '../../sign-in/audit.service.js';
import { Access, Me, type Viewer } from '../access.js';
import { Answers } from '../answers.js';
import * as shapes from './shapes.js';

@Controller('v1/me')
export class HostsController {
  constructor(
    private readonly control: HostControl,
    private readonly containers: ContainerManager,
    private readonly audit: AuditService,
  ) {}

  @Get('hosts')
  @Access('user')
  @Answers(shapes.hosts)
  list(@Me() me: Viewer): Promise<HostTable> {
    return this.control.table(me.account);
  }

  @Put('hosts/:host')
  @Access('user')
  @HttpCode(204)
  async set(
    @Me() me: Viewer,
    @Param('host', { schema: listedHost }) host: string,
    @Body({ schema: shapes.hostRequest }) { stopped }: z.infer<typeof shapes.hostRequest>,
  ): Promise<void> {
    if (!(await this.control.set(me.account, host, stopped))) return;
    await this.audit.add(stopped ? 'host-stopped' : 'host-allowed', { by: me.account, account: me.account });
    // It is stopped whether or not its container hears of it.
    await this.containers
      .settingsChanged(me.account)
      .catch((error: unknown) => log.warn('container not told of a host', { code: codeOf(error) }));
  }
}
