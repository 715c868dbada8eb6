/** Which models an account may use, and which it uses: follows from its keys and the list of models. */
import type { Settings } from '../../../config/schema.js';
import type { Catalogue, CatalogueModel } from '../../../contracts/gateway-door.js';
import type { Provider } from '../../../contracts/ids.js';
import type { ApiKey } from './api-key.entity.js';

/** Of a compatible server whose user has not said it: what even small models take. */
const CONTEXT_TOKENS = 32_000;
const OUTPUT_TOKENS = 8_000;

/** The model that answers with this key. One that has left the list since it was chosen gives way to the default. */
export function modelOf({ provider, model }: ApiKey, { models, modelList }: Settings): string {
  if (provider === 'compatible') return model ?? '';
  return model !== null && isListed(provider, model, modelList.models) ? model : models[provider];
}

export const isListed = (provider: Provider, model: string, list: readonly CatalogueModel[]): boolean =>
  list.some((each) => each.provider === provider && each.model === model);

/** What the user says that the model of a compatible server costs. */
export const ownPriceOf = ({ priceInput, priceOutput }: ApiKey): { input: number; output: number } | null =>
  priceInput === null || priceOutput === null ? null : { input: priceInput, output: priceOutput };

export function catalogueOf(keys: readonly ApiKey[], { modelList }: Settings): Catalogue {
  const models = keys.flatMap((key): CatalogueModel[] =>
    key.provider === 'compatible'
      ? [ownModel(key)]
      : modelList.models.filter(({ provider }) => provider === key.provider),
  );
  const transcription = modelList.transcription.filter((each) =>
    keys.some(({ provider }) => provider === each.provider),
  );
  return { date: modelList.date, models, transcription };
}

function ownModel(key: ApiKey): CatalogueModel {
  const context = key.contextTokens ?? CONTEXT_TOKENS;
  const price = ownPriceOf(key);
  return {
    provider: key.provider,
    model: key.model ?? '',
    contextTokens: context,
    outputTokens: Math.min(OUTPUT_TOKENS, Math.floor(context / 4)),
    images: key.images ?? false,
    thinking: false,
    // Its cache, if it has one, is not known to be cheaper.
    price: price && { ...price, cacheRead: price.input, cacheWrite: price.input },
  };
}
