/** Anthropic's Messages API, streamed. */
// Not the whole library: its default client drags in every API there is, three times the size and twice the time.
import { BaseAnthropic } from '@anthropic-ai/sdk/client';
import {
  Messages,
  type ContentBlock,
  type RawContentBlockDelta,
  type RawMessageStreamEvent,
  type Usage,
} from '@anthropic-ai/sdk/resources/messages';
import type { DoorFetch } from '../door-fetch.js';
import { requestOf } from './anthropic-request.js';
import { addText, endOf, opaque, parsed, toolCall } from './content.js';
import {
  ModelError,
  type AssistantContent,
  type Model,
  type ModelEvent,
  type ModelRequest,
  type TokenCount,
} from './model.js';

export function anthropicModel(fetch: DoorFetch): Model {
  const messages = new Messages(
    new BaseAnthropic({
      baseURL: 'http://rooms/v1/models/anthropic',
      apiKey: 'held-by-the-bridge-room',
      maxRetries: 0,
      logLevel: 'off',
      fetch,
    }),
  );
  return { stream: (request) => stream(messages, request) };
}

async function* stream(messages: Messages, request: ModelRequest): AsyncGenerator<ModelEvent> {
  const events = await messages.create(requestOf(request), {
    signal: request.signal,
    headers: { 'x-ara-turn': String(request.turn) },
  });
  const answer = new Answer(request.model);
  for await (const event of events) {
    const sign = answer.take(event);
    if (sign) yield sign;
  }
  yield* answer.end();
}

/** Gathers the answer from its events. */
class Answer {
  private readonly content: AssistantContent[] = [];
  private readonly tokens: TokenCount = { input: 0, cached: 0, output: 0 };
  /** The block that is being written, and the JSON of its arguments if it is a call. */
  private block: ContentBlock | null = null;
  private json = '';
  private stop: string | null = null;
  private complete = false;

  constructor(private readonly model: string) {}

  /** What there is to tell of it at once. */
  take(event: RawMessageStreamEvent): ModelEvent | null {
    if (event.type === 'message_start') this.countInput(event.message.usage);
    else if (event.type === 'content_block_start') return this.begin(event.content_block);
    else if (event.type === 'content_block_delta') return this.add(event.delta);
    else if (event.type === 'content_block_stop') this.finishBlock();
    else if (event.type === 'message_delta') {
      this.tokens.output = event.usage.output_tokens;
      this.stop = event.delta.stop_reason;
    } else if (event.type === 'message_stop') this.complete = true;
    return null;
  }

  /** @throws ModelError when the answer is not one */
  end(): Generator<ModelEvent> {
    if (!this.complete) throw new ModelError('provider-down', { retry: true, afterSeconds: null });
    if (this.stop === 'refusal') throw new ModelError('refused-by-provider');
    if (this.stop === 'model_context_window_exceeded') throw new ModelError('too-long');
    return endOf(this.content, this.stop === 'max_tokens', this.tokens);
  }

  private countInput(usage: Usage): void {
    this.tokens.input = usage.input_tokens + (usage.cache_creation_input_tokens ?? 0);
    this.tokens.cached = usage.cache_read_input_tokens ?? 0;
  }

  private begin(block: ContentBlock): ModelEvent | null {
    this.block = block;
    this.json = '';
    return isThought(block) ? { type: 'thinking' } : null;
  }

  private add(delta: RawContentBlockDelta): ModelEvent | null {
    const { block } = this;
    if (delta.type === 'text_delta') {
      addText(this.content, delta.text);
      return { type: 'text', text: delta.text };
    }
    if (delta.type === 'input_json_delta') this.json += delta.partial_json;
    else if (block?.type === 'thinking') {
      if (delta.type === 'signature_delta') block.signature = delta.signature;
      if (delta.type === 'thinking_delta') {
        block.thinking += delta.thinking;
        return { type: 'thinking' };
      }
    }
    return null;
  }

  private finishBlock(): void {
    const { block, content } = this;
    if (block?.type === 'tool_use') content.push(toolCall(block.id, block.name, parsed(this.json)));
    else if (block && isThought(block)) content.push(opaque('anthropic', this.model, block));
  }
}

const isThought = ({ type }: ContentBlock): boolean => type === 'thinking' || type === 'redacted_thinking';
