/** The registry of models: a provider is one file and one line here, loaded only when it is used. */
import type { Provider } from '../../../../contracts/ids.js';
import type { DoorFetch } from '../door-fetch.js';
import type { Model } from './model.js';
import type { Transcriber } from './transcriber.js';

const loaders: Record<Provider, (fetch: DoorFetch) => Promise<Model>> = {
  anthropic: async (fetch) => (await import('./anthropic.js')).anthropicModel(fetch),
  openai: async (fetch) => (await import('./openai.js')).openaiModel(fetch),
  google: async (fetch) => (await import('./google.js')).googleModel(fetch),
  compatible: async (fetch) => (await import('./compatible.js')).compatibleModel(fetch),
};

export class Models {
  private readonly loaded = new Map<Provider, Promise<Model>>();

  private loadedTranscriber: Promise<Transcriber> | null = null;

  constructor(private readonly fetch: DoorFetch) {}

  /** Whoever writes speech down. */
  transcriber(): Promise<Transcriber> {
    this.loadedTranscriber ??= import('./transcriber.js').then(
      ({ Transcriber }) => new Transcriber(this.fetch),
    );
    return this.loadedTranscriber;
  }

  get(provider: Provider): Promise<Model> {
    let model = this.loaded.get(provider);
    if (!model) this.loaded.set(provider, (model = loaders[provider](this.fetch)));
    return model;
  }
}
