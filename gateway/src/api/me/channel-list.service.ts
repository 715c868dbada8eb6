/** The account's channels as its dashboard shows them: also those that could be linked. */
import { Injectable } from '@nestjs/common';
import type * as z from 'zod';
import type { AccountId } from '../../../../contracts/ids.js';
import { dashboardAdvice } from '../../channels/advice.js';
import { ChannelsService } from '../../channels/channels.service.js';
import { linkableKind, type channel } from './shapes.js';

export type ChannelView = z.infer<typeof channel>;

@Injectable()
export class ChannelList {
  constructor(private readonly channels: ChannelsService) {}

  async of(account: AccountId): Promise<ChannelView[]> {
    const known = await this.channels.list(account);
    const others = linkableKind.options.filter((kind) => !known.some((each) => each.kind === kind));
    return [
      ...known.map(({ kind, state, stateSince, lastMessageAt }) => ({
        kind,
        state,
        since: stateSince,
        advice: dashboardAdvice[state],
        lastMessageAt,
      })),
      ...others.map((kind) => ({
        kind,
        state: 'unlinked' as const,
        since: null,
        advice: dashboardAdvice.unlinked,
        lastMessageAt: null,
      })),
    ].sort((one, other) => (one.kind < other.kind ? -1 : 1));
  }
}
