/**
 * Notices when the phone has been away for long. WhatsApp unlinks the devices of a phone that was not online for 14 days, and
 * tells none of them how it is: so its last sign of life is remembered, and from the tenth day on it is asked for one.
 */
import type { BridgeStore } from '../bridge.js';

const DAY = 86_400_000;
/** From here on the phone is asked, once a day. */
const ASK_AFTER = 10 * DAY;
/** From here on the user is told. */
const WARN_AFTER = 12 * DAY;
/** The moment is written down no oftener than this. */
const PRECISION = 3_600_000;

const SEEN = 'phone/seen';

export interface PhoneWatchOptions {
  store: BridgeStore;
  now(): number;
  /** Sends the phone something that it acknowledges. Must not throw. */
  ask(): void;
  /** The phone is away, or there again. */
  changed(away: boolean): void;
}

export class PhoneWatch {
  private away = false;
  private askedAt = -Infinity;
  private seenAt: number | null = null;

  constructor(private readonly options: PhoneWatchOptions) {}

  get isAway(): boolean {
    return this.away;
  }

  /** A sign of life. */
  seen(): void {
    const now = this.options.now();
    if (now - this.lastSeen() >= PRECISION) this.remember(now);
    this.set(false);
  }

  /** Called while there is a connection: when it is made, and from time to time. */
  check(): void {
    const now = this.options.now();
    const silence = now - this.lastSeen();
    if (silence >= ASK_AFTER && now - this.askedAt >= DAY) {
      this.askedAt = now;
      this.options.ask();
    }
    this.set(silence >= WARN_AFTER);
  }

  private set(away: boolean): void {
    if (away === this.away) return;
    this.away = away;
    this.options.changed(away);
  }

  /** The moment of linking counts: the phone was there. */
  private lastSeen(): number {
    if (this.seenAt === null) {
      const stored = Number(Buffer.from(this.options.store.get(SEEN) ?? []).toString() || NaN);
      if (Number.isFinite(stored)) this.seenAt = stored;
      else this.remember(this.options.now());
    }
    return this.seenAt ?? this.options.now();
  }

  private remember(moment: number): void {
    this.seenAt = moment;
    this.options.store.write([[SEEN, Buffer.from(String(moment))]]);
  }
}
