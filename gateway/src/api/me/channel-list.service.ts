/** The account's channels as its dashboard shows them: also those that could be linked. */
import { Injectable } from '@nestjs/common';
import type * as z from 'zod';
import type { AccountId } from '../../../../contracts/ids.js';
import { ChannelsService } from '../../channels/channels.service.js';
import { linkableKind, type channel } from './shapes.js';

export type ChannelView = z.infer<typeof channel>;

@Injectable()
export class ChannelList {
  constructor(private readonly channels: ChannelsService) {}

  async of(account: AccountId): Promise<ChannelView[]> {
    const known = await this.channels.list(account);
    return linkableKind.options.map((kind) => {
      const channel = known.find((each) => each.kind === kind);
      const state = channel?.state ?? 'unlinked';
      return {
        kind,
        state,
        since: channel?.stateSince ?? null,
        lastMessageAt: channel?.lastMessageAt ?? null,
      };
    });
  }
}
