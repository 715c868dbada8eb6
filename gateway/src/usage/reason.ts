/** What a container may claim of itself: its figures are believed, within reason. */
import { AraError } from '../../../contracts/errors.js';
import type { Figure } from '../../../contracts/gateway-door.js';

/** Far beyond what one message can take; added up for centuries they fit into Postgres' bigint. */
const MOST_TOKENS = 1_000_000_000;
/** Ten thousand US dollars. */
const MOST_MICROS = 10_000_000_000;
const DAY = 86_400_000;
/** A container that was away for so long has nothing to tell any more. */
const OLDEST = 366 * DAY;

/** @throws AraError `bad-request` when a figure cannot be true */
export function withinReason(figures: readonly Figure[], now: number): void {
  for (const { day, inputTokens, cachedTokens, outputTokens, costMicros } of figures) {
    const age = now - Date.parse(day);
    if (age < -DAY || age > OLDEST) throw new AraError('bad-request', 'day');
    if (Math.max(inputTokens, cachedTokens, outputTokens) > MOST_TOKENS)
      throw new AraError('bad-request', 'tokens');
    if (costMicros > MOST_MICROS) throw new AraError('bad-request', 'costMicros');
  }
}
