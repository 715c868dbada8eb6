/** The account at a glance. A container that sleeps is left asleep, and one that does not answer is not waited for. */
import { Injectable } from '@nestjs/common';
import type * as z from 'zod';
import type { DoorClient } from '../../../../contracts/door-http.js';
import type { AccountId } from '../../../../contracts/ids.js';
import { spending } from '../../../../contracts/rooms-door.js';
import { healthResponse } from '../../../../contracts/worker-door.js';
import { ContainerManager } from '../../containers/container-manager.service.js';
import { ContainerRecords } from '../../containers/container-records.service.js';
import { KeysService } from '../../keys/keys.service.js';
import { UsageService } from '../../usage/usage.service.js';
import { alarmsOf } from './alarms.js';
import { ChannelList, type ChannelView } from './channel-list.service.js';
import { orNull } from './or-null.js';
import type { home } from './shapes.js';

const ASK_WITHIN = 1_000;

@Injectable()
export class HomeService {
  constructor(
    private readonly channels: ChannelList,
    private readonly keys: KeysService,
    private readonly usage: UsageService,
    private readonly records: ContainerRecords,
    private readonly containers: ContainerManager,
  ) {}

  async of(account: AccountId): Promise<z.infer<typeof home>> {
    const door = this.containers.ifAwake(account);
    const [channels, keys, { ever, ...today }, wakeAt, waiting, spent] = await Promise.all([
      this.channels.of(account),
      this.keys.list(account),
      this.usage.today(account),
      this.records.wakeAt(account),
      door && orNull(ASK_WITHIN, waitingIn(door)),
      door && orNull(ASK_WITHIN, door.call('GET', '/v1/budget', undefined, spending)),
    ]);
    return {
      container: { state: this.containers.state(account), wakeAt, waiting },
      channels,
      today,
      alarms: alarmsOf({ channels, keys, spending: spent }),
      steps: { key: keys.length > 0, channel: ever || channels.some(isLinked), message: ever },
    };
  }
}

/** The journal keeps what has ended, too. */
async function waitingIn(door: DoorClient): Promise<number> {
  const { journal } = await door.call('GET', '/v1/health', undefined, healthResponse);
  return ['received', 'queued', 'delivered'].reduce((sum, state) => sum + (journal[state] ?? 0), 0);
}

/** `connecting` may be the first try, with a credential that nobody knows to be good. */
const isLinked = ({ state }: ChannelView): boolean =>
  state !== 'unlinked' && state !== 'waiting-for-owner' && state !== 'connecting';
