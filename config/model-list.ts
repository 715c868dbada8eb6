/** The models that users can choose and what they cost, as a file such as models.yaml lists them. */
import * as z from 'zod';

/** The providers whose models are known; what a server of a user's own serves is that user's to say. */
const PROVIDERS = ['anthropic', 'openai', 'google'] as const;
type Provider = (typeof PROVIDERS)[number];

const tokens = z.int().positive();
const dollars = z.number().nonnegative();
const model = z
  .strictObject({
    contextTokens: tokens,
    outputTokens: tokens,
    images: z.boolean(),
    thinking: z.boolean(),
    /** US dollars per million tokens. */
    price: z.strictObject({ input: dollars, output: dollars, cacheRead: dollars, cacheWrite: dollars }),
  })
  .refine(({ contextTokens, outputTokens }) => outputTokens < contextTokens, {
    path: ['outputTokens'],
    error: 'must be less than contextTokens',
  });
/** A model that only writes down what is said. */
const transcription = z.strictObject({
  outputTokens: tokens,
  /** US dollars per million tokens; those of the input are of sound. */
  price: z.strictObject({ input: dollars, output: dollars }),
});
const models = z.record(z.string().min(1).max(100), model);
const modelFile = z.strictObject({
  date: z.iso.date(),
  anthropic: models,
  openai: models,
  google: models,
  transcription: z
    .partialRecord(z.enum(PROVIDERS), z.record(z.string().min(1).max(100), transcription))
    .default({}),
});

/** The same as one list, in the order of the file. */
export interface ModelList {
  /** The day on which the prices were looked up, YYYY-MM-DD. */
  date: string;
  models: (z.infer<typeof model> & { provider: Provider; model: string })[];
  /** Those that write speech down. */
  transcription: {
    provider: Provider;
    model: string;
    outputTokens: number;
    price: z.infer<typeof model>['price'];
  }[];
}

/** @returns the list, or every mistake in what the file holds */
export function readModels(content: unknown): ModelList | string[] {
  const { success, data, error } = modelFile.safeParse(content);
  if (!success) return error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  return {
    date: data.date,
    models: PROVIDERS.flatMap((provider) =>
      Object.entries(data[provider]).map(([name, known]) => ({ provider, model: name, ...known })),
    ),
    transcription: PROVIDERS.flatMap((provider) =>
      Object.entries(data.transcription[provider] ?? {}).map(([name, { outputTokens, price }]) => ({
        provider,
        model: name,
        outputTokens,
        // They have no cache.
        price: { ...price, cacheRead: price.input, cacheWrite: price.input },
      })),
    ),
  };
}

/** What is wrong with the models that answer when users choose none: each must be in the list. */
export function unknownDefaults(list: ModelList, defaults: Record<string, unknown>): string[] {
  return PROVIDERS.flatMap((provider) => {
    const wanted = defaults[provider];
    const names = list.models.filter((each) => each.provider === provider).map((each) => each.model);
    if (typeof wanted !== 'string' || names.includes(wanted)) return [];
    return [
      `models.${provider}: ${wanted} is not in the file of models (it has ${names.join(', ') || 'none'})`,
    ];
  });
}
