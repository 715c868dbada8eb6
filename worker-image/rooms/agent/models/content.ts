/** What all providers do alike with the pieces of an answer. */
import { createHash, randomUUID } from 'node:crypto';
import type { AssistantContent, ModelEvent, Opaque, TokenCount, ToolCall } from './model.js';

/** What stands for an image with a model that cannot see it. */
export const NO_IMAGE = '[an image, which this model cannot see]';

/** Adds to the text at the end of an answer. */
export function addText(content: AssistantContent[], text: string): void {
  const last = content.at(-1);
  if (last?.type === 'text') content[content.length - 1] = { type: 'text', text: last.text + text };
  else content.push({ type: 'text', text });
}

/** `id` is the provider's, if it has one. */
export const toolCall = (id: string | null | undefined, name: string, written: unknown): ToolCall => ({
  type: 'tool-call',
  id: id || `call_${randomUUID().replaceAll('-', '')}`,
  name,
  arguments: written,
});

/** Of arguments as the model wrote them. What is no JSON is handed on as it is, for whoever runs the tool to refuse. */
export function parsed(json: string): unknown {
  try {
    return json.trim() ? JSON.parse(json) : {};
  } catch {
    return json;
  }
}

/** The arguments of a call as every provider takes them back: an object, even if the model wrote none. */
export function argumentsOf({ arguments: written }: ToolCall): Record<string, unknown> {
  const isObject = typeof written === 'object' && written !== null && !Array.isArray(written);
  return isObject ? (written as Record<string, unknown>) : { unreadable: written };
}

/** The same id for a call and its result, whoever has made it up, for a provider that takes only some. */
export function idFor(allowed: RegExp, id: string): string {
  if (allowed.test(id)) return id;
  return `call_${createHash('sha256').update(id).digest('hex').slice(0, 32)}`;
}

/** Only the model that gave it can read it, so that it is kept apart from other models of the same provider, too. */
export const opaque = (provider: string, model: string, value: unknown): Opaque => ({
  type: 'opaque',
  provider,
  value: { model, value },
});

/** What `opaque` was given, if it was for this model; else undefined. */
export function ownValue(part: Opaque, provider: string, model: string): unknown {
  const kept = part.value as { model: string; value: unknown };
  return part.provider === provider && kept.model === model ? kept.value : undefined;
}

/**
 * The last events of an answer. Calls are given out here and not before: an answer that was cut may have cut a call, and
 * one that breaks off may be asked for again.
 */
export function* endOf(
  content: readonly AssistantContent[],
  cut: boolean,
  tokens: TokenCount,
): Generator<ModelEvent> {
  const calls = cut ? [] : content.filter((part) => part.type === 'tool-call');
  yield* calls;
  if (calls.length > 0) yield { type: 'end', stop: 'tools', tokens, content };
  else {
    const text = content.filter((part) => part.type === 'text');
    yield { type: 'end', stop: cut ? 'length' : 'end', tokens, content: text };
  }
}
