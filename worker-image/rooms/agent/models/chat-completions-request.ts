/** Messages and tools in the form of the Chat Completions API, as plainly as can be: not every server knows every form. */
import type {
  ChatCompletionAssistantMessageParam,
  ChatCompletionContentPart,
  ChatCompletionContentPartImage,
  ChatCompletionContentPartText,
  ChatCompletionFunctionTool,
  ChatCompletionMessageFunctionToolCall,
  ChatCompletionMessageParam,
  ChatCompletionToolMessageParam,
} from 'openai/resources/chat/completions/completions';
import { argumentsOf, idFor, ownValue } from './content.js';
import type {
  AssistantContent,
  Image,
  ModelRequest,
  ToolCall,
  ToolDescription,
  ToolResult,
  UserContent,
} from './model.js';

const IDS = /^.{1,40}$/;

export function messagesOf(
  { system, messages, model }: ModelRequest,
  provider: string,
): ChatCompletionMessageParam[] {
  const prompt = [system.stable, system.current].filter(Boolean).join('\n\n');
  return [
    { role: 'system', content: prompt },
    ...messages.flatMap(({ role, content }) =>
      role === 'user' ? userMessages(content, provider) : [assistantMessage(content, provider, model)],
    ),
  ];
}

export const toolOf = ({ name, description, parameters }: ToolDescription): ChatCompletionFunctionTool => ({
  type: 'function',
  function: { name, description, parameters },
});

/** A result of a tool is a message of its own, which holds no image: those follow as if the user had sent them. */
function userMessages(content: readonly UserContent[], provider: string): ChatCompletionMessageParam[] {
  const results = content.filter((part) => part.type === 'tool-result');
  const parts = [
    ...results.flatMap(({ name, images }) =>
      images.length > 0 ? [textPart(`From ${name}:`), ...images.map(imagePart)] : [],
    ),
    ...content.flatMap((part) => {
      if (part.type === 'tool-result') return [];
      return [part.type === 'image' ? imagePart(part) : textPart(part.text)];
    }),
  ];
  const own: ChatCompletionMessageParam[] =
    parts.length > 0 ? [{ role: 'user', content: formed(parts, provider) }] : [];
  return [...results.map(resultMessage), ...own];
}

/** One text where there is nothing else: many servers know no parts, and OpenAI's own knows both. */
function formed(parts: ChatCompletionContentPart[], provider: string): string | ChatCompletionContentPart[] {
  const texts = parts.filter((part) => part.type === 'text');
  const isPlain = texts.length === parts.length && (texts.length === 1 || provider !== 'openai');
  return isPlain ? texts.map(({ text }) => text).join('\n\n') : parts;
}

function assistantMessage(
  content: readonly AssistantContent[],
  provider: string,
  model: string,
): ChatCompletionAssistantMessageParam {
  const calls = content.filter((part) => part.type === 'tool-call');
  const thoughts = content.map((part) => part.type === 'opaque' && ownValue(part, provider, model));
  return {
    role: 'assistant',
    content: content.map((part) => (part.type === 'text' ? part.text : '')).join(''),
    ...(calls.length > 0 && { tool_calls: calls.map(callOf) }),
    ...(thoughts.find(Boolean) ?? {}),
  };
}

const callOf = (call: ToolCall): ChatCompletionMessageFunctionToolCall => ({
  type: 'function',
  id: idFor(IDS, call.id),
  function: { name: call.name, arguments: JSON.stringify(argumentsOf(call)) },
});

const resultMessage = ({ id, text, failed }: ToolResult): ChatCompletionToolMessageParam => ({
  role: 'tool',
  tool_call_id: idFor(IDS, id),
  content: failed ? `Failed: ${text}` : text,
});

const textPart = (text: string): ChatCompletionContentPartText => ({ type: 'text', text });

const imagePart = ({ mediaType, data }: Image): ChatCompletionContentPartImage => ({
  type: 'image_url',
  image_url: { url: `data:${mediaType};base64,${data}` },
});
