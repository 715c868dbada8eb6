/** OpenAI's models. */
import type { ReasoningEffort } from 'openai/resources/shared';
import type { DoorFetch } from '../door-fetch.js';
import { chatCompletionsModel } from './chat-completions.js';
import type { Model, ModelRequest } from './model.js';

export const openaiModel = (fetch: DoorFetch): Model =>
  chatCompletionsModel(fetch, {
    provider: 'openai',
    path: '/v1',
    fields: (request) => ({
      max_completion_tokens: request.maxTokens,
      prompt_cache_key: request.cacheKey,
      // OpenAI keeps answers otherwise.
      store: false,
      ...effortOf(request),
    }),
  });

function effortOf({ model, thinking, tools }: ModelRequest): { reasoning_effort?: ReasoningEffort } {
  // These do not think, and refuse to be asked.
  if (/^(?:chatgpt|gpt-[34]|gpt-5[.\d]*-chat)/.test(model)) return {};
  if (/^o\d/.test(model)) return { reasoning_effort: thinking === 'off' ? 'low' : thinking };
  if (/^gpt-5(?!\.)/.test(model)) return { reasoning_effort: thinking === 'off' ? 'minimal' : thinking };
  // From GPT-5.1 on, this API gives tools only to a model that does not think.
  return { reasoning_effort: thinking === 'off' || tools.length > 0 ? 'none' : thinking };
}
