/** What Anthropic refuses in a request that is of the right form: what its messages must have to do with each other. */
import type {
  ContentBlockParam,
  MessageCreateParams,
  MessageParam,
  ToolResultBlockParam,
  ToolUseBlockParam,
} from '@anthropic-ai/sdk/resources/messages/messages.js';
import { thinks, traitsOf } from './anthropic-models.js';

const MAX_BREAKPOINTS = 4;

/** The blocks of a message; a bare string is one of text. */
export function blocksOf({ content }: Pick<MessageParam, 'content'>): readonly ContentBlockParam[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}

export function problemWithRequest(body: MessageCreateParams): string | undefined {
  return (
    problemWithTurns(body) ??
    problemWithPlaces(body.messages) ??
    problemWithToolRounds(body.messages) ??
    problemWithTools(body) ??
    problemWithThinking(body) ??
    problemWithBreakpoints(body)
  );
}

/** Held more strictly than by the real API, which merges neighbours. */
function problemWithTurns({ messages, model }: MessageCreateParams): string | undefined {
  const turns = messages.filter(({ role }) => role !== 'system');
  if (turns.length === 0) return 'messages: at least one message is required';
  if (turns[0]?.role !== 'user') return 'messages: first message must use the "user" role';
  for (const [index, { role, content }] of turns.entries()) {
    if (index > 0 && turns[index - 1]?.role === role)
      return `messages: roles must alternate between "user" and "assistant", but found multiple "${role}" roles in a row`;
    if (content.length === 0)
      return `messages.${index}: all messages must have non-empty content except for the optional final assistant message`;
  }
  const last = turns.at(-1);
  if (last?.role !== 'assistant') return undefined;
  if (!traitsOf(model).prefill)
    return 'This model does not support assistant message prefill. The conversation must end with a user message.';
  const end = blocksOf(last).at(-1);
  return end?.type === 'text' && /\s$/.test(end.text)
    ? 'messages: final assistant content cannot end with trailing whitespace'
    : undefined;
}

const ONLY_FROM = {
  tool_result: 'user',
  image: 'user',
  tool_use: 'assistant',
  thinking: 'assistant',
  redacted_thinking: 'assistant',
} as const;

function problemWithPlaces(messages: readonly MessageParam[]): string | undefined {
  for (const [index, message] of messages.entries()) {
    const blocks = blocksOf(message);
    for (const { type } of blocks) {
      if (type in ONLY_FROM && ONLY_FROM[type as keyof typeof ONLY_FROM] !== message.role)
        return `messages.${index}: \`${type}\` blocks can only be in \`${ONLY_FROM[type as keyof typeof ONLY_FROM]}\` messages`;
    }
    if (blocks.at(-1)?.type === 'thinking')
      return `messages.${index}: The final block in an assistant message cannot be \`thinking\`.`;
  }
  return undefined;
}

function problemWithToolRounds(messages: readonly MessageParam[]): string | undefined {
  const ids = messages.flatMap((message) => usesIn(message)).map(({ id }) => id);
  if (new Set(ids).size < ids.length) return 'messages: `tool_use` ids must be unique';
  for (const [index, message] of messages.entries()) {
    const results = resultsIn(message).map(({ tool_use_id }) => tool_use_id);
    const asked = usesIn(messages[index - 1]).map(({ id }) => id);
    const stray = results.find((id, at) => !asked.includes(id) || results.indexOf(id) !== at);
    if (stray !== undefined)
      return `messages.${index}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${stray}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`;
    const next = messages[index + 1];
    const leading = leadingResults(next);
    const open = usesIn(message).filter(({ id }) => !leading.includes(id));
    if (open.length > 0)
      return `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${open.map(({ id }) => id).join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`;
  }
  return undefined;
}

const usesIn = (message: MessageParam | undefined): ToolUseBlockParam[] =>
  message ? blocksOf(message).filter((block) => block.type === 'tool_use') : [];

const resultsIn = (message: MessageParam): ToolResultBlockParam[] =>
  blocksOf(message).filter((block) => block.type === 'tool_result');

/** A result behind other content does not count. */
function leadingResults(message: MessageParam | undefined): string[] {
  const ids: string[] = [];
  for (const block of message ? blocksOf(message) : []) {
    if (block.type !== 'tool_result') break;
    ids.push(block.tool_use_id);
  }
  return ids;
}

function problemWithTools({ messages, tools = [], tool_choice, ...body }: MessageCreateParams) {
  const names = tools.flatMap((tool) => ('name' in tool ? [tool.name] : []));
  if (new Set(names).size < names.length) return 'tools: Tool names must be unique.';
  if (tools.length === 0) {
    const uses = messages.some((message) => usesIn(message).length > 0);
    if (uses) return 'Requests which include `tool_use` or `tool_result` blocks must define tools.';
    if (tool_choice) return 'tool_choice: tool_choice may only be specified while providing tools';
  }
  if (tool_choice?.type !== 'tool' && tool_choice?.type !== 'any') return undefined;
  if (thinks({ messages, ...body }) || traitsOf(body.model).preserved)
    return 'Thinking may not be enabled when tool_choice forces tool use.';
  return tool_choice.type === 'tool' && !names.includes(tool_choice.name)
    ? `Tool '${tool_choice.name}' not found in provided tools`
    : undefined;
}

function problemWithThinking({ model, thinking, max_tokens }: MessageCreateParams): string | undefined {
  if (!thinking) return undefined;
  const { accepts } = traitsOf(model);
  if (!accepts.includes(thinking.type)) {
    if (thinking.type === 'adaptive') return 'adaptive thinking is not supported on this model';
    const instead = accepts.includes('between_tools') ? 'between_tools' : 'adaptive';
    return `"thinking.type.${thinking.type}" is not supported for this model. Use "thinking.type.${instead}" and "output_config.effort" to control thinking behavior.`;
  }
  return thinking.type === 'enabled' && thinking.budget_tokens >= max_tokens
    ? '`max_tokens` must be greater than `thinking.budget_tokens`.'
    : undefined;
}

function problemWithBreakpoints(body: MessageCreateParams): string | undefined {
  let found = 0;
  JSON.stringify(body, (name, value: unknown) => {
    if (name === 'cache_control' && value !== null) found += 1;
    return value;
  });
  return found > MAX_BREAKPOINTS
    ? `A maximum of ${MAX_BREAKPOINTS} blocks with cache_control may be provided. Found ${found}.`
    : undefined;
}
