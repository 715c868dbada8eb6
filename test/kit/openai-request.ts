/** The body of `POST /v1/chat/completions` as a schema, held to the SDK's own types by the compiler. */
import type {
  ChatCompletionCreateParamsNonStreaming,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions/completions.js';
import { z } from 'zod';
import { typed, type Mirrors } from './request-schema.js';

/** The SDK splits the parameters by `stream` only; everything else is the same. */
type Fields = Omit<ChatCompletionCreateParamsNonStreaming, 'stream'> & { stream?: boolean | null };
type MessageOf<R extends ChatCompletionMessageParam['role']> = Extract<
  ChatCompletionMessageParam,
  { role: R }
>;

const text = <R extends ChatCompletionMessageParam['role']>() =>
  z.union([
    z.string(),
    z.array(typed<Extract<MessageOf<R>['content'], readonly unknown[]>[number]>()).min(1),
  ]);
const name = z.string().exactOptional();

const message = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('developer'), content: text<'developer'>(), name }),
  z.strictObject({ role: z.literal('system'), content: text<'system'>(), name }),
  z.strictObject({ role: z.literal('user'), content: text<'user'>(), name }),
  z.strictObject({ role: z.literal('tool'), content: text<'tool'>(), tool_call_id: z.string() }),
  z.strictObject({ role: z.literal('function'), content: z.string().nullable(), name: z.string() }),
  z.strictObject({
    role: z.literal('assistant'),
    content: text<'assistant'>().nullable().exactOptional(),
    name,
    refusal: z.string().nullable().exactOptional(),
    audio: typed<NonNullable<MessageOf<'assistant'>['audio']>>().nullable().exactOptional(),
    tool_calls: z.array(typed<NonNullable<MessageOf<'assistant'>['tool_calls']>[number]>()).exactOptional(),
    function_call: typed<NonNullable<MessageOf<'assistant'>['function_call']>>().nullable().exactOptional(),
  }),
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
  prompt_cache_key: z.string().nullable().exactOptional(),
  safety_identifier: z.string().nullable().exactOptional(),
  parallel_tool_calls: z.boolean().exactOptional(),
  logprobs: z.boolean().nullable().exactOptional(),
  top_logprobs: z.int().nullable().exactOptional(),
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
  reasoning_effort: opaque<'reasoning_effort'>(),
  response_format: opaque<'response_format'>(),
  service_tier: opaque<'service_tier'>(),
  tool_choice: opaque<'tool_choice'>(),
  tools: opaque<'tools'>(),
  verbosity: opaque<'verbosity'>(),
  web_search_options: opaque<'web_search_options'>(),
} satisfies { [F in keyof Fields]-?: z.ZodType };

export const completionCreate = z.strictObject(fields);

/** Compiles only while the schema takes exactly what the SDK sends. */
export const chatMessagesMirrorSdk: Mirrors<z.output<typeof message>, ChatCompletionMessageParam> = true;
export const completionMirrorsSdk: Mirrors<z.output<typeof completionCreate>, Fields> = true;
