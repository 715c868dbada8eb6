/** Says what the end of a connection means: what the user sees, and whether to come back. Pure. */
import type { ChannelState } from '../../contracts/channel-state.js';

/** All in milliseconds. */
export interface Timing {
  firstBackoff: number;
  longestBackoff: number;
  /** Where WhatsApp has locked the account for a while, or does not know this version any more. */
  longPause: number;
  /** How long after a restart that WhatsApp asked for a refusal may be one that passes. */
  restartGrace: number;
  /** How long WhatsApp may take to take a message. */
  acknowledge: number;
  /** How long a file may stand still on its way. */
  transfer: number;
  /** How long unlinking may wait for a connection. */
  unlink: number;
  /** How often it is looked at whether the phone is still there. */
  phoneWatch: number;
  /** How long a code to scan is shown; 0 leaves it to WhatsApp. */
  qr: number;
}

const HOUR = 3_600_000;

export const whatsappTiming: Timing = {
  firstBackoff: 1_000,
  longestBackoff: 60_000,
  longPause: HOUR,
  restartGrace: 30_000,
  acknowledge: 30_000,
  transfer: 120_000,
  unlink: 10_000,
  phoneWatch: HOUR,
  qr: 0,
};

export type Next =
  | { kind: 'at-once' }
  | { kind: 'back-off'; state: ChannelState }
  | { kind: 'long-pause'; state: ChannelState }
  /** Coming back would be of no use, or would take the connection away from another. */
  | { kind: 'stay-away'; state: 'needs-relink' | 'conflict' };

/** `sinceRestart`: milliseconds since WhatsApp last asked for a restart. */
export function afterEnding(code: number, sinceRestart: number, timing: Timing): Next {
  switch (code) {
    case 515:
      // Asked for again and again it would be a loop.
      return sinceRestart < timing.firstBackoff
        ? { kind: 'back-off', state: 'connecting' }
        : { kind: 'at-once' };
    case 440:
      return { kind: 'stay-away', state: 'conflict' };
    case 401:
      // A device that has just been linked is not known everywhere at once.
      return sinceRestart < timing.restartGrace
        ? { kind: 'back-off', state: 'connecting' }
        : { kind: 'stay-away', state: 'needs-relink' };
    case 403:
    case 411:
      return { kind: 'stay-away', state: 'needs-relink' };
    case 402:
      return { kind: 'long-pause', state: 'rate-limited' };
    case 405:
      return { kind: 'long-pause', state: 'unreachable' };
    default:
      return { kind: 'back-off', state: 'unreachable' };
  }
}

/** Doubles from one failure to the next; jitter, so that all containers do not come back in the same instant. */
export class Backoff {
  private delay: number;

  constructor(private readonly timing: Timing) {
    this.delay = timing.firstBackoff;
  }

  next(): number {
    const { delay } = this;
    this.delay = Math.min(delay * 2, this.timing.longestBackoff);
    return delay * (0.75 + Math.random() / 2);
  }

  reset(): void {
    this.delay = this.timing.firstBackoff;
  }
}
