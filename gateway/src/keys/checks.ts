/** How often an account may have a key checked: enough for pasting it wrong a few times, too little for asking around. */
import { AraError } from '../../../contracts/errors.js';
import type { AccountId } from '../../../contracts/ids.js';

const A_MINUTE = 10;
const MINUTE = 60_000;

export class Checks {
  private readonly times = new Map<AccountId, number[]>();

  /** @throws AraError `too-many`, which says for how long */
  take(account: AccountId, now = Date.now()): void {
    for (const [each, times] of this.times) if ((times.at(-1) ?? 0) <= now - MINUTE) this.times.delete(each);
    const lately = (this.times.get(account) ?? []).filter((time) => time > now - MINUTE);
    if (lately.length >= A_MINUTE) {
      const oldest = lately[0] ?? now;
      throw new AraError('too-many', undefined, { retryAfter: Math.ceil((oldest + MINUTE - now) / 1_000) });
    }
    this.times.set(account, [...lately, now]);
  }
}
