/** OpenAI's Chat Completions API, streamed. */
import { OpenAI } from 'openai/client';
import type { DoorFetch } from '../door-fetch.js';
import { ModelError, type Model, type ModelEvent, type ModelRequest } from './model.js';

export function openaiModel(fetch: DoorFetch): Model {
  const client = new OpenAI({
    baseURL: 'http://rooms/v1/models/openai/v1',
    apiKey: 'held-by-the-bridge-room',
    organization: null,
    project: null,
    maxRetries: 0,
    logLevel: 'off',
    fetch,
  });
  return { stream: (request) => stream(client, request) };
}

async function* stream(client: OpenAI, request: ModelRequest): AsyncGenerator<ModelEvent> {
  const chunks = await client.chat.completions.create(
    {
      model: request.model,
      max_completion_tokens: request.maxTokens,
      messages: [
        { role: 'system', content: request.system },
        ...request.messages.map(({ role, text }) => ({ role, content: text })),
      ],
      stream: true,
      stream_options: { include_usage: true },
    },
    { signal: request.signal },
  );
  let usage = { inputTokens: 0, outputTokens: 0 };
  let finish: string | null = null;
  for await (const { choices, usage: counted } of chunks) {
    const choice = choices[0];
    const text = choice?.delta.content ?? choice?.delta.refusal;
    if (text) yield { type: 'text', text };
    finish = choice?.finish_reason ?? finish;
    // Comes in a last chunk of its own, without a choice.
    if (counted) usage = { inputTokens: counted.prompt_tokens, outputTokens: counted.completion_tokens };
  }
  if (finish === null) throw new ModelError('provider-down', { retry: true, afterSeconds: null });
  if (finish === 'content_filter') throw new ModelError('refused-by-provider');
  yield { type: 'end', ...usage, cut: finish === 'length' };
}
