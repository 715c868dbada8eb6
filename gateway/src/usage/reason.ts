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
  tokensWithinReason(figures);
  for (const { day, costMicros } of figures) {
    const age = now - Date.parse(day);
    if (age < -DAY || age > OLDEST) throw new AraError('bad-request', 'day');
    if (costMicros > MOST_MICROS) throw new AraError('bad-request', 'costMicros');
  }
}

type Tokens = Pick<Figure, 'inputTokens' | 'cachedTokens' | 'outputTokens'>;

/** @throws AraError `bad-request` */
export function tokensWithinReason(all: readonly Tokens[]): void {
  for (const { inputTokens, cachedTokens, outputTokens } of all)
    if (Math.max(inputTokens, cachedTokens, outputTokens) > MOST_TOKENS)
      throw new AraError('bad-request', 'tokens');
}
