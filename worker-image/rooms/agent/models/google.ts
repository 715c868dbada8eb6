/** Google's Gemini API, streamed. */
// The build for browsers: that for Node.js loads Google's authentication and WebSockets, which nothing here needs.
import { GoogleGenAI, type GenerateContentResponse, type Part } from '@google/genai/web';
import type { DoorFetch } from '../door-fetch.js';
import { addText, endOf, opaque, toolCall } from './content.js';
import { configOf, contentsOf } from './google-request.js';
import {
  ModelError,
  type AssistantContent,
  type Model,
  type ModelEvent,
  type ModelRequest,
  type TokenCount,
} from './model.js';

/** The model lost its way, which it may not do again. All other endings that are not here refuse. */
const FAILURES = new Set([
  'MALFORMED_FUNCTION_CALL',
  'MALFORMED_RESPONSE',
  'OTHER',
  'TOO_MANY_TOOL_CALLS',
  'UNEXPECTED_TOOL_CALL',
]);
/** The second: as long as one request may be. */
const CUTS = new Set(['MAX_TOKENS', 'CONTINUATION']);

export function googleModel(fetch: DoorFetch): Model {
  const google = new GoogleGenAI({
    apiKey: 'held-by-the-bridge-room',
    // The library's own choice, v1, does not have every model.
    apiVersion: 'v1beta',
    httpOptions: { baseUrl: 'http://rooms/v1/models/google', fetch },
  });
  return { stream: (request) => stream(google, fetch, request) };
}

async function* stream(
  google: GoogleGenAI,
  fetch: DoorFetch,
  request: ModelRequest,
): AsyncGenerator<ModelEvent> {
  const kept: { body: Response['body'] } = { body: null };
  const keeping: DoorFetch = async (...asked) => {
    const response = await fetch(...asked);
    kept.body = response.body;
    return response;
  };
  const answer = new Answer(request.model);
  try {
    const chunks = await google.models.generateContentStream({
      model: request.model,
      contents: contentsOf(request),
      config: {
        ...configOf(request),
        abortSignal: request.signal,
        httpOptions: { headers: { 'x-ara-turn': String(request.turn) }, fetch: keeping },
      },
    });
    for await (const chunk of chunks) yield* answer.take(chunk);
  } finally {
    // The library leaves the connection open when it stops reading.
    await kept.body?.cancel().catch(() => undefined);
  }
  yield* answer.end();
}

/** Gathers the answer from its chunks. */
class Answer {
  private readonly content: AssistantContent[] = [];
  private tokens: TokenCount = { input: 0, cached: 0, output: 0 };
  private finish: string | null = null;

  constructor(private readonly model: string) {}

  /** What there is to tell of it at once. @throws ModelError when the question was refused */
  *take({ candidates, promptFeedback, usageMetadata }: GenerateContentResponse): Generator<ModelEvent> {
    if (promptFeedback?.blockReason) throw new ModelError('refused-by-provider');
    if (usageMetadata) this.tokens = countOf(usageMetadata);
    const candidate = candidates?.[0];
    this.finish = candidate?.finishReason ?? this.finish;
    for (const part of candidate?.content?.parts ?? []) {
      const sign = this.add(part);
      if (sign) yield sign;
    }
  }

  /** @throws ModelError when the answer is not one */
  end(): Generator<ModelEvent> {
    const { finish } = this;
    if (finish === null || FAILURES.has(finish))
      throw new ModelError('provider-down', { retry: true, afterSeconds: null });
    if (finish !== 'STOP' && !CUTS.has(finish)) throw new ModelError('refused-by-provider');
    return endOf(this.content, CUTS.has(finish), this.tokens);
  }

  private add({ text, thought, functionCall, thoughtSignature }: Part): ModelEvent | null {
    if (thought) return { type: 'thinking' };
    if (functionCall) {
      if (thoughtSignature) this.content.push(opaque('google', this.model, thoughtSignature));
      this.content.push(toolCall(functionCall.id, functionCall.name ?? '', functionCall.args ?? {}));
    }
    if (!text) return null;
    addText(this.content, text);
    return { type: 'text', text };
  }
}

type Usage = NonNullable<GenerateContentResponse['usageMetadata']>;

function countOf(usage: Usage): TokenCount {
  const cached = usage.cachedContentTokenCount ?? 0;
  return {
    input: (usage.promptTokenCount ?? 0) - cached,
    cached,
    output: (usage.candidatesTokenCount ?? 0) + (usage.thoughtsTokenCount ?? 0),
  };
}
