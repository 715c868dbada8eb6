/** The body of `POST /v1/chat/completions` as a schema, held to the SDK's own types by the compiler. */
import type {
  ChatCompletionContentPart,
  ChatCompletionContentPartImage,
  ChatCompletionContentPartText,
  ChatCompletionCreateParamsNonStreaming,
  ChatCompletionCustomTool,
  ChatCompletionMessageCustomToolCall,
  ChatCompletionMessageParam,
  ChatCompletionNamedToolChoice,
  ChatCompletionToolChoiceOption,
} from 'openai/resources/chat/completions/completions.js';
import { z } from 'zod';
import {
  anyObject,
  problemWithImage,
  problemWithToolSchema,
  toolName,
  typed,
  without,
  type Mirrors,
} from './request-schema.js';

/** The SDK splits the parameters by `stream` only; everything else is the same. */
type Fields = Omit<ChatCompletionCreateParamsNonStreaming, 'stream'> & { stream?: boolean | null };
type AssistantMessage = Extract<ChatCompletionMessageParam, { role: 'assistant' }>;
type OtherPart = Exclude<
  ChatCompletionContentPart,
  ChatCompletionContentPartText | ChatCompletionContentPartImage
>;
type OtherChoice = Exclude<ChatCompletionToolChoiceOption, string | ChatCompletionNamedToolChoice>;

/** A part type that is missing here or too many does not compile. */
const otherParts = { input_audio: true, file: true } satisfies Record<OtherPart['type'], true>;
const otherChoices = { custom: true, allowed_tools: true } satisfies Record<OtherChoice['type'], true>;
const custom = new Set(['custom']);

const prompt_cache_breakpoint = z
  .strictObject({ mode: z.literal('explicit'), ttl: z.enum(['30m', '12h']).exactOptional() })
  .exactOptional();

const textPart = z.strictObject({ type: z.literal('text'), text: z.string(), prompt_cache_breakpoint });
const imagePart = z.strictObject({
  type: z.literal('image_url'),
  image_url: z.strictObject({
    url: z.string().superRefine(without(problemWithImageUrl)),
    detail: z.enum(['auto', 'low', 'high', 'original']).exactOptional(),
  }),
  prompt_cache_breakpoint,
});
const refusalPart = z.strictObject({ type: z.literal('refusal'), refusal: z.string() });

/** A picture comes as its bytes or as the address of it. */
function problemWithImageUrl(url: string): string | undefined {
  if (!url.startsWith('data:')) return URL.canParse(url) ? undefined : 'Invalid image URL';
  const [, mediaType, data] = /^data:([^;,]+);base64,(.*)$/s.exec(url) ?? [];
  if (mediaType === undefined || data === undefined) return 'Invalid base64 image_url';
  return problemWithImage(mediaType, data);
}

/** A bare string, or parts of which there must be one. */
const content = <Part extends z.ZodType>(part: Part) => z.union([z.string(), z.array(part).min(1)]);
const userPart = z.union([
  z.discriminatedUnion('type', [textPart, imagePart]),
  typed<OtherPart>(new Set(Object.keys(otherParts))),
]);
const name = z.string().exactOptional();

const toolCall = z.union([
  z.strictObject({
    id: z.string().min(1).max(64),
    type: z.literal('function'),
    function: z.strictObject({ name: toolName, arguments: z.string() }),
  }),
  typed<ChatCompletionMessageCustomToolCall>(custom),
]);

const message = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('developer'), content: content(textPart), name }),
  z.strictObject({ role: z.literal('system'), content: content(textPart), name }),
  z.strictObject({ role: z.literal('user'), content: content(userPart), name }),
  z.strictObject({ role: z.literal('tool'), content: content(textPart), tool_call_id: z.string() }),
  z.strictObject({ role: z.literal('function'), content: z.string().nullable(), name: z.string() }),
  z.strictObject({
    role: z.literal('assistant'),
    content: content(z.discriminatedUnion('type', [textPart, refusalPart]))
      .nullable()
      .exactOptional(),
    name,
    refusal: z.string().nullable().exactOptional(),
    audio: typed<NonNullable<AssistantMessage['audio']>>().nullable().exactOptional(),
    tool_calls: z.array(toolCall).min(1, "empty array in 'tool_calls'").exactOptional(),
    function_call: typed<NonNullable<AssistantMessage['function_call']>>().nullable().exactOptional(),
  }),
]);

const tool = z.union([
  z.strictObject({
    type: z.literal('function'),
    function: z.strictObject({
      name: toolName,
      description: z.string().exactOptional(),
      parameters: anyObject.superRefine(without(problemWithToolSchema)).exactOptional(),
      strict: z.boolean().nullable().exactOptional(),
    }),
  }),
  typed<ChatCompletionCustomTool>(custom),
]);

const toolChoice = z.union([
  z.enum(['none', 'auto', 'required']),
  z.strictObject({ type: z.literal('function'), function: z.strictObject({ name: z.string() }) }),
  typed<OtherChoice>(new Set(Object.keys(otherChoices))),
]);

/** A field whose inner form is of no matter here; its type is the SDK's. */
const opaque = <F extends keyof Fields>() => z.custom<Exclude<Fields[F], undefined>>().exactOptional();
const number = (low: number, high: number) => z.number().min(low).max(high).nullable().exactOptional();
const tokens = z.int().positive().nullable().exactOptional();

/** A field of the SDK that is missing here, or one that the SDK does not know, does not compile. */
const fields = {
  model: z.string().min(1),
  messages: z.array(message).min(1, 'Array should have at least 1 item'),
  stream: z.boolean().nullable().exactOptional(),
  stream_options: z
    .strictObject({
      include_usage: z.boolean().exactOptional(),
      include_obfuscation: z.boolean().exactOptional(),
    })
    .nullable()
    .exactOptional(),
  max_tokens: tokens,
  max_completion_tokens: tokens,
  temperature: number(0, 2),
  top_p: number(0, 1),
  frequency_penalty: number(-2, 2),
  presence_penalty: number(-2, 2),
  n: z.int().positive().nullable().exactOptional(),
  seed: z.int().nullable().exactOptional(),
  stop: z
    .union([z.string(), z.array(z.string())])
    .nullable()
    .exactOptional(),
  store: z.boolean().nullable().exactOptional(),
  user: z.string().exactOptional(),
  prompt_cache_key: z.string().max(64, 'string too long').nullable().exactOptional(),
  safety_identifier: z.string().nullable().exactOptional(),
  parallel_tool_calls: z.boolean().exactOptional(),
  logprobs: z.boolean().nullable().exactOptional(),
  top_logprobs: z.int().nullable().exactOptional(),
  reasoning_effort: z
    .enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'])
    .nullable()
    .exactOptional(),
  tool_choice: toolChoice.exactOptional(),
  tools: z.array(tool).min(1, "empty array in 'tools'").max(128, "too many 'tools'").exactOptional(),
  audio: opaque<'audio'>(),
  function_call: opaque<'function_call'>(),
  functions: opaque<'functions'>(),
  logit_bias: opaque<'logit_bias'>(),
  metadata: opaque<'metadata'>(),
  modalities: opaque<'modalities'>(),
  moderation: opaque<'moderation'>(),
  prediction: opaque<'prediction'>(),
  prompt_cache_options: opaque<'prompt_cache_options'>(),
  prompt_cache_retention: opaque<'prompt_cache_retention'>(),
  response_format: opaque<'response_format'>(),
  service_tier: opaque<'service_tier'>(),
  verbosity: opaque<'verbosity'>(),
  web_search_options: opaque<'web_search_options'>(),
} satisfies { [F in keyof Fields]-?: z.ZodType };

export const completionCreate = z.strictObject(fields);

/** Compiles only while the schema takes exactly what the SDK sends. */
export const chatMessagesMirrorSdk: Mirrors<z.output<typeof message>, ChatCompletionMessageParam> = true;
export const completionMirrorsSdk: Mirrors<z.output<typeof completionCreate>, Fields> = true;
