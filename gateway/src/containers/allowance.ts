/** How much one container may ask for in a second: enough for the busiest honest one, too little to disturb the rest. */
import { AraError } from '../../../contracts/errors.js';

const PER_SECOND = 200;
const AT_ONCE = 2_000;

export class Allowance {
  private left = AT_ONCE;
  private since: number;

  constructor(private readonly now: () => number = Date.now) {
    this.since = now();
  }

  /** @throws AraError `too-many` */
  take(count: number): void {
    const now = this.now();
    // A clock that is set back gives nothing, and takes nothing.
    const passed = Math.max(0, now - this.since);
    this.left = Math.min(AT_ONCE, this.left + (passed / 1_000) * PER_SECOND);
    this.since = now;
    if (this.left < count) throw new AraError('too-many');
    this.left -= count;
  }
}
