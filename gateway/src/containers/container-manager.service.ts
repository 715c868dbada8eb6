/** Wakes, watches and stops users' containers: one wake per container, shared by all that wait for it. */
import { Inject, Injectable } from '@nestjs/common';
import { join } from 'node:path';
import type { Settings } from '../../../config/schema.js';
import { DoorClient } from '../../../contracts/door-http.js';
import { AraError } from '../../../contracts/errors.js';
import type { AccountId } from '../../../contracts/ids.js';
import { Changes } from '../changes/changes.service.js';
import { SocketAgent } from '../../../contracts/socket-agent.js';
import { ChannelsService } from '../channels/channels.service.js';
import { AllowlistService } from '../egress/allowlist.service.js';
import { InboundService } from '../inbound/inbound.service.js';
import { DeletionGate } from '../deletion/gate.js';
import { codeOf, log } from '../log.js';
import { SETTINGS } from '../settings.js';
import { DoorsService } from './doors.service.js';
import { GatewayDoorRoutes, type ContainerEvents } from './gateway-door.service.js';
import { PLAIN_VOLUME, RUNTIME, type ContainerStatus, type Runtime, type Storage } from './runtime.js';

const STOP_GRACE = 8;
const START_AT_ONCE = 4;
const LOOK_AGAIN = 300;
const RETRY = 5_000;
/** Nothing but a new image helps. */
const RETRY_VERSION = 60_000;
const DOOR_TIMEOUT = 30_000;

interface Presence {
  client: DoorClient;
  ready: boolean;
  wake: Promise<DoorClient> | null;
  /** While it is being put to sleep: a wake waits for that. */
  falling: Promise<unknown> | null;
  /** It sleeps because we put it to sleep: that its bridge room is gone, which may be heard late, is no trouble. */
  lulled: boolean;
  /** Set while somebody waits for the bridge room to say that it is ready. */
  onReady: (() => void) | null;
  /** Set meanwhile too: the bridge room speaks another version. */
  onOtherVersion: (() => void) | null;
}

@Injectable()
export class ContainerManager implements ContainerEvents {
  private readonly present = new Map<AccountId, Presence>();
  private stopping = false;

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(RUNTIME) private readonly runtime: Runtime,
    private readonly doors: DoorsService,
    private readonly routes: GatewayDoorRoutes,
    private readonly channels: ChannelsService,
    private readonly allowlist: AllowlistService,
    private readonly inbound: InboundService,
    private readonly changes: Changes,
    private readonly gate: DeletionGate,
  ) {}

  /** The container's own door, once it runs. @throws AraError `container-unavailable`, `being-deleted` */
  async awake(account: AccountId): Promise<DoorClient> {
    this.gate.check(account);
    return this.awakeToDelete(account);
  }

  /** As `awake`, for whoever deletes what is in it. */
  async awakeToDelete(account: AccountId): Promise<DoorClient> {
    const presence = this.presence(account);
    if (presence.ready) return presence.client;
    if (!presence.wake) {
      presence.wake = this.wake(account, presence).finally(() => {
        presence.wake = null;
        this.changes.announce(account, 'container');
      });
      this.changes.announce(account, 'container');
    }
    return presence.wake;
  }

  /** The door of a container that runs already, or null. Wakes nobody. */
  ifAwake(account: AccountId): DoorClient | null {
    const presence = this.presence(account);
    return presence.ready ? presence.client : null;
  }

  /** As this process knows it. Wakes nobody. */
  state(account: AccountId): 'awake' | 'waking' | 'asleep' {
    const presence = this.present.get(account);
    if (presence?.ready) return 'awake';
    return presence?.wake ? 'waking' : 'asleep';
  }

  /**
   * Puts it to sleep, work or not; what it was doing comes again when it wakes. One that polls takes no messages until
   * somebody wakes it.
   */
  async sleep(account: AccountId): Promise<void> {
    const presence = this.presence(account);
    await presence.wake?.catch(() => undefined);
    await (presence.falling ?? this.fall(account, presence));
  }

  /** Also brings it to the image in force. */
  async restart(account: AccountId): Promise<void> {
    await this.sleep(account);
    await this.awake(account);
  }

  /** The container, its volume and its doors; nothing of it is known here any more. */
  async remove(account: AccountId): Promise<void> {
    const presence = this.present.get(account);
    if (presence) {
      presence.ready = false;
      presence.lulled = true;
      await presence.wake?.catch(() => undefined);
      await presence.falling;
    }
    await this.runtime.remove(account);
    await this.doors.remove(account);
    presence?.client.close();
    this.present.delete(account);
  }

  /** What the engine has of it, counted anew. */
  traces(account: AccountId): Promise<Record<string, number>> {
    return this.runtime.traces(account);
  }

  /** Bytes; null where it is not known. */
  async memory(account: AccountId): Promise<number | null> {
    return (await this.runtime.memory?.(account)) ?? null;
  }

  async storage(account: AccountId): Promise<Storage> {
    return (await this.runtime.storage?.(account)) ?? PLAIN_VOLUME;
  }

  /** What the account's container follows from has changed. */
  async settingsChanged(account: AccountId): Promise<void> {
    this.allowlist.changed(account);
    await this.tellSettings(account);
  }

  /** Tells them to a container that runs; whoever changed them has seen to everything else. */
  async tellSettings(account: AccountId): Promise<void> {
    const client = this.ifAwake(account);
    await client?.call('PUT', '/v1/settings', await this.routes.containerSettings(account));
  }

  /** Opens the doors of every container that runs, and starts those that need a live connection. */
  async resume(): Promise<void> {
    const running = new Set(
      (await this.runtime.list()).filter(({ running: on }) => on).map(({ account }) => account),
    );
    // A folder that its container has made unusable is that user's trouble, and nobody else's.
    const opened = await Promise.allSettled([...running].map((account) => this.doors.opened(account, this)));
    for (const each of opened)
      if (each.status === 'rejected') log.warn('doors not opened', { code: codeOf(each.reason) });
    const needed = await this.channels.liveAccounts(this.settings.publicUrl !== null);
    const queue: AccountId[] = needed.filter((account) => !running.has(account));
    const starter = async (): Promise<void> => {
      for (let account = queue.shift(); account && !this.stopping; account = queue.shift()) {
        await this.awake(account).catch((error: unknown) => log.warn('not started', { code: codeOf(error) }));
      }
    };
    await Promise.all(Array.from({ length: START_AT_ONCE }, starter));
  }

  /** @param containersToo in embedded mode everything that was started ends with the gateway */
  async stop(containersToo: boolean): Promise<void> {
    this.stopping = true;
    if (containersToo) {
      // What is being woken would else start behind our back.
      await Promise.allSettled([...this.present.values()].flatMap(({ wake }) => wake ?? []));
      const running = (await this.runtime.list().catch((): ContainerStatus[] => [])).filter(
        ({ running: on }) => on,
      );
      await Promise.allSettled(running.map(({ account }) => this.runtime.stop(account, STOP_GRACE)));
    }
    for (const { client } of this.present.values()) client.close();
    await this.doors.closeAll();
  }

  async states(): Promise<ContainerStatus[]> {
    return this.runtime.list();
  }

  get storageWords(): string {
    return this.runtime.storageWords ?? 'plain folders, without a limit, not encrypted';
  }

  get runtimeKind(): Runtime['kind'] {
    return this.runtime.kind;
  }

  onReady(account: AccountId): void {
    const presence = this.presence(account);
    presence.ready = true;
    presence.lulled = false;
    presence.onReady?.();
    this.changes.announce(account, 'container');
    this.inbound.redrive(account).catch(() => undefined);
  }

  /**
   * One that ran while the gateway was replaced, or an image that was not made anew. One that is ready has said hello
   * before: what it says now is no version of ours.
   */
  onOtherVersion(account: AccountId): void {
    const presence = this.presence(account);
    if (presence.ready || presence.falling || this.stopping) return;
    log.warn('a container of another version', { account });
    if (presence.onOtherVersion) return presence.onOtherVersion();
    const stopping = this.runtime.stop(account, 0).catch(() => undefined);
    presence.falling = stopping.finally(() => (presence.falling = null));
    void stopping.then(() => this.bringBack(account));
  }

  /** The bridge room is gone. Its supervisor brings it back; a container that ended is for us to start again. */
  onGone(account: AccountId): void {
    const presence = this.presence(account);
    presence.ready = false;
    this.changes.announce(account, 'container');
    if (this.stopping || presence.lulled) return;
    setTimeout(() => void this.bringBack(account), LOOK_AGAIN).unref();
  }

  onIdle(account: AccountId, seconds: number): void {
    const presence = this.presence(account);
    if (seconds < this.settings.containers.idleStopSeconds || presence.wake || presence.falling) return;
    this.fall(account, presence).catch(() => undefined);
  }

  private fall(account: AccountId, presence: Presence): Promise<void> {
    presence.ready = false;
    presence.lulled = true;
    log.info('container sleeps', { account });
    const stopping = this.runtime.stop(account, STOP_GRACE);
    presence.falling = stopping.catch(() => undefined).finally(() => (presence.falling = null));
    this.changes.announce(account, 'container');
    return stopping;
  }

  private async bringBack(account: AccountId): Promise<void> {
    if (this.stopping || this.present.get(account)?.lulled) return;
    const linked = await this.channels.linkedAccounts().catch((): AccountId[] => []);
    if (!linked.includes(account) || this.present.get(account)?.ready) return;
    await this.awake(account).catch((error: unknown) => {
      const again = codeOf(error) === 'version-mismatch' ? RETRY_VERSION : RETRY;
      setTimeout(() => void this.bringBack(account), again).unref();
    });
  }

  private async wake(account: AccountId, presence: Presence): Promise<DoorClient> {
    if (this.stopping) throw new AraError('draining');
    presence.lulled = false;
    const began = Date.now();
    const said = new Promise<'ready' | 'other version'>((resolve) => {
      presence.onReady = () => resolve('ready');
      presence.onOtherVersion = () => resolve('other version');
    });
    await presence.falling;
    await this.doors.opened(account, this);
    const status = await this.runtime.inspect(account);
    // A container of an older image or template is replaced while it sleeps.
    if (!status || (!status.current && !status.running)) {
      await this.runtime.create(account, this.doors.folder(account));
    }
    await this.runtime.start(account);
    const late = this.settings.containers.wakeTimeoutSeconds * 1_000;
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<'late'>((resolve) => (timer = setTimeout(() => resolve('late'), late)));
    const outcome = await Promise.race([said, tooLate]);
    clearTimeout(timer);
    presence.onReady = presence.onOtherVersion = null;
    if (outcome !== 'ready') {
      // What does not answer is ended, so that the next try begins anew.
      await this.runtime.stop(account, 0).catch(() => undefined);
      if (outcome === 'late') throw new AraError('container-unavailable');
      // One that ran is made anew of the image in force. Where that is of another version too, it must be built.
      if (!status || status.current) throw new AraError('version-mismatch');
      return this.wake(account, presence);
    }
    log.info('container awake', { account, milliseconds: Date.now() - began });
    return presence.client;
  }

  private presence(account: AccountId): Presence {
    let presence = this.present.get(account);
    if (!presence) {
      const door = join(this.doors.folder(account), 'worker.sock');
      const client = new DoorClient(door, 'container-unavailable', DOOR_TIMEOUT, new SocketAgent());
      presence = {
        client,
        ready: false,
        wake: null,
        falling: null,
        lulled: false,
        onReady: null,
        onOtherVersion: null,
      };
      this.present.set(account, presence);
    }
    return presence;
  }
}
