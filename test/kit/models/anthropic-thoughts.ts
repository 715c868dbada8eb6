/** Remembers the thinking that the fake gave away, to know whether it comes back as it was and where it was. */
import { createHash } from 'node:crypto';
import type {
  ContentBlockParam,
  MessageCreateParams,
  ThinkingBlock,
} from '@anthropic-ai/sdk/resources/messages/messages.js';
import { showsThinking, thinks, traitsOf } from './anthropic-models.js';
import { blocksOf } from './anthropic-rules.js';

interface Thought {
  /** The text as it was shown, empty where the request wanted none. */
  shown: string;
  model: string;
  /** What it was thought behind. */
  prefix: string;
}

export class Thoughts {
  readonly #given = new Map<string, Thought>();
  /** The calls that were given with a thought, by their id. */
  readonly #calls = new Map<string, Thought>();

  /** The block as it goes out; `calls` are the ids of the tool calls behind it. */
  give(body: MessageCreateParams, answerId: string, text: string, calls: readonly string[]): ThinkingBlock {
    const signature = createHash('sha512').update(`${answerId}\n${text}`).digest('base64');
    const shown = showsThinking(body) ? text : '';
    const thought = { shown, model: body.model, prefix: prefixOf(body, body.messages.length) };
    this.#given.set(signature, thought);
    for (const id of calls) this.#calls.set(id, thought);
    return { type: 'thinking', thinking: shown, signature };
  }

  problemWith(body: MessageCreateParams): string | undefined {
    for (const [index, message] of body.messages.entries()) {
      for (const [at, block] of blocksOf(message).entries()) {
        if (block.type !== 'thinking') continue;
        const problem = this.#problemWithBlock(body, index, block);
        if (problem !== undefined) return `messages.${index}.content.${at}: ${problem}`;
      }
    }
    return this.#problemWithMissing(body);
  }

  #problemWithBlock(
    body: MessageCreateParams,
    index: number,
    { signature, thinking }: ThinkingBlock,
  ): string | undefined {
    const thought = this.#given.get(signature);
    if (!thought) return 'Invalid `signature` in `thinking` block';
    // What another model thought is left out without a word.
    if (thought.model !== body.model) return undefined;
    if (thought.shown !== thinking)
      return '`thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified. These blocks must remain as they were in the original response.';
    return traitsOf(body.model).preserved && thought.prefix !== prefixOf(body, index)
      ? 'Invalid `signature` in `thinking` block. The block is bound to a different conversation.'
      : undefined;
  }

  /** As long as the tools of an answer are at work, its thinking belongs to it. */
  #problemWithMissing(body: MessageCreateParams): string | undefined {
    const index = body.messages.findLastIndex(({ role }) => role === 'assistant');
    const message = body.messages[index];
    if (!message || !thinks(body)) return undefined;
    const blocks = blocksOf(message);
    const forgotten = blocks.some(
      (block) => block.type === 'tool_use' && this.#calls.get(block.id)?.model === body.model,
    );
    return forgotten && !isThinking(blocks[0])
      ? `messages.${index}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${blocks[0]?.type}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block (preceeding the lastmost set of \`tool_use\` and \`tool_result\` blocks).`
      : undefined;
  }
}

const isThinking = (block: ContentBlockParam | undefined): boolean =>
  block?.type === 'thinking' || block?.type === 'redacted_thinking';

/** System prompt, tools and the first so many messages, whatever is marked for the cache. */
function prefixOf({ system = '', tools = [], messages }: MessageCreateParams, count: number): string {
  const before = messages.slice(0, count).map((message) => [message.role, blocksOf(message)]);
  const told = JSON.stringify([system, tools, before], (name, value: unknown) =>
    name === 'cache_control' ? undefined : value,
  );
  return createHash('sha256').update(told).digest('hex');
}
