/** The account's channels: how they are, linking, and who may write. */
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import * as z from 'zod';
import type { ChannelKind } from '../../../../contracts/ids.js';
import {
  linkAnswer,
  linkDetails,
  linkResponse,
  linkSettings,
  pairingView,
} from '../../../../contracts/worker-door.js';
import { ContainerManager } from '../../containers/container-manager.service.js';
import { AuditService } from '../../sign-in/audit.service.js';
import { Access, Me, type Viewer } from '../access.js';
import { Answers } from '../answers.js';
import { apiLinkRequest, LinkingService } from '../linking.service.js';
import { ChannelList } from './channel-list.service.js';
import * as shapes from './shapes.js';

@Controller('v1/me')
export class ChannelsController {
  constructor(
    private readonly channels: ChannelList,
    private readonly linking: LinkingService,
    private readonly containers: ContainerManager,
    private readonly audit: AuditService,
  ) {}

  @Get('channels')
  @Access('user')
  @Answers(shapes.channels)
  async list(@Me() me: Viewer): Promise<z.input<typeof shapes.channels>> {
    return { channels: await this.channels.of(me.account) };
  }

  @Get('public-key')
  @Access('user')
  @Answers(shapes.publicKey)
  publicKey(@Me() me: Viewer): Promise<z.infer<typeof shapes.publicKey>> {
    return this.linking.publicKey(me.account);
  }

  @Post('channels/:kind')
  @Access('user')
  @Answers(linkAnswer)
  @HttpCode(200)
  async link(
    @Me() me: Viewer,
    @Param('kind', { schema: shapes.linkableKind }) kind: ChannelKind,
    @Body({ schema: apiLinkRequest }) body: z.infer<typeof apiLinkRequest>,
  ): Promise<z.infer<typeof linkAnswer>> {
    return this.linking.link(me.account, kind, body, () =>
      this.audit.add('channel-linked', { by: me.account, account: me.account }),
    );
  }

  /** Waits for what comes after the number; what it shows is sealed for the browser that began it. */
  @Get('channels/:kind/pairing')
  @Access('user')
  @Answers(pairingView)
  pairing(
    @Me() me: Viewer,
    @Param('kind', { schema: shapes.linkableKind }) kind: ChannelKind,
    @Query({ schema: shapes.afterQuery }) { after }: z.infer<typeof shapes.afterQuery>,
  ): Promise<z.infer<typeof pairingView>> {
    return this.linking.pairing(me.account, kind, after);
  }

  @Delete('channels/:kind/pairing')
  @Access('user')
  @HttpCode(204)
  async cancel(
    @Me() me: Viewer,
    @Param('kind', { schema: shapes.linkableKind }) kind: ChannelKind,
  ): Promise<void> {
    await this.linking.cancel(me.account, kind);
  }

  @Post('channels/:kind/code')
  @Access('user')
  @Answers(linkResponse)
  @HttpCode(200)
  async newCode(
    @Me() me: Viewer,
    @Param('kind', { schema: shapes.linkableKind }) kind: ChannelKind,
  ): Promise<z.infer<typeof linkResponse>> {
    const door = await this.containers.awake(me.account);
    return door.call('POST', `/v1/channels/${kind}/code`, undefined, linkResponse);
  }

  @Post('channels/:kind/test')
  @Access('user')
  @Answers(shapes.testMessage)
  @HttpCode(200)
  async test(
    @Me() me: Viewer,
    @Param('kind', { schema: shapes.linkableKind }) kind: ChannelKind,
  ): Promise<z.infer<typeof shapes.testMessage>> {
    const door = await this.containers.awake(me.account);
    return door.call('POST', `/v1/channels/${kind}/test`, undefined, shapes.testMessage);
  }

  @Get('channels/:kind/details')
  @Access('user')
  @Answers(linkDetails)
  async details(
    @Me() me: Viewer,
    @Param('kind', { schema: shapes.linkableKind }) kind: ChannelKind,
  ): Promise<z.infer<typeof linkDetails>> {
    const door = await this.containers.awake(me.account);
    return door.call('GET', `/v1/channels/${kind}/details`, undefined, linkDetails);
  }

  @Put('channels/:kind/settings')
  @Access('user')
  @HttpCode(204)
  async change(
    @Me() me: Viewer,
    @Param('kind', { schema: shapes.linkableKind }) kind: ChannelKind,
    @Body({ schema: linkSettings }) settings: z.infer<typeof linkSettings>,
  ): Promise<void> {
    await this.linking.change(me.account, kind, settings);
  }

  @Delete('channels/:kind')
  @Access('user')
  @HttpCode(204)
  async unlink(
    @Me() me: Viewer,
    @Param('kind', { schema: shapes.linkableKind }) kind: ChannelKind,
  ): Promise<void> {
    await this.linking.unlink(me.account, kind);
    await this.audit.add('channel-unlinked', { by: me.account, account: me.account });
  }

  @Get('channels/:kind/owners')
  @Access('user')
  @Answers(shapes.owners)
  async owners(
    @Me() me: Viewer,
    @Param('kind', { schema: shapes.linkableKind }) kind: ChannelKind,
  ): Promise<z.infer<typeof shapes.owners>> {
    const door = await this.containers.awake(me.account);
    return door.call('GET', `/v1/channels/${kind}/owners`, undefined, shapes.owners);
  }

  @Delete('channels/:kind/owners/:id')
  @Access('user')
  @HttpCode(204)
  async removeOwner(
    @Me() me: Viewer,
    @Param('kind', { schema: shapes.linkableKind }) kind: ChannelKind,
    @Param('id', { schema: z.string().max(200) }) id: string,
  ): Promise<void> {
    const door = await this.containers.awake(me.account);
    await door.call('DELETE', `/v1/channels/${kind}/owners/${encodeURIComponent(id)}`);
  }
}
