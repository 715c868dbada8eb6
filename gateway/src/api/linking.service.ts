/** Linking and unlinking a channel, for the dashboard and for the command line. The credential passes by, sealed. */
import { Injectable } from '@nestjs/common';
import type * as z from 'zod';
import type { AccountId, ChannelKind } from '../../../contracts/ids.js';
import { linkResponse, type LinkResponse, type linkRequest } from '../../../contracts/worker-door.js';
import { ChannelsService } from '../channels/channels.service.js';
import { ContainerManager } from '../containers/container-manager.service.js';
import { ContainerRecords } from '../containers/container-records.service.js';
import { AllowlistService } from '../egress/allowlist.service.js';

@Injectable()
export class LinkingService {
  constructor(
    private readonly channels: ChannelsService,
    private readonly containers: ContainerManager,
    private readonly records: ContainerRecords,
    private readonly allowlist: AllowlistService,
  ) {}

  /** Where a credential for this account's container is sealed to. Wakes the container: it makes the key itself. */
  async publicKey(account: AccountId): Promise<{ publicKey: string }> {
    await this.containers.awake(account);
    return { publicKey: (await this.records.publicKey(account)).toString('base64') };
  }

  /** Passes a sealed credential on to the container, which alone can open it. */
  async link(
    account: AccountId,
    kind: ChannelKind,
    sealed: z.infer<typeof linkRequest>,
  ): Promise<LinkResponse> {
    const before =
      (await this.channels.list(account)).find((channel) => channel.kind === kind)?.state ?? 'unlinked';
    // The container must reach the platform to check the credential.
    await this.channels.report(account, kind, 'connecting', null);
    this.allowlist.changed(account);
    try {
      const door = await this.containers.awake(account);
      return await door.call('POST', `/v1/channels/${kind}/link`, sealed, linkResponse);
    } catch (error) {
      await this.channels.report(account, kind, before, null);
      this.allowlist.changed(account);
      throw error;
    }
  }

  async unlink(account: AccountId, kind: ChannelKind): Promise<void> {
    const door = await this.containers.awake(account);
    await door.call('DELETE', `/v1/channels/${kind}`);
    // The container says so too; that it does is not relied on.
    await this.channels.report(account, kind, 'unlinked', null);
    this.allowlist.changed(account);
  }
}
