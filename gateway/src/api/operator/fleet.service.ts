/** Users' containers as an operator sees them: who has one, whether it is awake, and how much memory it takes. */
import { Inject, Injectable } from '@nestjs/common';
import type * as z from 'zod';
import type { Settings } from '../../../../config/schema.js';
import type { AccountId } from '../../../../contracts/ids.js';
import { ContainerManager } from '../../containers/container-manager.service.js';
import { ContainerRecords } from '../../containers/container-records.service.js';
import { SETTINGS } from '../../settings.js';
import { orNull } from '../me/or-null.js';
import type { containers } from './shapes.js';

/** The engine measures each when it is asked. */
const ASK_AT_ONCE = 8;
const ASK_WITHIN = 2_000;

@Injectable()
export class FleetService {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly records: ContainerRecords,
    private readonly containers: ContainerManager,
  ) {}

  async list(): Promise<z.infer<typeof containers>> {
    const [accounts, states] = await Promise.all([this.records.ofAllAccounts(), this.containers.states()]);
    const known = new Map(states.map((state) => [state.account, state]));
    const memory = await this.memoryOf(states.filter(({ running }) => running).map(({ account }) => account));
    return {
      runtime: this.containers.runtimeKind,
      image: this.settings.containers.image,
      containers: accounts.map(({ account, name, made, wakeAt }) => ({
        account,
        name,
        state: known.get(account)?.running ? 'awake' : known.has(account) || made ? 'asleep' : 'none',
        memoryBytes: memory.get(account) ?? null,
        current: known.get(account)?.current ?? null,
        wakeAt,
      })),
    };
  }

  private async memoryOf(accounts: AccountId[]): Promise<Map<AccountId, number | null>> {
    const found = new Map<AccountId, number | null>();
    const left = [...accounts];
    const asker = async (): Promise<void> => {
      for (let account = left.shift(); account; account = left.shift())
        found.set(account, await orNull(ASK_WITHIN, this.containers.memory(account)));
    };
    await Promise.all(Array.from({ length: ASK_AT_ONCE }, asker));
    return found;
  }
}
