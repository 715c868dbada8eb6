/** Keeps webhooks in Telegram's order: updates are numbered one by one, and one that came early waits for those before it. */

/** A number may be missing for good (Telegram skips some after a quiet week), so nobody waits for longer. */
const GAP_WAIT = 2_000;

export class WebhookOrder {
  private waiting: (() => void)[] = [];

  constructor(
    /** The number that comes next, or null when nothing has come yet. */
    private next: number | null,
    private readonly gapWait = GAP_WAIT,
  ) {}

  /** Resolves when it is this update's turn. */
  async turnOf(update: number): Promise<void> {
    const until = performance.now() + this.gapWait;
    while (this.next !== null && update > this.next) {
      const left = until - performance.now();
      if (left <= 0) return;
      await this.change(left);
    }
  }

  /** The update has been taken. Returns the number that comes next now. */
  taken(update: number): number {
    this.next = Math.max(this.next ?? 0, update + 1);
    for (const wake of this.waiting.splice(0)) wake();
    return this.next;
  }

  private change(within: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, within);
      this.waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
