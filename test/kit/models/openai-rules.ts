/** What OpenAI refuses in a request that is of the right form: how its messages and its options must fit together. */
import type {
  ChatCompletionCreateParams,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions/completions.js';

/** Every call of a tool is answered right behind the message that made it, and nothing else is. */
export function problemWithToolMessages(messages: readonly ChatCompletionMessageParam[]): string | undefined {
  let open: string[] = [];
  for (const [index, message] of [...messages, undefined].entries()) {
    if (message?.role === 'tool') {
      if (!open.includes(message.tool_call_id))
        return `messages.${index}: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.`;
      open = open.filter((id) => id !== message.tool_call_id);
    } else if (open.length > 0) {
      return `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${open.join(', ')}`;
    } else if (message?.role === 'assistant') {
      open = (message.tool_calls ?? []).map(({ id }) => id);
      if (open.length === 0 && (message.content ?? message.refusal ?? null) === null)
        return `messages.${index}.content: expected a string, got null.`;
    }
  }
  return undefined;
}

export function problemWithTools({ tools, ...body }: ChatCompletionCreateParams): string | undefined {
  if (!tools && body.tool_choice !== undefined)
    return "'tool_choice' is only allowed when 'tools' are specified.";
  if (!tools && body.parallel_tool_calls !== undefined)
    return "'parallel_tool_calls' is only allowed when 'tools' are specified.";
  return undefined;
}

type Effort = NonNullable<ChatCompletionCreateParams['reasoning_effort']>;

/** Every model since GPT-5 reasons, and each family has its own idea of what can be asked of it. */
export function problemWithReasoning(body: ChatCompletionCreateParams): string | undefined {
  const version = versionOf(body.model);
  if (version === undefined || version < 5) return undefined;
  if (body.max_tokens !== undefined && body.max_tokens !== null)
    return "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.";
  if (body.reasoning_effort === 'none' && !canStopReasoning(body.model, version))
    return "Unsupported value: 'reasoning_effort' does not support 'none' with this model.";
  const effort: Effort = body.reasoning_effort ?? (version === 5.4 || version === 5.5 ? 'none' : 'medium');
  return body.tools && version >= 5.4 && effort !== 'none'
    ? `Function tools with reasoning_effort are not supported for ${body.model} in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'.`
    : undefined;
}

/** Of `gpt-5.4-mini` 5.4; undefined for what is no GPT or one that is made to chat only. */
function versionOf(model: string): number | undefined {
  const [, version] = /^gpt-(\d+(?:\.\d)?)(?!.*-chat)/.exec(model) ?? [];
  return version === undefined ? undefined : Number(version);
}

function canStopReasoning(model: string, version: number): boolean {
  return version > 5 && !/^gpt-(6-astra|6\.1-sol)/.test(model);
}
