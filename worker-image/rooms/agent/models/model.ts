/** The port of a language model: what a provider must do here, and the only error it may throw. */
import type { FailureReason } from '../../../../contracts/rooms-door.js';

export interface ModelMessage {
  role: 'user' | 'assistant';
  text: string;
}

export interface ModelRequest {
  /** The provider's own name of the model. */
  model: string;
  system: string;
  /** Starts with the user and alternates. */
  messages: readonly ModelMessage[];
  maxTokens: number;
  signal: AbortSignal;
}

export type ModelEvent =
  | { type: 'text'; text: string }
  /** The last one. `cut`: the answer reached `maxTokens`. */
  | { type: 'end'; inputTokens: number; outputTokens: number; cut: boolean };

export interface Model {
  /**
   * One answer, in one request: retries lie with the caller. Whatever goes wrong is thrown; a stream that breaks off
   * is an error, never a short answer. What is thrown may be anything: `modelErrorOf` says what it means.
   */
  stream(request: ModelRequest): AsyncIterable<ModelEvent>;
}

export interface RetryAdvice {
  /** Whether the same request may succeed at once or soon. */
  retry: boolean;
  /** What the provider asked for. */
  afterSeconds: number | null;
}

const NEVER: RetryAdvice = { retry: false, afterSeconds: null };

/** Why there is no answer. Holds no word of the provider, which could repeat the key or the text. */
export class ModelError extends Error {
  override readonly name = 'ModelError';

  constructor(
    readonly reason: FailureReason,
    readonly advice: RetryAdvice = NEVER,
  ) {
    super(reason);
  }
}
