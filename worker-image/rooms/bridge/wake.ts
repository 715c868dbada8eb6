/**
 * The wake-up: when the agent room wants to hear the errand `wake`, kept in the journal. The gateway is told, since this
 * container may be stopped until then; while the room runs it keeps the time itself.
 */
import type { Journal } from './journal/journal.js';

/** Longest time without a look, so that a clock that jumps is noticed and no timer is longer than a timer can be. */
const LOOK_AGAIN = 60_000;
/** An agent that has not set a later time was lost, or did not understand. */
const SAY_AGAIN = 30_000;
const FIRST_RETRY = 1_000;
const LAST_RETRY = 60_000;

/** The facts in the journal: the wish, and whether the gateway has yet to be told of it. */
const AT = 'wake.at';
const UNTOLD = 'wake.untold';

export interface WakeEvents {
  /** The time has come. */
  onDue(): void;
  /** Passes the wish on. Fails as long as the gateway does not have it. */
  tell(at: number | null): Promise<void>;
}

export class Wake {
  private at: number | null;
  /** Whether the gateway may not know the wish yet. */
  private untold: boolean;
  /** When the errand was last given out for the wish that stands. */
  private saidAt: number | null = null;
  private lookTimer: NodeJS.Timeout | null = null;
  private tellTimer: NodeJS.Timeout | null = null;
  private telling = false;
  private retryAfter = FIRST_RETRY;
  private stopped = false;

  constructor(
    private readonly journal: Journal,
    private readonly events: WakeEvents,
    private readonly clock: () => number = Date.now,
  ) {
    const kept = journal.fact(AT);
    this.at = kept === null ? null : Number(kept);
    // What it was told of a time to come it may have lost; that there is no wish it need not hear twice.
    this.untold = this.at !== null || journal.fact(UNTOLD) !== null;
  }

  /** Once the room can give out errands. */
  start(): void {
    if (this.untold) this.tell();
    this.look();
  }

  /** Another gateway may not know what the one before was told. */
  tellAgain(): void {
    this.untold ||= this.at !== null;
    if (this.untold) this.tell();
  }

  /** The agent's wish; null takes an earlier one back. It holds from when this returns, over a power cut too. */
  set(at: number | null): void {
    if (at === this.at) return;
    const later = at === null || this.at === null || at > this.at;
    this.journal.durably(() => {
      this.journal.setFact(AT, at === null ? null : String(at));
      this.journal.setFact(UNTOLD, 'yes');
    });
    this.at = at;
    this.untold = true;
    // One that was due and is not put off stays due, and is said again in its time, not at once.
    if (later) this.saidAt = null;
    this.retryAfter = FIRST_RETRY;
    this.tell();
    this.look();
  }

  /** The gateway says that it is time. One that knows a wish which nobody has here is told that there is none. */
  called(): void {
    if (this.at === null && !this.untold) {
      this.untold = true;
      this.tell();
    }
    this.look();
  }

  /** Whether the time has come and the agent has set no later one. */
  get due(): boolean {
    return this.at !== null && this.at <= this.clock();
  }

  /** Whether this container must not be stopped now: nobody else would know of the wish, or it is time. */
  get busy(): boolean {
    return this.due || this.untold;
  }

  /** Looks whether the time has come. Once more than needed does no harm. */
  look(): void {
    if (this.lookTimer) clearTimeout(this.lookTimer);
    this.lookTimer = null;
    if (this.at === null || this.stopped) return;
    const now = this.clock();
    const next = this.saidAt === null ? this.at : Math.max(this.at, this.saidAt + SAY_AGAIN);
    if (next <= now) {
      this.saidAt = now;
      this.events.onDue();
    }
    const wait = next <= now ? SAY_AGAIN : next - now;
    this.lookTimer = setTimeout(() => this.look(), Math.min(wait, LOOK_AGAIN));
  }

  stop(): void {
    this.stopped = true;
    if (this.lookTimer) clearTimeout(this.lookTimer);
    if (this.tellTimer) clearTimeout(this.tellTimer);
  }

  /** Tells the gateway the wish, again and again until it has it. */
  private tell(): void {
    if (this.telling || this.stopped) return;
    if (this.tellTimer) clearTimeout(this.tellTimer);
    this.tellTimer = null;
    this.telling = true;
    const { at } = this;
    this.events
      .tell(at)
      .then(() => {
        this.telling = false;
        if (this.at !== at) return this.tell();
        this.retryAfter = FIRST_RETRY;
        this.untold = false;
        if (!this.stopped) this.journal.setFact(UNTOLD, null);
      })
      .catch(() => {
        this.telling = false;
        if (this.stopped) return;
        this.tellTimer = setTimeout(() => this.tell(), this.retryAfter);
        this.retryAfter = Math.min(this.retryAfter * 2, LAST_RETRY);
      });
  }
}
