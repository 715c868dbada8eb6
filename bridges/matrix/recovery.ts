/** Repeats a call to a homeserver until it succeeds, and tells the room the state that each failure amounts to. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChannelState } from '../../contracts/channel-state.js';
import { isBadCredential, MatrixFailure } from './failure.js';
import { TransportError } from './transport.js';

/** All in milliseconds. */
export interface Timing {
  /** How long the homeserver holds a sync open. */
  poll: number;
  /** How much later than that an answer may come before the sync is given up. */
  pollGrace: number;
  /** How long any other call may stand still. */
  call: number;
  /** The same for a file. */
  upload: number;
  firstBackoff: number;
  longestBackoff: number;
  /** How long a message may stay unreadable before the user is told. */
  keyPatience: number;
}

export const matrixTiming: Timing = {
  poll: 30_000,
  pollGrace: 10_000,
  call: 30_000,
  upload: 120_000,
  firstBackoff: 250,
  longestBackoff: 5_000,
  keyPatience: 60_000,
};

export class Recovery {
  /** Whether the last try failed. */
  inTrouble = false;
  private backoff: number;

  constructor(
    private readonly report: (state: ChannelState) => void,
    private readonly timing: Timing,
    readonly signal: AbortSignal,
  ) {
    this.backoff = timing.firstBackoff;
  }

  /** Runs `step` until it succeeds. False when trying again is of no use: stopped, or the credential is refused. */
  async insist(step: () => Promise<void>): Promise<boolean> {
    while (!this.signal.aborted) {
      try {
        await step();
        this.inTrouble = false;
        this.backoff = this.timing.firstBackoff;
        return !this.signal.aborted;
      } catch (error) {
        if (this.signal.aborted || !(await this.outwait(error))) return false;
      }
    }
    return false;
  }

  private async outwait(error: unknown): Promise<boolean> {
    this.inTrouble = true;
    if (isBadCredential(error)) {
      this.report('needs-relink');
      return false;
    }
    if (error instanceof MatrixFailure && error.status === 429) {
      this.report('rate-limited');
      return this.pause(error.retryAfter);
    }
    // Trouble of our own, such as a full disk, is no news about the platform: wait, and say nothing.
    if (error instanceof MatrixFailure || error instanceof TransportError) this.report('unreachable');
    return this.pause(this.nextBackoff());
  }

  private nextBackoff(): number {
    const delay = this.backoff;
    this.backoff = Math.min(delay * 2, this.timing.longestBackoff);
    // Jitter, so that all containers do not come back in the same instant.
    return delay * (0.75 + Math.random() / 2);
  }

  private pause(delay: number): Promise<boolean> {
    return sleep(delay, true, { signal: this.signal }).catch(() => false);
  }
}
