/** Repeats a call to Telegram until it succeeds, and tells the room the state that each failure amounts to. */
import { HttpError } from 'grammy';
import type { ChannelState } from '../../contracts/channel-state.js';
import { Insistence, type Backoff } from '../insistence.js';
import { answerCode, isBadCredential, retryAfter } from './failure.js';

/** All in milliseconds. */
export interface Timing extends Backoff {
  /** How long Telegram holds a poll open. */
  poll: number;
  /** How much later than that an answer may come before the poll is given up. */
  pollGrace: number;
  /** How long any other call may take. */
  call: number;
  /** How long a file may stand still on its way: what lies in the buffers of the line counts as sent. */
  upload: number;
  conflictPause: number;
  /** For how long after the start a conflict is taken for our own last run, whose poll Telegram still holds. */
  conflictGrace: number;
}

export const telegramTiming: Timing = {
  poll: 30_000,
  pollGrace: 10_000,
  call: 30_000,
  upload: 120_000,
  firstBackoff: 250,
  longestBackoff: 5_000,
  conflictPause: 5_000,
  conflictGrace: 3_000,
};

export class Recovery extends Insistence {
  /** The state the last failure amounted to, or null after a success. */
  trouble: ChannelState | null = null;
  private readonly startedAt = Date.now();

  constructor(
    private readonly report: (state: ChannelState) => void,
    private readonly timing: Timing,
    signal: AbortSignal,
  ) {
    super(timing, signal);
  }

  protected succeeded(): void {
    this.trouble = null;
  }

  protected async outwait(error: unknown): Promise<boolean> {
    const code = answerCode(error);
    if (isBadCredential(code)) {
      this.report('needs-relink');
      return false;
    }
    if (code === 429) return this.pauseAs('rate-limited', retryAfter(error));
    if (code === 409) return this.outwaitConflict();
    // Trouble of our own, such as a full disk, is no news about the platform: wait, and say nothing.
    const platformFailed = code !== null || error instanceof HttpError;
    return this.pauseAs(platformFailed ? 'unreachable' : null, this.nextBackoff());
  }

  private outwaitConflict(): Promise<boolean> {
    const ownLastRun = Date.now() - this.startedAt < this.timing.conflictGrace;
    return ownLastRun ? this.pause(this.nextBackoff()) : this.pauseAs('conflict', this.timing.conflictPause);
  }

  private pauseAs(state: ChannelState | null, delay: number): Promise<boolean> {
    this.trouble = state ?? this.trouble;
    if (state) this.report(state);
    return this.pause(delay);
  }
}
