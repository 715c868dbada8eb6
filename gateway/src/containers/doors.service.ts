/** Opens each user's doors: one folder, one `gateway.sock`, one `egress.sock`; who comes through is that user's bridge room. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import type { Settings } from '../../../config/schema.js';
import { DoorServer } from '../../../contracts/door-http.js';
import type { AccountId } from '../../../contracts/ids.js';
import { AllowlistService } from '../egress/allowlist.service.js';
import { egressDoor } from '../egress/egress-door.js';
import { LedgerService } from '../egress/ledger.service.js';
import { OpenConnections } from '../egress/open-connections.service.js';
import { Refusals } from '../health/refusals.js';
import { SETTINGS } from '../settings.js';
import { makeDoorFolder } from './door-folder.js';
import { GatewayDoorRoutes, type ContainerEvents } from './gateway-door.service.js';
import { RUNTIME, type Runtime } from './runtime.js';

@Injectable()
export class DoorsService {
  private readonly open = new Map<AccountId, Promise<DoorServer[]>>();

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(RUNTIME) private readonly runtime: Runtime,
    private readonly routes: GatewayDoorRoutes,
    private readonly allowlist: AllowlistService,
    private readonly ledger: LedgerService,
    private readonly connections: OpenConnections,
    private readonly refusals: Refusals,
  ) {}

  /** The folder of an account's doors on the host. */
  folder(account: AccountId): string {
    return join(this.settings.containers.doorsDir ?? '', account);
  }

  /** The account's doors are open when this resolves. */
  async opened(account: AccountId, events: ContainerEvents): Promise<void> {
    let doors = this.open.get(account);
    if (!doors) {
      doors = this.openAll(account, events);
      this.open.set(account, doors);
      doors.catch(() => this.open.delete(account));
    }
    await doors;
  }

  /** The account's doors are closed, and their folder is gone. */
  async remove(account: AccountId): Promise<void> {
    const doors = (await this.open.get(account)?.catch(() => [])) ?? [];
    this.open.delete(account);
    await Promise.all(doors.map((server) => server.close()));
    rmSync(this.folder(account), { recursive: true, force: true });
  }

  async closeAll(): Promise<void> {
    const all = await Promise.all(this.open.values());
    await Promise.all(all.flat().map((server) => server.close()));
    this.open.clear();
  }

  private async openAll(account: AccountId, events: ContainerEvents): Promise<DoorServer[]> {
    const folder = this.folder(account);
    makeDoorFolder(folder, this.runtime.kind === 'docker');
    const gateway = new DoorServer(this.routes.of(account, events), {
      onRefusal: (code) => this.refusals.count('gateway.sock', code),
    });
    const egress = new DoorServer([], {
      onConnect: egressDoor({
        account,
        allowlist: this.allowlist,
        ledger: this.ledger,
        connections: this.connections,
        resolve: this.settings.egress.resolve,
      }),
    });
    await Promise.all([
      gateway.listen(join(folder, 'gateway.sock')),
      egress.listen(join(folder, 'egress.sock')),
    ]);
    return [gateway, egress];
  }
}
