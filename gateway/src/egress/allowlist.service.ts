/** Each account's allowlist, kept in memory until something is linked, unlinked, stopped or allowed again. */
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import type { AccountId } from '../../../contracts/ids.js';
import { ChannelsService } from '../channels/channels.service.js';
import { KeysService } from '../keys/keys.service.js';
import { allows, declare, modelHost, rulesOf, type DeclaredRule } from './hosts.js';
import { StoppedHost } from './stopped-host.entity.js';

@Injectable()
export class AllowlistService {
  private readonly rules = new Map<AccountId, Promise<DeclaredRule[]>>();
  private tell: (account: AccountId) => void = () => undefined;

  constructor(
    private readonly channels: ChannelsService,
    private readonly keys: KeysService,
    @InjectRepository(StoppedHost) private readonly stops: Repository<StoppedHost>,
  ) {}

  /** The rule that the host is on the list by, stopped or not; or null. A rule that is not stopped goes before one that is. */
  async find(account: AccountId, host: string, port: number): Promise<DeclaredRule | null> {
    const found = (await this.declared(account)).filter(({ rule }) => allows(rule, host, port));
    return found.find(({ stopped }) => !stopped) ?? found[0] ?? null;
  }

  /** The whole list: what the door goes by, and every page, picture and answer that shows it. */
  declared(account: AccountId): Promise<DeclaredRule[]> {
    let rules = this.rules.get(account);
    if (!rules) {
      rules = this.read(account);
      this.rules.set(account, rules);
      // A database that was away is asked again, and not remembered as "nothing allowed".
      rules.catch(() => this.rules.delete(account));
    }
    return rules;
  }

  /** Something was linked, unlinked, set or removed in this process. */
  changed(account: AccountId): void {
    this.forget(account);
    this.tell(account);
  }

  /** Somebody changed it: it is read anew when it is next asked for. */
  forget(account: AccountId): void {
    this.rules.delete(account);
  }

  forgetAll(): void {
    this.rules.clear();
  }

  /** @param tell brings what changed in this process to every other one */
  onChanged(tell: (account: AccountId) => void): void {
    this.tell = tell;
  }

  private async read(accountId: AccountId): Promise<DeclaredRule[]> {
    const [channels, keys, stops] = await Promise.all([
      this.channels.list(accountId),
      this.keys.list(accountId),
      this.stops.findBy({ accountId }),
    ]);
    const rules = [
      ...channels.filter(({ state }) => state !== 'unlinked').flatMap(rulesOf),
      ...keys.map(modelHost),
    ];
    return declare(rules, new Set(stops.map(({ host }) => host)));
  }
}
