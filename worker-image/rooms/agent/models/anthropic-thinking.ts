/** How each generation of Claude is asked to think, or not to: they refuse each other's forms. */
import type { MessageCreateParamsStreaming, ThinkingConfigParam } from '@anthropic-ai/sdk/resources/messages';
import { ownValue } from './content.js';
import type { ModelRequest } from './model.js';

/** Up to Claude 4.5: thinks with a number of tokens, which are among those of the answer. */
const BUDGETED = /^claude-(?:[23]|(?:opus|sonnet|haiku)-4(?:-[015])?(?:-\d{8})?$)/;
const BUDGETS = { low: 2_048, high: 8_192 };
/** The fewest that the API takes, and that are left for the words. */
const FEWEST = 1_024;

type Form = Pick<MessageCreateParamsStreaming, 'thinking' | 'output_config'>;

export function thinkingOf(request: ModelRequest): Form {
  const { model, thinking, maxTokens } = request;
  if (BUDGETED.test(model)) {
    if (thinking === 'off' || maxTokens < 2 * FEWEST || missesThoughts(request)) return {};
    return { thinking: { type: 'enabled', budget_tokens: Math.min(BUDGETS[thinking], maxTokens - FEWEST) } };
  }
  if (thinking !== 'off') return { thinking: { type: 'adaptive' }, output_config: { effort: thinking } };
  const off = offFormOf(model);
  return off ? { thinking: { type: off } } : { output_config: { effort: 'low' } };
}

/** Null for a model that always thinks, as those do that are not known here: refused is only the wrong way to forbid it. */
function offFormOf(model: string): Exclude<ThinkingConfigParam['type'], 'enabled'> | null {
  if (model.startsWith('claude-sonnet-5-5')) return 'between_tools';
  if (/^claude-(?:opus|sonnet)-(?:4-[678]|5$)|^claude-haiku-5/.test(model)) return 'disabled';
  return null;
}

/** Whether the last calls came from another model: one with a budget must find its own thoughts before them. */
function missesThoughts({ messages, model }: ModelRequest): boolean {
  const last = messages.findLast(({ role }) => role === 'assistant')?.content ?? [];
  const hasOwn = last.some((part) => part.type === 'opaque' && ownValue(part, 'anthropic', model));
  return last.some(({ type }) => type === 'tool-call') && !hasOwn;
}
