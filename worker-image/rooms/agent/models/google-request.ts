/** A request in the form of Google's Gemini API. */
import {
  ThinkingLevel,
  type Content,
  type FunctionDeclaration,
  type GenerateContentConfig,
  type Part,
  type ThinkingConfig,
} from '@google/genai/web';
import { argumentsOf, NO_IMAGE, ownValue } from './content.js';
import type {
  AssistantContent,
  Image,
  ModelMessage,
  ModelRequest,
  ToolCall,
  ToolDescription,
  ToolResult,
  UserContent,
} from './model.js';

/** What Google's documentation gives for a call that another model made, which has no signature to show. */
const FOREIGN = 'skip_thought_signature_validator';

/** Up to Gemini 2.5: thinks with a number of tokens or not at all, and signs nothing that it must see again. */
const EARLY = /^gemini-[12]\b/;
const BUDGETS = { low: 1_024, high: 16_384 };
/** For the one of them that always thinks. */
const SMALLEST_BUDGET = 128;

export const contentsOf = ({ messages, model }: ModelRequest): Content[] =>
  messages.map((message) => contentOf(message, model)).filter(({ parts }) => parts?.length);

/** All but what is of the connection. */
export function configOf(request: ModelRequest): GenerateContentConfig {
  const { system, tools, maxTokens } = request;
  const prompt = [system.stable, system.current].flatMap(textParts);
  return {
    ...(prompt.length > 0 && { systemInstruction: prompt }),
    maxOutputTokens: maxTokens,
    ...(tools.length > 0 && { tools: [{ functionDeclarations: tools.map(declarationOf) }] }),
    ...thinkingOf(request),
    // One request is one answer: the library would ask for more by itself.
    automaticContinuation: false,
  };
}

/** The thoughts are asked for as a sign of life. */
export function thinkingOf({ model, thinking }: Pick<ModelRequest, 'model' | 'thinking'>): {
  thinkingConfig?: ThinkingConfig;
} {
  const off = thinking === 'off';
  if (model.startsWith('gemini-2.5-')) {
    const least = model.includes('pro') ? SMALLEST_BUDGET : 0;
    return { thinkingConfig: { thinkingBudget: off ? least : BUDGETS[thinking], includeThoughts: !off } };
  }
  if (EARLY.test(model)) return {};
  // They cannot be told not to think, and not all of them know a lower level.
  const thinkingLevel = thinking === 'high' ? ThinkingLevel.HIGH : ThinkingLevel.LOW;
  return { thinkingConfig: { thinkingLevel, includeThoughts: !off } };
}

const contentOf = ({ role, content }: ModelMessage, model: string): Content =>
  role === 'user'
    ? { role: 'user', parts: userParts(content) }
    : { role: 'model', parts: modelParts(content, model) };

/** The result of a tool holds no image: those follow as if the user had sent them. */
function userParts(content: readonly UserContent[]): Part[] {
  const results = content.filter((part) => part.type === 'tool-result');
  return [
    ...results.map(responsePart),
    ...results.flatMap(({ images }) => images.map(imagePart)),
    ...content.flatMap((part) => {
      if (part.type === 'tool-result') return [];
      return part.type === 'image' ? [imagePart(part)] : textParts(part.text);
    }),
  ];
}

/** The signature of a call stands before it; of several calls in one answer only the first must have one. */
function modelParts(content: readonly AssistantContent[], model: string): Part[] {
  let signature = EARLY.test(model) ? undefined : FOREIGN;
  return content.flatMap((part): Part[] => {
    if (part.type === 'text') return textParts(part.text);
    if (part.type === 'opaque') {
      signature = (ownValue(part, 'google', model) as string | undefined) ?? signature;
      return [];
    }
    const call = callPart(part, signature);
    signature = undefined;
    return [call];
  });
}

const callPart = (call: ToolCall, thoughtSignature: string | undefined): Part => ({
  functionCall: { id: call.id, name: call.name, args: argumentsOf(call) },
  ...(thoughtSignature && { thoughtSignature }),
});

const responsePart = ({ id, name, text, failed }: ToolResult): Part => ({
  functionResponse: { id, name, response: { [failed ? 'error' : 'output']: text } },
});

/** Google reads no GIF. */
const imagePart = ({ mediaType, data }: Image): Part =>
  mediaType === 'image/gif' ? { text: NO_IMAGE } : { inlineData: { mimeType: mediaType, data } };

const textParts = (text: string): Part[] => (text.trim() ? [{ text }] : []);

const declarationOf = ({ name, description, parameters }: ToolDescription): FunctionDeclaration => ({
  name,
  description,
  parametersJsonSchema: parameters,
});
