/** Linking and unlinking a channel, for the dashboard and for the command line. The credential passes by, sealed. */
import { Inject, Injectable } from '@nestjs/common';
import * as z from 'zod';
import type { Settings } from '../../../config/schema.js';
import { AraError } from '../../../contracts/errors.js';
import type { AccountId, ChannelKind } from '../../../contracts/ids.js';
import {
  linkAnswer,
  linkRequest,
  pairingView,
  type LinkAnswer,
  type LinkSettings,
  type PairingView,
} from '../../../contracts/worker-door.js';
import type { Channel } from '../channels/channel.entity.js';
import { ChannelsService } from '../channels/channels.service.js';
import { ContainerManager } from '../containers/container-manager.service.js';
import { ContainerRecords } from '../containers/container-records.service.js';
import { AllowlistService } from '../egress/allowlist.service.js';
import { namesItsHosts, normalHost } from '../egress/hosts.js';
import { SETTINGS } from '../settings.js';

/** As the API takes it: the sealed credential, and where the user's own server is, for channels that have one. */
export const apiLinkRequest = linkRequest.extend({
  hosts: z.array(z.string().min(1).max(260)).min(1).max(3).optional(),
});

/** One attempt to link, as long as it is the last of its channel. */
interface Attempt {
  account: AccountId;
  kind: ChannelKind;
  before: Channel | undefined;
  hosts: string[] | null;
  onLinked: () => Promise<void>;
}

@Injectable()
export class LinkingService {
  private readonly last = new Map<string, Attempt>();

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
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

  /** Passes a sealed credential on to the container, which alone can open it. `onLinked` is called once if it succeeds. */
  async link(
    account: AccountId,
    kind: ChannelKind,
    { sealed, hosts: named }: z.infer<typeof apiLinkRequest>,
    onLinked: () => Promise<void> = () => Promise.resolve(),
  ): Promise<LinkAnswer> {
    const hosts = this.hostsOf(kind, named);
    // Awake first: it tells at its start which channels are not linked, and that must not close the way out again.
    const door = await this.containers.awake(account);
    const before = (await this.channels.list(account)).find((channel) => channel.kind === kind);
    const attempt = { account, kind, before, hosts, onLinked };
    this.last.set(`${account} ${kind}`, attempt);
    await this.openTheWay(attempt);
    try {
      await this.needOpenHosts(account, kind);
      const answer = await door.call('POST', `/v1/channels/${kind}/link`, { sealed }, linkAnswer);
      if ('pairing' in answer) void this.follow(attempt);
      else if ('needsHost' in answer) {
        await this.failed(attempt);
        // What was allowed and is refused all the same leads to no public address.
        if (!hosts || hosts.includes(answer.needsHost)) throw new AraError('platform-unreachable');
      } else await this.succeeded(attempt);
      return answer;
    } catch (error) {
      await this.failed(attempt);
      throw error;
    }
  }

  /** How the last attempt stands, sealed for who began it. @throws AraError `not-found` */
  async pairing(account: AccountId, kind: ChannelKind, after: number): Promise<PairingView> {
    const door = await this.containers.awake(account);
    return door.call('GET', `/v1/channels/${kind}/pairing?after=${after}`, undefined, pairingView);
  }

  async cancel(account: AccountId, kind: ChannelKind): Promise<void> {
    const attempt = this.last.get(`${account} ${kind}`);
    const door = await this.containers.awake(account);
    await door.call('DELETE', `/v1/channels/${kind}/pairing`);
    if (attempt) await this.failed(attempt);
  }

  /** @throws AraError `channel-not-linked`, `not-found` where there is nothing to set */
  async change(account: AccountId, kind: ChannelKind, settings: LinkSettings): Promise<void> {
    const door = await this.containers.awake(account);
    await door.call('PUT', `/v1/channels/${kind}/settings`, settings);
  }

  async unlink(account: AccountId, kind: ChannelKind): Promise<void> {
    const door = await this.containers.awake(account);
    await door.call('DELETE', `/v1/channels/${kind}`);
    this.last.delete(`${account} ${kind}`);
    // The container says so too; that it does is not relied on.
    await this.channels.report(account, kind, 'unlinked', null);
    this.allowlist.changed(account);
  }

  /** @throws AraError `bad-request` */
  private hostsOf(kind: ChannelKind, named: string[] | undefined): string[] | null {
    if (namesItsHosts(kind) !== (named !== undefined)) throw new AraError('bad-request', 'hosts');
    return named?.map((host) => normalHost(host, this.settings.egress.resolve)) ?? null;
  }

  /** The container must reach the platform to check the credential, and a link that is there must go on working. */
  private async openTheWay({ account, kind, before, hosts }: Attempt): Promise<void> {
    if (!isLinked(before)) await this.channels.report(account, kind, 'connecting', null);
    if (hosts)
      await this.channels.setHosts(account, kind, [...new Set([...(before?.hosts ?? []), ...hosts])]);
    this.allowlist.changed(account);
  }

  /** @throws AraError `host-stopped` */
  private async needOpenHosts(account: AccountId, kind: ChannelKind): Promise<void> {
    const declared = await this.allowlist.declared(account);
    const stopped = declared.find((each) => each.purpose === `channel ${kind}` && each.stopped);
    if (stopped) throw new AraError('host-stopped', stopped.host);
  }

  private async follow(attempt: Attempt): Promise<void> {
    const { account, kind } = attempt;
    try {
      for (let after = 0; this.isLast(attempt);) {
        const view = await this.pairing(account, kind, after);
        after = view.number;
        if (view.state === 'linked') return await this.succeeded(attempt);
        if (view.state === 'failed') return await this.failed(attempt);
      }
    } catch {
      // Called off, or the container went away and the attempt with it.
      await this.failed(attempt).catch(() => undefined);
    }
  }

  private async succeeded(attempt: Attempt): Promise<void> {
    if (!this.isLast(attempt)) return;
    const { account, kind, hosts, onLinked } = attempt;
    this.last.delete(`${account} ${kind}`);
    if (hosts) await this.channels.setHosts(account, kind, hosts);
    this.allowlist.changed(account);
    await onLinked();
  }

  private async failed(attempt: Attempt): Promise<void> {
    if (!this.isLast(attempt)) return;
    const { account, kind, before, hosts } = attempt;
    this.last.delete(`${account} ${kind}`);
    if (!isLinked(before)) await this.channels.report(account, kind, 'unlinked', null);
    else if (hosts) await this.channels.setHosts(account, kind, before?.hosts ?? null);
    this.allowlist.changed(account);
  }

  private isLast(attempt: Attempt): boolean {
    return this.last.get(`${attempt.account} ${attempt.kind}`) === attempt;
  }
}

const isLinked = (channel: Channel | undefined): boolean =>
  channel !== undefined && channel.state !== 'unlinked';
