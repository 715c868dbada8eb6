/** What is said when a key is set: the key, which model it is for, and of a compatible server where it is. */
import * as z from 'zod';
import type { Settings } from '../../../config/schema.js';
import { AraError } from '../../../contracts/errors.js';
import type { Provider } from '../../../contracts/ids.js';
import { isListed, ownPriceOf } from './account-models.js';
import { normalBaseUrl } from './base-url.js';
import type { ApiKey } from './api-key.entity.js';
import type { NewKey } from './keys.service.js';

/** In the place of the key of a server that asks for none. Too short to be one. */
export const NO_KEY = 'none';

/** All that is said of a key for its provider's default model. */
export const nothingMore: Omit<NewKey, 'key'> = {
  model: null,
  baseUrl: null,
  contextTokens: null,
  images: null,
  priceInput: null,
  priceOutput: null,
};

/** Providers' keys are printable and unbroken; what is not was pasted with something else. */
const key = z
  .string()
  .trim()
  .regex(/^[\x21-\x7e]{8,500}$/, 'is not an API key');
const dollars = z.number().nonnegative().max(1_000_000);

const listed = z.strictObject({ key, model: z.string().optional() });
const compatible = z.strictObject({
  key: key.optional(),
  baseUrl: z.string(),
  model: z.string().regex(/^[\x21-\x7e]{1,100}$/),
  contextTokens: z.int().min(2_000).max(100_000_000).nullish(),
  images: z.boolean().nullish(),
  price: z.strictObject({ input: dollars, output: dollars }).nullish(),
});

/**
 * @throws AraError `bad-request` that says what a base URL must be, or which models there are
 * @throws ZodError
 */
export function readKeyRequest(provider: Provider, body: unknown, settings: Settings): NewKey {
  if (provider === 'compatible') return readCompatible(compatible.parse(body), settings);
  const { key: given, model = null } = listed.parse(body);
  const { models } = settings.modelList;
  if (model !== null && !isListed(provider, model, models)) {
    const names = models.filter((each) => each.provider === provider).map((each) => each.model);
    throw new AraError('bad-request', `model: there is ${names.join(', ')}`);
  }
  return { ...nothingMore, key: given, model };
}

function readCompatible(request: z.infer<typeof compatible>, { egress }: Settings): NewKey {
  return {
    key: request.key ?? NO_KEY,
    model: request.model,
    baseUrl: normalBaseUrl(request.baseUrl, egress.resolve),
    contextTokens: request.contextTokens ?? null,
    images: request.images ?? null,
    priceInput: request.price?.input ?? null,
    priceOutput: request.price?.output ?? null,
  };
}

/**
 * What is said of a key that stays: what is not said stays as it is, too.
 * @throws AraError `bad-request`, also when the key would be sent to another server than the one it was given for
 * @throws ZodError
 */
export function readKeyChange(stored: ApiKey, body: object, settings: Settings): Omit<NewKey, 'key'> {
  // Stands in for the key, which nobody opens here.
  const { key: _standIn, ...rest } = readKeyReplacement(stored, { ...body, key: 'x'.repeat(8) }, settings);
  if (stored.lastFour !== NO_KEY && hostOf(rest.baseUrl) !== hostOf(stored.baseUrl))
    throw new AraError('bad-request', 'key: give it again, since it would go to another server');
  return rest;
}

/** A new key in the place of a stored one: what is not said of it stays. @throws as `readKeyRequest` */
export const readKeyReplacement = (stored: ApiKey, body: object, settings: Settings): NewKey =>
  readKeyRequest(stored.provider, { ...saidOf(stored, settings), ...body }, settings);

const hostOf = (baseUrl: string | null): string | null => baseUrl && new URL(baseUrl).host;

function saidOf(stored: ApiKey, { modelList }: Settings): object {
  const { provider, baseUrl, model, contextTokens, images } = stored;
  if (provider === 'compatible') return { baseUrl, model, contextTokens, images, price: ownPriceOf(stored) };
  // One that has left the list since gives way to the default.
  return model !== null && isListed(provider, model, modelList.models) ? { model } : {};
}
