/** Repeats a call to a homeserver until it succeeds, and tells the room the state that each failure amounts to. */
import type { ChannelState } from '../../contracts/channel-state.js';
import { Insistence, type Backoff } from '../insistence.js';
import { isBadCredential, MatrixFailure } from './failure.js';
import { TransportError } from './transport.js';

/** All in milliseconds. */
export interface Timing extends Backoff {
  /** How long the homeserver holds a sync open. */
  poll: number;
  /** How much later than that an answer may come before the sync is given up. */
  pollGrace: number;
  /** How long any other call may stand still. */
  call: number;
  /** The same for a file. */
  upload: number;
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

export class Recovery extends Insistence {
  /** Whether the last try failed. */
  inTrouble = false;

  constructor(
    private readonly report: (state: ChannelState) => void,
    timing: Timing,
    signal: AbortSignal,
  ) {
    super(timing, signal);
  }

  protected succeeded(): void {
    this.inTrouble = false;
  }

  protected async outwait(error: unknown): Promise<boolean> {
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
}
