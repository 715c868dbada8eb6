/** What a script may answer for a fake model provider, and what differs from one provider to the next. */
import type { IncomingMessage } from 'node:http';

export interface ModelError {
  status: number;
  type: string;
  message: string;
  /** OpenAI's `code`; Anthropic has none. */
  code?: string;
  /** Seconds, for the `retry-after` header. */
  retryAfter?: number;
  /** Puts the caller's key into the message, to see that nobody hands it on. */
  echoKey?: boolean;
  /** Begins a good answer and breaks off with this error after so many chunks; only where the answer is streamed. */
  afterChunks?: number;
}

/** Everything is optional: an empty one echoes the last text of the user. */
export interface ScriptedAnswer {
  text?: string;
  /** Into how many pieces the text is cut, or the pieces themselves; about one per 20 characters by default. */
  chunks?: number | readonly string[];
  delayMs?: number;
  perChunkMs?: number;
  stop?: 'end' | 'length';
  inputTokens?: number;
  outputTokens?: number;
  /** Instead of the text, or after a part of it. */
  error?: ModelError;
  /** The connection dies after so many chunks, and at once where the answer is not streamed. */
  cutAfter?: number;
  /** With `cutAfter`: the stream closes as if the answer were whole. */
  orderly?: boolean;
}

export type Answer = ScriptedAnswer | 'hang' | 'malformed-sse';

/** `n` counts the requests with a good key from 1. */
export type Script<Body> = (request: Body, n: number) => Answer | Promise<Answer>;

export interface ModelRequest<Body> {
  body: Body;
  /** Without the ones that carry the key. */
  headers: IncomingMessage['headers'];
  keyOk: boolean;
  /** `performance.now()` of this process. */
  at: number;
  /** Size of the request's body. */
  bytes: number;
  /** The HTTP status, 0 when there was no answer; absent while the request is under way. */
  status?: number;
  /** When the answer was out, or the connection gone. */
  answeredAt?: number;
  /** The client went away before the answer was whole. */
  aborted: boolean;
}

/** What differs from one provider to the next. */
export interface Dialect<Body> {
  path: string;
  /** The request, or the error that the real API would give. */
  parse(
    body: unknown,
    headers: IncomingMessage['headers'],
  ): { ok: true; body: Body } | { ok: false; error: ModelError };
  badKey(key: string | undefined): ModelError;
  notFound(what: string): ModelError;
  errorBody(error: ModelError): unknown;
  /** The event of an error in mid-stream. */
  errorEvent(error: ModelError): string;
  streams(body: Body): boolean;
  lastUserText(body: Body): string;
  whole(body: Body, answer: FullAnswer): unknown;
  start(body: Body, answer: FullAnswer): string;
  piece(body: Body, answer: FullAnswer, text: string): string;
  end(body: Body, answer: FullAnswer): string;
}

/** An answer with every gap filled. */
export interface FullAnswer {
  id: string;
  pieces: readonly string[];
  text: string;
  stop: 'end' | 'length';
  inputTokens: number;
  outputTokens: number;
}

/** The error with the key in it, where the script wants that. */
export function spoken(error: ModelError, key: string | undefined): ModelError {
  return error.echoKey ? { ...error, message: `${error.message} (key: ${key})` } : error;
}

/** The text in so many pieces of about one size. */
export function cut(text: string, count: number): string[] {
  const size = Math.max(1, Math.ceil(text.length / Math.max(1, count)));
  const pieces: string[] = [];
  for (let at = 0; at < text.length; at += size) pieces.push(text.slice(at, at + size));
  return pieces;
}
