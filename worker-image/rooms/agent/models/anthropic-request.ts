/** A request in the form of Anthropic's Messages API, with the marks up to which the provider is to cache. */
import type {
  CacheControlEphemeral,
  ContentBlockParam,
  ImageBlockParam,
  MessageCreateParamsStreaming,
  MessageParam,
  TextBlockParam,
  Tool,
  ToolResultBlockParam,
} from '@anthropic-ai/sdk/resources/messages';
import { thinkingOf } from './anthropic-thinking.js';
import { argumentsOf, idFor, ownValue } from './content.js';
import type {
  AssistantContent,
  Image,
  ModelMessage,
  ModelRequest,
  ToolDescription,
  ToolResult,
  UserContent,
} from './model.js';

const IDS = /^[a-zA-Z0-9_-]+$/;
const CACHED: { cache_control: CacheControlEphemeral } = { cache_control: { type: 'ephemeral' } };

export function requestOf(request: ModelRequest): MessageCreateParamsStreaming {
  const { model, maxTokens, system, tools, messages } = request;
  return {
    model,
    max_tokens: maxTokens,
    system: [...marked(textBlocks(system.stable)), ...textBlocks(system.current)],
    ...(tools.length > 0 && { tools: marked(tools.map(toolOf)) }),
    messages: messagesOf(messages, model),
    ...thinkingOf(request),
    stream: true,
  };
}

/**
 * Two marks: at the end, for the next request of this turn; and at the words that began the turn, for the next turn, which
 * has only these of it.
 */
function messagesOf(messages: readonly ModelMessage[], model: string): MessageParam[] {
  const asked = messages.findLastIndex(
    ({ role, content }) => role === 'user' && content.every(({ type }) => type !== 'tool-result'),
  );
  return messages.flatMap((message, at): MessageParam[] => {
    let content = blocksOf(message, model);
    if (at === asked) content = [...marked(content.slice(0, 1)), ...content.slice(1)];
    if (at === messages.length - 1) content = marked(content);
    return content.length > 0 ? [{ role: message.role, content }] : [];
  });
}

const blocksOf = (message: ModelMessage, model: string): ContentBlockParam[] =>
  message.role === 'user' ? userBlocks(message.content) : assistantBlocks(message.content, model);

/** The API wants the results of tools before all else. */
function userBlocks(content: readonly UserContent[]): ContentBlockParam[] {
  const results = content.filter((part) => part.type === 'tool-result');
  const rest = content.filter((part) => part.type !== 'tool-result');
  return [
    ...results.map(resultBlock),
    ...rest.flatMap((part): ContentBlockParam[] =>
      part.type === 'image' ? [imageBlock(part)] : textBlocks(part.text),
    ),
  ];
}

function assistantBlocks(content: readonly AssistantContent[], model: string): ContentBlockParam[] {
  return content.flatMap((part): ContentBlockParam[] => {
    if (part.type === 'text') return textBlocks(part.text);
    if (part.type === 'tool-call')
      return [{ type: 'tool_use', id: idFor(IDS, part.id), name: part.name, input: argumentsOf(part) }];
    const thought = ownValue(part, 'anthropic', model);
    return thought ? [thought as ContentBlockParam] : [];
  });
}

const resultBlock = ({ id, text, failed, images }: ToolResult): ToolResultBlockParam => ({
  type: 'tool_result',
  tool_use_id: idFor(IDS, id),
  content: [...textBlocks(text), ...images.map(imageBlock)],
  ...(failed && { is_error: true }),
});

const imageBlock = ({ mediaType, data }: Image): ImageBlockParam => ({
  type: 'image',
  source: { type: 'base64', media_type: mediaType, data },
});

const toolOf = ({ name, description, parameters }: ToolDescription): Tool => ({
  name,
  description,
  input_schema: { ...parameters, type: 'object' },
});

/** None for a blank one, which the API refuses. */
const textBlocks = (text: string): TextBlockParam[] => (text.trim() ? [{ type: 'text', text }] : []);

/** With the mark on the last one. */
function marked<Block extends object>(blocks: readonly Block[]): Block[] {
  return blocks.map((block, at) => (at === blocks.length - 1 ? { ...block, ...CACHED } : block));
}
