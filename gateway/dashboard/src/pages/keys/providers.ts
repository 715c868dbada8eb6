/** What the dashboard knows of the model providers. */
import type { CatalogueModel, Provider } from '../../api/types';
import type { Option } from '../../components/Select';
import { t } from '../../texts';
import { formatCompact, formatNumber } from '../../texts/format';

export const allProviders: readonly Provider[] = ['anthropic', 'openai', 'google', 'compatible'];

export const providerName = (provider: Provider): string => t.common.providers[provider] ?? provider;

/** Where each gives out its keys. */
export const keyPages: Partial<Record<Provider, string>> = {
  anthropic: 'https://console.anthropic.com/settings/keys',
  openai: 'https://platform.openai.com/api-keys',
  google: 'https://aistudio.google.com/apikey',
};

/** The models of one provider as options, with the one in force even when the catalogue has lost it. */
export function modelOptions(
  models: readonly CatalogueModel[],
  provider: Provider,
  current?: string,
): Option<string>[] {
  const options = models
    .filter((each) => each.provider === provider)
    .map(({ model, price, contextTokens }) => ({
      value: model,
      label: model,
      detail: `${price ? t.keys.priceOf(formatNumber(price.input), formatNumber(price.output)) : t.keys.noPrice} · ${t.keys.context(formatCompact(contextTokens))}`,
    }));
  const known = !current || options.some(({ value }) => value === current);
  return known ? options : [{ value: current, label: current, detail: t.keys.noPrice }, ...options];
}
