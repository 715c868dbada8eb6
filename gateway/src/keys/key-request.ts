/** What is said when a key is set: the key, which model it is for, and of a compatible server where it is. */
import * as z from 'zod';
import type { Settings } from '../../../config/schema.js';
import { AraError } from '../../../contracts/errors.js';
import type { Provider } from '../../../contracts/ids.js';
import { normalBaseUrl } from './base-url.js';
import type { NewKey } from './keys.service.js';

/** In the place of the key of a server that asks for none. Too short to be one. */
const NO_KEY = 'none';

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
  contextTokens: z.int().min(2_000).max(100_000_000).optional(),
  images: z.boolean().optional(),
  price: z.strictObject({ input: dollars, output: dollars }).optional(),
});

/**
 * @throws AraError `bad-request` that says what a base URL must be, or which models there are
 * @throws ZodError
 */
export function readKeyRequest(provider: Provider, body: unknown, settings: Settings): NewKey {
  if (provider === 'compatible') return readCompatible(compatible.parse(body), settings);
  const { key: given, model = null } = listed.parse(body);
  const names = settings.modelList.models
    .filter((each) => each.provider === provider)
    .map((each) => each.model);
  if (model !== null && !names.includes(model))
    throw new AraError('bad-request', `model: there is ${names.join(', ')}`);
  return {
    key: given,
    model,
    baseUrl: null,
    contextTokens: null,
    images: null,
    priceInput: null,
    priceOutput: null,
  };
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
