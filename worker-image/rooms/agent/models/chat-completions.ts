/** OpenAI's Chat Completions API, streamed, as OpenAI itself and many others speak it. */
import { OpenAI } from 'openai/client';
import type {
  ChatCompletionChunk,
  ChatCompletionCreateParamsStreaming,
} from 'openai/resources/chat/completions/completions';
import type { DoorFetch } from '../door-fetch.js';
import { messagesOf, toolOf } from './chat-completions-request.js';
import { Thoughts } from './chat-completions-thoughts.js';
import { addText, endOf, opaque, parsed, toolCall } from './content.js';
import {
  ModelError,
  type AssistantContent,
  type Model,
  type ModelEvent,
  type ModelRequest,
  type TokenCount,
} from './model.js';

/** What a server of this API has of its own. */
export interface Dialect {
  provider: 'openai' | 'compatible';
  /** Below the provider's place on the door. */
  path: string;
  /** The fields that are not the same everywhere. */
  fields: (request: ModelRequest) => Partial<ChatCompletionCreateParamsStreaming>;
}

type Delta = ChatCompletionChunk.Choice.Delta;
type CallPiece = NonNullable<Delta['tool_calls']>[number];

export function chatCompletionsModel(fetch: DoorFetch, dialect: Dialect): Model {
  const client = new OpenAI({
    baseURL: `http://rooms/v1/models/${dialect.provider}${dialect.path}`,
    apiKey: 'held-by-the-bridge-room',
    organization: null,
    project: null,
    maxRetries: 0,
    logLevel: 'off',
    fetch,
  });
  return { stream: (request) => stream(client, dialect, request) };
}

async function* stream(
  client: OpenAI,
  { provider, fields }: Dialect,
  request: ModelRequest,
): AsyncGenerator<ModelEvent> {
  const chunks = await client.chat.completions.create(
    {
      model: request.model,
      messages: messagesOf(request, provider),
      ...(request.tools.length > 0 && { tools: request.tools.map(toolOf) }),
      ...fields(request),
      stream: true,
      stream_options: { include_usage: true },
    },
    { signal: request.signal, headers: { 'x-ara-turn': String(request.turn) } },
  );
  const answer = new Answer();
  for await (const chunk of chunks) yield* answer.take(chunk);
  yield* answer.end(provider, request.model);
}

/** Gathers the answer from its chunks. */
class Answer {
  private readonly content: AssistantContent[] = [];
  private readonly calls: PartialCall[] = [];
  private readonly callAt = new Map<number, PartialCall>();
  private readonly thoughts = new Thoughts();
  private tokens: TokenCount = { input: 0, cached: 0, output: 0 };
  private finish: string | null = null;

  /** What there is to tell of it at once. */
  *take({ choices, usage }: ChatCompletionChunk): Generator<ModelEvent> {
    // Comes in a last chunk of its own, in which some servers leave the choices out.
    if (usage) this.tokens = countOf(usage);
    const choice = choices?.[0];
    if (!choice) return;
    this.finish = choice.finish_reason ?? this.finish;
    const { delta } = choice;
    if (this.thoughts.take(delta)) yield { type: 'thinking' };
    for (const piece of delta.tool_calls ?? []) this.addCall(piece);
    const text = delta.content || delta.refusal;
    if (!text) return;
    addText(this.content, text);
    yield { type: 'text', text };
  }

  /** @throws ModelError when the answer is not one */
  end(provider: string, model: string): Generator<ModelEvent> {
    // `error` is what OpenRouter says of a model that broke off.
    if (this.finish === null || this.finish === 'error')
      throw new ModelError('provider-down', { retry: true, afterSeconds: null });
    if (this.finish === 'content_filter') throw new ModelError('refused-by-provider');
    const { value } = this.thoughts;
    const content = [
      ...(value ? [opaque(provider, model, value)] : []),
      ...this.content,
      ...this.calls.map(({ id, name, json }) => toolCall(id, name, parsed(json))),
    ];
    return endOf(content, this.finish === 'length', this.tokens);
  }

  private addCall({ index, id, function: piece }: CallPiece): void {
    let call = this.callAt.get(index);
    // Some servers give every call the same place.
    if (!call || (id && call.id && id !== call.id)) {
      call = { id: '', name: '', json: '' };
      this.callAt.set(index, call);
      this.calls.push(call);
    }
    call.id ||= id ?? '';
    call.name ||= piece?.name ?? '';
    call.json += piece?.arguments ?? '';
  }
}

interface PartialCall {
  id: string;
  name: string;
  json: string;
}

function countOf(usage: NonNullable<ChatCompletionChunk['usage']>): TokenCount {
  const cached = usage.prompt_tokens_details?.cached_tokens ?? 0;
  return { input: Math.max(0, usage.prompt_tokens - cached), cached, output: usage.completion_tokens };
}
