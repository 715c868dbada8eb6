/** Anthropic's Messages API, streamed. */
// Not the whole library: its default client drags in every API there is, three times the size and twice the time.
import { BaseAnthropic } from '@anthropic-ai/sdk/client';
import { Messages } from '@anthropic-ai/sdk/resources/messages';
import type { DoorFetch } from '../door-fetch.js';
import { ModelError, type Model, type ModelEvent, type ModelRequest } from './model.js';

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
  const events = await messages.create(
    {
      model: request.model,
      max_tokens: request.maxTokens,
      system: request.system,
      messages: request.messages.map(({ role, text }) => ({ role, content: text })),
      stream: true,
    },
    { signal: request.signal },
  );
  let inputTokens = 0;
  let outputTokens = 0;
  let stopReason: string | null = null;
  let complete = false;
  for await (const event of events) {
    if (event.type === 'message_start') inputTokens = inputOf(event.message.usage);
    else if (event.type === 'content_block_delta') {
      if (event.delta.type === 'text_delta') yield { type: 'text', text: event.delta.text };
    } else if (event.type === 'message_delta') {
      outputTokens = event.usage.output_tokens;
      stopReason = event.delta.stop_reason;
    } else if (event.type === 'message_stop') complete = true;
  }
  if (!complete) throw new ModelError('provider-down', { retry: true, afterSeconds: null });
  if (stopReason === 'refusal') throw new ModelError('refused-by-provider');
  if (stopReason === 'model_context_window_exceeded') throw new ModelError('too-long');
  yield { type: 'end', inputTokens, outputTokens, cut: stopReason === 'max_tokens' };
}

interface Usage {
  input_tokens: number;
  cache_creation_input_tokens: number | null;
  cache_read_input_tokens: number | null;
}

const inputOf = (usage: Usage): number =>
  usage.input_tokens + (usage.cache_creation_input_tokens ?? 0) + (usage.cache_read_input_tokens ?? 0);
