/** Repeats a call to a platform until it succeeds, with longer and longer pauses; which failure means what is the bridge's own. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds. */
export interface Backoff {
  firstBackoff: number;
  longestBackoff: number;
}

export abstract class Insistence {
  private backoff: number;

  constructor(
    private readonly limits: Backoff,
    readonly signal: AbortSignal,
  ) {
    this.backoff = limits.firstBackoff;
  }

  /** Runs `step` until it succeeds. False when trying again is of no use: stopped, or the credential is refused. */
  async insist(step: () => Promise<void>): Promise<boolean> {
    while (!this.signal.aborted) {
      try {
        await step();
        this.succeeded();
        this.backoff = this.limits.firstBackoff;
        return !this.signal.aborted;
      } catch (error) {
        if (this.signal.aborted || !(await this.outwait(error))) return false;
      }
    }
    return false;
  }

  /** Tells of the failure and waits as long as it asks for. False when trying again is of no use. */
  protected abstract outwait(error: unknown): Promise<boolean>;
  protected abstract succeeded(): void;

  protected nextBackoff(): number {
    const delay = this.backoff;
    this.backoff = Math.min(delay * 2, this.limits.longestBackoff);
    // Jitter, so that all containers do not come back in the same instant.
    return delay * (0.75 + Math.random() / 2);
  }

  /** False when it was stopped meanwhile. */
  protected pause(delay: number): Promise<boolean> {
    return sleep(delay, true, { signal: this.signal }).catch(() => false);
  }
}
