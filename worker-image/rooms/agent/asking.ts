/** One question to a model without tools, answered as a whole: what Ara needs for itself. */
import { answer, type Candidate } from './models/answer.js';
import type { Models } from './models/index.js';
import type { ModelRequest } from './models/model.js';
import type { RetryPolicy } from './models/retry.js';

/** @throws ModelError */
export type Asking = (request: Pick<ModelRequest, 'system' | 'messages' | 'maxTokens'>) => Promise<string>;

/** For one turn, which pays for it. */
export function askingFor(
  models: Models,
  candidates: readonly Candidate[],
  turn: number,
  signal: AbortSignal,
  policy: RetryPolicy,
): Asking {
  return async (asked) => {
    const request = { ...asked, tools: [], thinking: 'off' as const, turn, cacheKey: 'summary', signal };
    let text = '';
    for await (const event of answer(models, candidates, request, policy))
      if (event.type === 'text') text += event.text;
    return text;
  };
}
