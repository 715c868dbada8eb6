/** What a script may answer for a fake model provider, what it is told, and what differs from one provider to the next. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Said } from '../said.js';

export interface ModelError {
  status: number;
  type: string;
  message: string;
  /** OpenAI's `code`, Google's `reason`; Anthropic has none. */
  code?: string;
  /** Seconds, told as the provider tells them. */
  retryAfter?: number;
  /** Puts the caller's key into the message, to see that nobody hands it on. */
  echoKey?: boolean;
  /** The body is the bare message, as a proxy in front of the API would answer. */
  plain?: boolean;
  /** Begins a good answer and breaks off with this error after so many chunks; only where the answer is streamed. */
  afterChunks?: number;
}

export interface ScriptedToolCall {
  name: string;
  /** A string is sent as it is, to see what becomes of broken JSON; Google sends no JSON inside JSON and cannot. */
  arguments: Readonly<Record<string, unknown>> | string;
  /** Made up when left out. */
  id?: string;
}

/** Everything is optional: an empty one echoes the last text of the user. */
export interface ScriptedAnswer {
  /** Where there are tool calls, no text unless it is given. */
  text?: string;
  /** Into how many pieces the text is cut, or the pieces themselves; about one per 20 characters by default. */
  chunks?: number | readonly string[];
  /** Called behind the text; the answer then ends to wait for their results. */
  toolCalls?: readonly ScriptedToolCall[];
  /** What comes before the text; left out where the request has thinking turned off. */
  thinking?: string;
  delayMs?: number;
  perChunkMs?: number;
  stop?: 'end' | 'length';
  /** Without what was cached and what was newly put into the cache. */
  inputTokens?: number;
  cachedTokens?: number;
  cacheWriteTokens?: number;
  /** Thinking included. */
  outputTokens?: number;
  /** Instead of the answer, or after a part of it. */
  error?: ModelError;
  /** The connection dies after so many chunks (of thinking, text and tool calls), and at once where nothing is streamed. */
  cutAfter?: number;
  /** With `cutAfter`: the stream closes as if the answer were whole. */
  orderly?: boolean;
}

export type Answer = ScriptedAnswer | 'hang' | 'malformed-sse';

/** `n` counts the requests with a good key from 1. */
export type Script<Body> = (request: Body, n: number, said: Said) => Answer | Promise<Answer>;

export interface ModelRequest<Body> {
  body: Body;
  /** Without the ones that carry the key. */
  headers: IncomingHttpHeaders;
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
  /** Whether the API has this address. */
  serves(url: URL): boolean;
  /** Whether speech is written down at this address. */
  hears?(url: URL): boolean;
  /** Whether its list of models is there, which whoever has a key may read. */
  lists(url: URL, headers: IncomingHttpHeaders): boolean;
  keyOf(headers: IncomingHttpHeaders): string | undefined;
  /** Serves whoever asks, with whatever key. */
  keyless?: boolean;
  /** Google tells in the body when to come again, the others in a header. */
  retryInBody?: boolean;
  /** The request, or the error that the real API would give. */
  parse(
    body: unknown,
    headers: IncomingHttpHeaders,
    url: URL,
  ): { ok: true; body: Body } | { ok: false; error: ModelError };
  badKey(key: string | undefined): ModelError;
  notFound(what: string): ModelError;
  errorBody(error: ModelError): unknown;
  /** The event of an error in mid-stream. */
  errorEvent(error: ModelError): string;
  streams(body: Body): boolean;
  thinks(body: Body): boolean;
  said(body: Body): Said;
  /** What its names of tool calls begin with. */
  callPrefix: string;
  whole(body: Body, answer: FullAnswer): unknown;
  stream(body: Body, answer: FullAnswer): StreamedAnswer;
}

/** Server-sent events; a stream that breaks off does so between two pieces. */
export interface StreamedAnswer {
  start: string;
  pieces: readonly string[];
  end: string;
}

/** An answer with every gap filled, its longer parts cut into the pieces that are streamed. */
export interface FullAnswer {
  id: string;
  thinking: readonly string[];
  text: readonly string[];
  toolCalls: readonly FullToolCall[];
  stop: 'end' | 'length' | 'tools';
  /** `output` has the thinking in it; `input` has nothing of the cache. */
  tokens: { input: number; cached: number; cacheWrite: number; output: number; thinking: number };
}

export interface FullToolCall {
  id: string;
  name: string;
  /** JSON. */
  arguments: readonly string[];
}

const CHARACTERS_PER_CHUNK = 20;
const CHARACTERS_PER_TOKEN = 4;

/** The error with the key in it, where the script wants that. */
export function spoken(error: ModelError, key: string | undefined): ModelError {
  return error.echoKey ? { ...error, message: `${error.message} (key: ${key})` } : error;
}

export interface Filling {
  id: string;
  thinks: boolean;
  callPrefix: string;
  /** What is answered where the script says nothing. */
  echo: string;
  requestBytes: number;
}

export function fullAnswer(answer: ScriptedAnswer, filling: Filling): FullAnswer {
  const { toolCalls = [], cachedTokens: cached = 0, cacheWriteTokens: cacheWrite = 0 } = answer;
  const thinking = cut(filling.thinks ? (answer.thinking ?? '') : '');
  const text = textOf(answer, filling);
  const calls = toolCalls.map((call, at) => fullCall(call, `${filling.callPrefix}${filling.id}${at}`));
  const {
    inputTokens = tokensOf(filling.requestBytes),
    outputTokens = Math.max(
      1,
      tokensOf([...thinking, ...text, ...calls.flatMap((call) => call.arguments)].join('').length),
    ),
  } = answer;
  const thoughts = Math.min(outputTokens, tokensOf(thinking.join('').length));
  return {
    id: filling.id,
    thinking,
    text,
    toolCalls: calls,
    stop: answer.stop ?? (toolCalls.length > 0 ? 'tools' : 'end'),
    tokens: { input: inputTokens, cached, cacheWrite, output: outputTokens, thinking: thoughts },
  };
}

function textOf({ text, chunks, toolCalls }: ScriptedAnswer, { echo }: Filling): readonly string[] {
  if (typeof chunks === 'object') return chunks;
  return cut(text ?? (toolCalls ? '' : echo), chunks);
}

function fullCall({ id, name, arguments: given }: ScriptedToolCall, madeUp: string): FullToolCall {
  return {
    id: id ?? madeUp,
    name,
    arguments: cut(typeof given === 'string' ? given : JSON.stringify(given)),
  };
}

const tokensOf = (characters: number): number => Math.ceil(characters / CHARACTERS_PER_TOKEN);

/** The text in so many pieces of about one size. */
function cut(text: string, count = Math.ceil(text.length / CHARACTERS_PER_CHUNK)): string[] {
  const size = Math.max(1, Math.ceil(text.length / Math.max(1, count)));
  const pieces: string[] = [];
  for (let at = 0; at < text.length; at += size) pieces.push(text.slice(at, at + size));
  return pieces;
}
