/** The body of `POST /v1/messages` as a schema, held to the SDK's own types by the compiler. */
import type {
  ContentBlockParam,
  ImageBlockParam,
  MessageCreateParams,
  MessageCreateParamsNonStreaming,
  MessageParam,
  RedactedThinkingBlockParam,
  TextBlockParam,
  ThinkingBlockParam,
  Tool,
  ToolResultBlockParam,
  ToolUnion,
  ToolUseBlockParam,
} from '@anthropic-ai/sdk/resources/messages/messages.js';
import { z } from 'zod';
import {
  isRecord,
  problemWithImage,
  problemWithToolSchema,
  toolName,
  typed,
  without,
  type Mirrors,
} from './request-schema.js';

type Params = MessageCreateParams;
/** The SDK splits the parameters by `stream` only; everything else is the same. */
type Fields = Omit<MessageCreateParamsNonStreaming, 'stream'> & { stream?: boolean };
type OwnBlock =
  | TextBlockParam
  | ImageBlockParam
  | ThinkingBlockParam
  | RedactedThinkingBlockParam
  | ToolUseBlockParam
  | ToolResultBlockParam;
type OtherBlock = Exclude<ContentBlockParam, OwnBlock>;
type ResultBlock = Exclude<NonNullable<ToolResultBlockParam['content']>, string>[number];
type OtherResultBlock = Exclude<ResultBlock, TextBlockParam | ImageBlockParam>;

/** A block type that is missing here or too many does not compile. */
const otherBlocks = {
  document: true,
  search_result: true,
  server_tool_use: true,
  web_search_tool_result: true,
  web_fetch_tool_result: true,
  code_execution_tool_result: true,
  bash_code_execution_tool_result: true,
  text_editor_code_execution_tool_result: true,
  tool_search_tool_result: true,
  container_upload: true,
} satisfies Record<OtherBlock['type'], true>;

const otherResultBlocks = {
  search_result: true,
  document: true,
  tool_reference: true,
  browser_state: true,
} satisfies Record<OtherResultBlock['type'], true>;

const ephemeral = z.strictObject({
  type: z.literal('ephemeral'),
  ttl: z.enum(['5m', '1h']).exactOptional(),
});
const cache_control = ephemeral.nullable().exactOptional();

const textBlock = z.strictObject({
  type: z.literal('text'),
  text: z.string().regex(/\S/, 'text content blocks must contain non-whitespace text'),
  cache_control,
  citations: z.array(typed<NonNullable<TextBlockParam['citations']>[number]>()).nullable().exactOptional(),
});

const MAX_IMAGE = 5 * 1_048_576;

const imageBlock = z.strictObject({
  type: z.literal('image'),
  source: z.discriminatedUnion('type', [
    z
      .strictObject({
        type: z.literal('base64'),
        media_type: z.enum(['image/jpeg', 'image/png', 'image/gif', 'image/webp']),
        data: z.string().max(MAX_IMAGE, 'image exceeds 5 MB maximum'),
      })
      .superRefine(without(({ media_type, data }) => problemWithImage(media_type, data))),
    z.strictObject({ type: z.literal('url'), url: z.url() }),
    z.strictObject({ type: z.literal('file'), file_id: z.string() }),
  ]),
  cache_control,
  transformations: typed<NonNullable<ImageBlockParam['transformations']>>().nullable().exactOptional(),
});

const callId = z.string().regex(/^[a-zA-Z0-9_-]+$/, "String should match pattern '^[a-zA-Z0-9_-]+$'");
const toolset_name = z.string().nullable().exactOptional();

const block = z.union([
  z.discriminatedUnion('type', [
    textBlock,
    imageBlock,
    z.strictObject({ type: z.literal('thinking'), thinking: z.string(), signature: z.string() }),
    z.strictObject({ type: z.literal('redacted_thinking'), data: z.string() }),
    z.strictObject({
      type: z.literal('tool_use'),
      id: callId,
      name: toolName,
      input: z
        .unknown()
        .superRefine(
          without((input) => (isRecord(input) ? undefined : 'Input should be a valid dictionary')),
        ),
      cache_control,
      caller: typed<NonNullable<ToolUseBlockParam['caller']>>().exactOptional(),
      toolset_name,
    }),
    z.strictObject({
      type: z.literal('tool_result'),
      tool_use_id: callId,
      content: z
        .union([
          z.string(),
          z.array(
            z.union([
              z.discriminatedUnion('type', [textBlock, imageBlock]),
              typed<OtherResultBlock>(new Set(Object.keys(otherResultBlocks))),
            ]),
          ),
        ])
        .exactOptional(),
      is_error: z.boolean().exactOptional(),
      cache_control,
      toolset_name,
    }),
  ]),
  typed<OtherBlock>(new Set(Object.keys(otherBlocks))),
]);
const content = z.union([z.string(), z.array(block)]);

const message = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('user'), content }),
  z.strictObject({ role: z.literal('assistant'), content }),
  z.strictObject({ role: z.literal('system'), content: z.union([z.string(), z.array(textBlock)]) }),
]);

const ownTool = z.strictObject({
  name: toolName,
  input_schema: z
    .looseObject({
      type: z.literal('object'),
      properties: z.unknown().exactOptional(),
      required: z.array(z.string()).nullable().exactOptional(),
    })
    .superRefine(without(problemWithToolSchema)),
  description: z.string().exactOptional(),
  type: z.literal('custom').nullable().exactOptional(),
  cache_control,
  strict: z.boolean().exactOptional(),
  allowed_callers: z.custom<NonNullable<Tool['allowed_callers']>>(Array.isArray).exactOptional(),
  defer_loading: z.boolean().exactOptional(),
  eager_input_streaming: z.boolean().nullable().exactOptional(),
  input_examples: z.array(z.record(z.string(), z.unknown())).exactOptional(),
});
/** The tools that Anthropic brings along: each has a type with its date. */
const serverTool = z.custom<Exclude<ToolUnion, Tool>>(
  (value) => isRecord(value) && /_\d{8}$/.test(String(value['type'])),
  'Input should be a tool of a known type',
);

const disable_parallel_tool_use = z.boolean().exactOptional();
const display = z.enum(['summarized', 'omitted']).nullable().exactOptional();

/** A field of the SDK that is missing here, or one that the SDK does not know, does not compile. */
const fields = {
  model: z.string().min(1),
  max_tokens: z.int().positive(),
  messages: z.array(message),
  system: z.union([z.string(), z.array(textBlock)]).exactOptional(),
  stream: z.boolean().exactOptional(),
  stop_sequences: z.array(z.string()).exactOptional(),
  metadata: z.strictObject({ user_id: z.string().nullable().exactOptional() }).exactOptional(),
  service_tier: z.enum(['auto', 'standard_only']).exactOptional(),
  speed: z.enum(['standard', 'fast']).nullable().exactOptional(),
  inference_geo: z.string().nullable().exactOptional(),
  user_profile_id: z.string().exactOptional(),
  workspace_id: z.string().exactOptional(),
  cache_control,
  container: typed<NonNullable<Params['container']>>().nullable().exactOptional(),
  diagnostics: typed<NonNullable<Params['diagnostics']>>().nullable().exactOptional(),
  output_config: z
    .strictObject({
      effort: z.enum(['low', 'medium', 'high', 'xhigh', 'max']).nullable().exactOptional(),
      format: typed<NonNullable<NonNullable<Params['output_config']>['format']>>().nullable().exactOptional(),
    })
    .exactOptional(),
  thinking: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('adaptive'), display }),
      z.strictObject({ type: z.literal('enabled'), budget_tokens: z.int().min(1024), display }),
      z.strictObject({ type: z.literal('between_tools') }),
      z.strictObject({ type: z.literal('disabled') }),
    ])
    .exactOptional(),
  tool_choice: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('auto'), disable_parallel_tool_use }),
      z.strictObject({ type: z.literal('any'), disable_parallel_tool_use }),
      z.strictObject({ type: z.literal('tool'), name: z.string(), disable_parallel_tool_use }),
      z.strictObject({ type: z.literal('none') }),
    ])
    .exactOptional(),
  tools: z.array(z.union([ownTool, serverTool])).exactOptional(),
} satisfies { [F in keyof Fields]-?: z.ZodType };

export const messageCreate = z.strictObject(fields);

/** Compiles only while the schema takes exactly what the SDK sends. */
export const messagesMirrorSdk: Mirrors<z.output<typeof message>, MessageParam> = true;
export const createMirrorsSdk: Mirrors<z.output<typeof messageCreate>, Fields> = true;
