/** Any server that speaks OpenAI's API: only what most of them know is sent. */
import type { DoorFetch } from '../door-fetch.js';
import { chatCompletionsModel } from './chat-completions.js';
import type { Model } from './model.js';

export const compatibleModel = (fetch: DoorFetch): Model =>
  chatCompletionsModel(fetch, {
    provider: 'compatible',
    // The address that the account has set ends with the version.
    path: '',
    fields: ({ maxTokens, thinking }) => ({
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- the name that all of them know
      max_tokens: maxTokens,
      ...(thinking !== 'off' && { reasoning_effort: thinking }),
    }),
  });
