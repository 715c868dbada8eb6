/** One answer from the first model that gives one, in the user's order of preference. */
import type { ModelChoice } from '../../../../contracts/gateway-door.js';
import type { FailureReason } from '../../../../contracts/rooms-door.js';
import type { Models } from './index.js';
import { modelErrorOf } from './model-error.js';
import { ModelError, type ModelEvent, type ModelRequest } from './model.js';
import { streamWithRetry, type RetryPolicy } from './retry.js';

/** Another model may do better after these; the rest lie in the request itself. */
const FALLS_BACK: ReadonlySet<FailureReason> = new Set([
  'provider-down',
  'over-quota',
  'rate-limited',
  'bad-key',
  'no-key',
  'timeout',
]);

export type AnswerEvent =
  | (ModelEvent & { choice: ModelChoice })
  /** Comes before the first text of a model that was not the first choice. */
  | { type: 'fallback'; reason: FailureReason; failed: ModelChoice; choice: ModelChoice };

/** @throws ModelError of the model that had begun to answer, else of the first choice. */
export async function* answer(
  models: Models,
  choices: readonly ModelChoice[],
  request: Omit<ModelRequest, 'model'>,
  policy: RetryPolicy,
): AsyncGenerator<AnswerEvent> {
  let first: { error: ModelError; choice: ModelChoice } | null = null;
  for (const choice of choices) {
    let started = false;
    try {
      const model = await models.get(choice.provider);
      for await (const event of streamWithRetry(model, { ...request, model: choice.model }, policy)) {
        if (first && !started)
          yield { type: 'fallback', reason: first.error.reason, failed: first.choice, choice };
        started = true;
        yield { ...event, choice };
      }
      return;
    } catch (thrown) {
      const error = modelErrorOf(thrown);
      if (started) throw error;
      first ??= { error, choice };
      if (request.signal.aborted || !FALLS_BACK.has(error.reason)) break;
    }
  }
  throw first?.error ?? new ModelError('no-key');
}
