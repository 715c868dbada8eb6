/** What a model call costs, by the catalogue's prices. */
import { AraError } from '../../../../contracts/errors.js';
import type { Catalogue, CatalogueModel, ModelChoice, Price } from '../../../../contracts/gateway-door.js';
import type { Provider } from '../../../../contracts/ids.js';

/** Each token of the request is in one of the first three. */
export interface Tokens {
  /** Neither found in the provider's cache nor put there. */
  input: number;
  cached: number;
  cacheWrite?: number;
  output: number;
}

const FREE: Price = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
/** The longest answer of a model when nothing is known of its provider's models. */
const UNKNOWN_OUTPUT = 16_384;

/**
 * A model that the catalogue does not know may cost as much as the dearest of its provider.
 * @throws AraError `no-key` when the catalogue has no model of the provider: it has those whose key is set
 */
export function priceOf(catalogue: Catalogue, { provider, model }: ModelChoice): Price {
  const offered = offeredBy(catalogue, provider);
  const known = offered.find((each) => each.model === model);
  if (known) return known.price ?? FREE;
  if (offered.length === 0 && provider !== 'compatible') throw new AraError('no-key');
  return offered.reduce((dearest, { price }) => (price ? dearerOf(dearest, price) : dearest), FREE);
}

/** The most that one answer can be, in tokens. */
export function longestAnswer(catalogue: Catalogue, { provider, model }: ModelChoice): number {
  const offered = offeredBy(catalogue, provider);
  const known = offered.find((each) => each.model === model);
  return known?.outputTokens ?? Math.max(UNKNOWN_OUTPUT, ...offered.map(({ outputTokens }) => outputTokens));
}

/** Those that answer, and those that write speech down. */
const offeredBy = (
  { models, transcription = [] }: Catalogue,
  provider: Provider,
): Pick<CatalogueModel, 'model' | 'outputTokens' | 'price'>[] =>
  [...models, ...transcription].filter((each) => each.provider === provider);

/** Millionths of a US dollar: a price of dollars per million tokens is one of millionths per token. */
export function costOf(price: Price, { input, cached, cacheWrite = 0, output }: Tokens): number {
  return Math.ceil(
    input * price.input + cached * price.cacheRead + cacheWrite * price.cacheWrite + output * price.output,
  );
}

/** The most that a call can cost: all of its input may be new to the cache, which can be dearer than plain input. */
export function highestCost(price: Price, inputTokens: number, outputTokens: number): number {
  return Math.max(
    costOf(price, { input: inputTokens, cached: 0, output: outputTokens }),
    costOf(price, { input: 0, cached: 0, cacheWrite: inputTokens, output: outputTokens }),
  );
}

const dearerOf = (one: Price, other: Price): Price => ({
  input: Math.max(one.input, other.input),
  output: Math.max(one.output, other.output),
  cacheRead: Math.max(one.cacheRead, other.cacheRead),
  cacheWrite: Math.max(one.cacheWrite, other.cacheWrite),
});
