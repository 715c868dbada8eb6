/** The export, as the gateway has it: it gives the figures, keeps the container awake while it works, and passes bytes on. */
import { Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import {
  exportState,
  passphraseResponse,
  type ExportFigures,
  type ExportState,
} from '../../../../contracts/archive.js';
import type { AccountId } from '../../../../contracts/ids.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { ContainerManager } from '../../containers/container-manager.service.js';
import { LedgerService } from '../../egress/ledger.service.js';
import { KeysService } from '../../keys/keys.service.js';
import { ChannelsService } from '../../channels/channels.service.js';
import { UsageService } from '../../usage/usage.service.js';
import { flowsCsv } from './flows-table.js';
import { usageCsv, usageRow } from './usage-table.js';

const PATH = '/v1/content/exports';
/** Of each table: what a call over the door has room for. */
const MOST_ROWS = 15_000;
const ALL_DAYS = 3_660;

@Injectable()
export class ExportsService {
  constructor(
    private readonly containers: ContainerManager,
    private readonly accounts: AccountsService,
    private readonly channels: ChannelsService,
    private readonly keys: KeysService,
    private readonly usage: UsageService,
    private readonly ledger: LedgerService,
  ) {}

  /** @param sealed the passphrase, which only the container opens. @throws AraError `conflict` while one is made */
  async begin(account: AccountId, sealed: string): Promise<ExportState> {
    const door = await this.containers.awake(account);
    const { ticket } = await door.call('POST', '/v1/archives/passphrase', { sealed }, passphraseResponse);
    const figures = await this.figures(account);
    const state = await door.call('POST', PATH, { ticket, figures }, exportState);
    // Whoever waits keeps the container awake; nobody hears of the end in another way than by asking.
    door.stream('GET', `${PATH}/done`, { timeout: 0 }).then(
      (answer) => answer.resume(),
      () => undefined,
    );
    return state;
  }

  async state(account: AccountId): Promise<ExportState> {
    return (await this.containers.awake(account)).call('GET', PATH, undefined, exportState);
  }

  /** @throws AraError `not-found` */
  async archive(account: AccountId): Promise<IncomingMessage> {
    return (await this.containers.awake(account)).stream('GET', `${PATH}/archive`, { timeout: 0 });
  }

  async remove(account: AccountId): Promise<void> {
    await (await this.containers.awake(account)).call('DELETE', PATH);
  }

  private async figures(id: AccountId): Promise<ExportFigures> {
    const [account, channels, keys, usage, flows] = await Promise.all([
      this.accounts.get(id),
      this.channels.list(id),
      this.keys.list(id),
      this.usage.list(id, ALL_DAYS, MOST_ROWS),
      this.ledger.list(id, ALL_DAYS, MOST_ROWS),
    ]);
    const known = {
      id: account.id,
      name: account.name,
      role: account.role,
      email: account.email,
      createdAt: account.createdAt,
      channels: channels.map(({ kind, state, stateSince }) => ({ kind, state, since: stateSince })),
      // Which keys there are; the keys themselves are in no export.
      keys: keys.map(({ provider, model, lastFour }) => ({ provider, model, lastFour })),
    };
    return {
      usageCsv: usageCsv(usage.map(usageRow)),
      flowsCsv: flowsCsv(flows),
      account: `${JSON.stringify(known, null, 2)}\n`,
    };
  }
}
