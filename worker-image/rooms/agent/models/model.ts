/** The port of a language model: what a provider must do here, and the only error it may throw. */
import type { FailureReason } from '../../../../contracts/rooms-door.js';

export interface Image {
  mediaType: 'image/jpeg' | 'image/png' | 'image/gif' | 'image/webp';
  /** Base64. */
  data: string;
}

export interface ToolCall {
  type: 'tool-call';
  /** The provider's name of this call; made up here where the provider has none. */
  id: string;
  name: string;
  /** JSON as the model wrote it, parsed; not checked yet. */
  arguments: unknown;
}

export interface ToolResult {
  type: 'tool-result';
  id: string;
  name: string;
  /** What the model is told, mostly JSON. */
  text: string;
  failed: boolean;
  images: readonly Image[];
}

/** What a provider wants back unchanged with the results of the tools that its answer called; others leave it out. */
export interface Opaque {
  type: 'opaque';
  provider: string;
  value: unknown;
}

export type UserContent = { type: 'text'; text: string } | ({ type: 'image' } & Image) | ToolResult;
export type AssistantContent = { type: 'text'; text: string } | ToolCall | Opaque;

export type ModelMessage =
  | { role: 'user'; content: readonly UserContent[] }
  | { role: 'assistant'; content: readonly AssistantContent[] };

/** A tool as a model sees it. */
export interface ToolDescription {
  name: string;
  description: string;
  /** JSON Schema of an object. */
  parameters: Readonly<Record<string, unknown>>;
}

export type Thinking = 'off' | 'low' | 'high';

export interface ModelRequest {
  /** The provider's own name of the model. */
  model: string;
  /** `stable` is the same from turn to turn, so that a provider can cache it; `current` follows it and may change. */
  system: { stable: string; current: string };
  /** Starts with the user and alternates. */
  messages: readonly ModelMessage[];
  tools: readonly ToolDescription[];
  maxTokens: number;
  /** Left out where the model does not offer it. */
  thinking: Thinking;
  /** The turn that pays. */
  turn: number;
  /** Names the conversation to the provider's cache; says nothing about the user. */
  cacheKey: string;
  signal: AbortSignal;
}

export interface TokenCount {
  /** Without what was cached. */
  input: number;
  cached: number;
  output: number;
}

export type ModelEvent =
  | { type: 'text'; text: string }
  /** The model thinks: a sign of life, without the words. */
  | { type: 'thinking' }
  /** A call that is whole. */
  | ToolCall
  /**
   * The last one. `tools`: it waits for the results of its calls; `length`: the answer reached `maxTokens`.
   * `content` is the assistant's message, to be sent back with what follows.
   */
  | {
      type: 'end';
      stop: 'end' | 'tools' | 'length';
      tokens: TokenCount;
      content: readonly AssistantContent[];
    };

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
