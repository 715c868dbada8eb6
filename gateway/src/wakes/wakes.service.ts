/** When each container wants to be awake: Postgres holds the truth, and the queue, which rings the bell, follows it. */
import { InjectQueue } from '@nestjs/bullmq';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { AraError } from '../../../contracts/errors.js';
import type { AccountId } from '../../../contracts/ids.js';
import { ContainerRecords } from '../containers/container-records.service.js';
import { codeOf, log } from '../log.js';
import { WAKES, type WakeJob } from './queue.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const FARTHEST = 5 * 366 * 24 * HOUR;

@Injectable()
export class WakesService implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | null = null;

  constructor(
    private readonly records: ContainerRecords,
    @InjectQueue(WAKES) private readonly queue: Queue<WakeJob>,
  ) {}

  /** Looked at once at the start, and every minute: what the queue does not know, for whatever reason. */
  onApplicationBootstrap(): void {
    void this.makeGood();
    this.timer = setInterval(() => void this.makeGood(), MINUTE).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /**
   * A container's wish; null takes it back. Kept when this resolves: the queue may learn of it later.
   * @param at milliseconds since 1970; what is past is due at once
   * @throws AraError `bad-request` beyond five years
   */
  async wish(account: AccountId, at: number | null): Promise<void> {
    if (at !== null && at > Date.now() + FARTHEST) throw new AraError('bad-request', 'at');
    // A container repeats its wish when it starts. One that is known has its job, and may have been told already.
    if (!(await this.records.setWakeAt(account, at === null ? null : new Date(at)))) return;
    this.follow(account, null).catch((error: unknown) => unavailable(error));
  }

  /** The time that has come for this account, in milliseconds since 1970; null when none has. */
  async due(account: AccountId): Promise<number | null> {
    const at = await this.time(account);
    return at !== null && at <= Date.now() ? at : null;
  }

  /**
   * Gives the account the one job that its wish calls for, in the place of another. Several may do so at once, here or in
   * other gateways: each looks again when it is done, so the last of them has seen the last wish.
   * @param told a time that the container was told of; it is told again only when it does not set another for long
   */
  async follow(account: AccountId, told: number | null): Promise<void> {
    let at: number | null | undefined;
    for (let next = await this.time(account); next !== at; next = await this.time(account)) {
      at = next;
      // One that is under way stays, and is followed by this again when it is over.
      await this.queue.remove(account);
      if (at === null) continue;
      const late = Date.now() - at;
      const delay = at === told ? Math.min(Math.max(late, MINUTE), HOUR) : Math.max(-late, 0);
      await this.queue.add(WAKES, { account }, { jobId: account, delay });
    }
  }

  /** Takes the account's job out of the queue; its wish goes with its container's record. @returns how many there were */
  async forget(account: AccountId): Promise<number> {
    await this.records.setWakeAt(account, null);
    return this.queue.remove(account);
  }

  /** Adds the jobs that are not there: Redis lost its data, or a gateway ended between Postgres and Redis. */
  private makeGood(): Promise<void> {
    // Later ones have time until the next look.
    const soon = new Date(Date.now() + 2 * MINUTE);
    this.looking ??= this.addMissing(soon)
      .catch((error: unknown) => unavailable(error))
      .finally(() => (this.looking = null));
    return this.looking;
  }

  private async addMissing(until: Date): Promise<void> {
    const wishes = await this.records.wakesUntil(until);
    if (wishes.length === 0) return;
    const now = Date.now();
    await this.queue.addBulk(
      wishes.map(({ account, at }) => ({
        name: WAKES,
        data: { account },
        opts: { jobId: account, delay: Math.max(at.getTime() - now, 0) },
      })),
    );
  }

  private async time(account: AccountId): Promise<number | null> {
    return (await this.records.wakeAt(account))?.getTime() ?? null;
  }
}

function unavailable(error: unknown): void {
  log.warn('wakes not looked at, again within a minute', { code: codeOf(error) });
}
