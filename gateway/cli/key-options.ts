/** What is said of a key beside the key itself, as the gateway takes it. */
import type { Provider } from '../../contracts/ids.js';
import type { CommandOptions } from './command.js';
import { UsageError } from './usage-error.js';

interface KeyOptions {
  model?: string;
  baseUrl?: string;
  contextTokens?: number;
  images?: boolean;
  price?: { input: number; output: number };
}

/** @throws UsageError when something is missing, out of place or not a number */
export function keyOptions(provider: Provider, { model, ...options }: CommandOptions): KeyOptions {
  const { url, price, context, images } = options;
  if (provider !== 'compatible') {
    if (url ?? price ?? context ?? images)
      throw new UsageError('--url, --price, --context and --images are for `key set compatible`.');
    return model ? { model } : {};
  }
  if (!url || !model) throw new UsageError('Say `key set compatible --url https://host/v1 --model NAME`.');
  return {
    baseUrl: url,
    model,
    ...(price === undefined ? {} : { price: priceOf(price) }),
    ...(context === undefined ? {} : { contextTokens: numberOf(context, '--context', /^[1-9]\d*$/) }),
    ...(images === undefined ? {} : { images }),
  };
}

function priceOf(text: string): { input: number; output: number } {
  const [input = '', output = '', ...rest] = text.split('/');
  if (rest.length > 0 || !output)
    throw new UsageError(
      'Say the price as --price IN/OUT, in US dollars per million tokens: --price 0.5/1.5.',
    );
  return { input: numberOf(input, '--price', DOLLARS), output: numberOf(output, '--price', DOLLARS) };
}

const DOLLARS = /^\d+(\.\d+)?$/;

function numberOf(text: string, name: string, form: RegExp): number {
  if (!form.test(text)) throw new UsageError(`${name}: ${text || 'nothing'} is not such a number.`);
  return Number(text);
}
