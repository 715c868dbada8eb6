/** One answer from the first model that gives one, in the user's order of preference. */
import type { CatalogueModel, ModelChoice } from '../../../../contracts/gateway-door.js';
import type { FailureReason } from '../../../../contracts/rooms-door.js';
import { NO_IMAGE } from './content.js';
import type { Models } from './index.js';
import { modelErrorOf } from './model-error.js';
import {
  ModelError,
  type ModelEvent,
  type ModelMessage,
  type ModelRequest,
  type UserContent,
} from './model.js';
import { streamWithRetry, type RetryPolicy } from './retry.js';

/** Another model may do better after these; the rest lie in the request itself, or in the user's own budget. */
const FALLS_BACK: ReadonlySet<FailureReason> = new Set([
  'provider-down',
  'over-quota',
  'rate-limited',
  'bad-key',
  'no-key',
  'timeout',
]);

export interface Candidate {
  choice: ModelChoice;
  /** What the catalogue says of it; a model that is not there gets the request as it is. */
  limits: CatalogueModel | undefined;
}

type Unaddressed = Omit<ModelRequest, 'model'>;

export type AnswerEvent =
  | (ModelEvent & { choice: ModelChoice })
  /** Comes before the first words or calls of a model that was not the first choice. */
  | { type: 'fallback'; reason: FailureReason; failed: ModelChoice; choice: ModelChoice };

/**
 * One request to one model, and to the next only if nothing was given out but thoughts.
 * @throws ModelError of the model that had begun to answer or was over the budget, else of the first choice
 */
export async function* answer(
  models: Models,
  candidates: readonly Candidate[],
  request: Unaddressed,
  policy: RetryPolicy,
): AsyncGenerator<AnswerEvent> {
  let first: { error: ModelError; choice: ModelChoice } | null = null;
  for (const { choice, limits } of candidates) {
    let started = false;
    try {
      const model = await models.get(choice.provider);
      const fitting = { ...fitted(request, limits), model: choice.model };
      for await (const event of streamWithRetry(model, fitting, policy)) {
        if (!started && event.type !== 'thinking') {
          started = true;
          if (first) yield { type: 'fallback', reason: first.error.reason, failed: first.choice, choice };
        }
        yield { ...event, choice };
      }
      return;
    } catch (thrown) {
      const error = modelErrorOf(thrown);
      if (started || error.reason === 'over-budget') throw error;
      first ??= { error, choice };
      if (request.signal.aborted || !FALLS_BACK.has(error.reason)) break;
    }
  }
  throw first?.error ?? new ModelError('no-key');
}

/** Without what the model cannot do. */
function fitted(request: Unaddressed, limits: CatalogueModel | undefined): Unaddressed {
  if (!limits) return request;
  return {
    ...request,
    maxTokens: Math.min(request.maxTokens, limits.outputTokens),
    thinking: limits.thinking ? request.thinking : 'off',
    messages: limits.images ? request.messages : request.messages.map(withoutImages),
  };
}

function withoutImages(message: ModelMessage): ModelMessage {
  if (message.role === 'assistant') return message;
  return { role: 'user', content: message.content.map(inWords) };
}

function inWords(part: UserContent): UserContent {
  if (part.type === 'image') return { type: 'text', text: NO_IMAGE };
  if (part.type === 'text' || part.images.length === 0) return part;
  return { ...part, images: [], text: [part.text, ...part.images.map(() => NO_IMAGE)].join('\n') };
}
