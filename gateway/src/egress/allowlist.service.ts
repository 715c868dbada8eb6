/** Each account's allowlist, kept in memory until something is linked or unlinked. */
import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../../contracts/ids.js';
import { ChannelsService } from '../channels/channels.service.js';
import { KeysService } from '../keys/keys.service.js';
import { allows, modelHost, rulesOf, type EgressRule } from './hosts.js';

@Injectable()
export class AllowlistService {
  private readonly rules = new Map<AccountId, Promise<EgressRule[]>>();

  constructor(
    private readonly channels: ChannelsService,
    private readonly keys: KeysService,
  ) {}

  /** The rule that allows it, or null. */
  async find(account: AccountId, host: string, port: number): Promise<EgressRule | null> {
    let rules = this.rules.get(account);
    if (!rules) {
      rules = this.read(account);
      this.rules.set(account, rules);
      // A database that was away is asked again, and not remembered as "nothing allowed".
      rules.catch(() => this.rules.delete(account));
    }
    return (await rules).find((each) => allows(each, host, port)) ?? null;
  }

  /** Something was linked, unlinked, set or removed. */
  changed(account: AccountId): void {
    this.rules.delete(account);
  }

  private async read(account: AccountId): Promise<EgressRule[]> {
    const [channels, keys] = await Promise.all([this.channels.list(account), this.keys.list(account)]);
    return [...channels.filter(({ state }) => state !== 'unlinked').flatMap(rulesOf), ...keys.map(modelHost)];
  }
}
