/** Asks a model again when it fails in a way that passes, as long as nothing of the answer was given out but thoughts. */
import { setTimeout as sleep } from 'node:timers/promises';
import { modelErrorOf } from './model-error.js';
import type { Model, ModelError, ModelEvent, ModelRequest } from './model.js';

export interface RetryPolicy {
  retries: number;
  /** Milliseconds before the first retry; doubles, and each wait varies by half so that chats do not come in step. */
  firstPause: number;
  /** A provider that wants a longer pause than this is not waited for: the user would think that we are dead. */
  longestAfterSeconds: number;
}

export const RETRY_POLICY: RetryPolicy = { retries: 2, firstPause: 400, longestAfterSeconds: 10 };

/** @throws ModelError */
export async function* streamWithRetry(
  model: Model,
  request: ModelRequest,
  policy: RetryPolicy,
): AsyncGenerator<ModelEvent> {
  for (let attempt = 0; ; attempt += 1) {
    let started = false;
    try {
      for await (const event of model.stream(request)) {
        started ||= event.type !== 'thinking';
        yield event;
      }
      return;
    } catch (thrown) {
      const failure = modelErrorOf(thrown);
      if (started || request.signal.aborted || attempt >= policy.retries || !mayPass(failure, policy))
        throw failure;
      const pause = policy.firstPause * 2 ** attempt * (0.75 + Math.random() / 2);
      await sleep(Math.max(pause, (failure.advice.afterSeconds ?? 0) * 1_000), undefined, {
        signal: request.signal,
      });
    }
  }
}

const mayPass = ({ advice }: ModelError, policy: RetryPolicy): boolean =>
  advice.retry && (advice.afterSeconds ?? 0) <= policy.longestAfterSeconds;
