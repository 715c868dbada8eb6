/** The body of `POST /v1/messages` as a schema, held to the SDK's own types by the compiler. */
import type {
  ContentBlockParam,
  MessageCreateParams,
  MessageCreateParamsNonStreaming,
  MessageParam,
  TextBlockParam,
} from '@anthropic-ai/sdk/resources/messages/messages.js';
import { z } from 'zod';
import { typed, type Mirrors } from './request-schema.js';

type Params = MessageCreateParams;
/** The SDK splits the parameters by `stream` only; everything else is the same. */
type Fields = Omit<MessageCreateParamsNonStreaming, 'stream'> & { stream?: boolean };
type OtherBlock = Exclude<ContentBlockParam, TextBlockParam>;

/** A block type that is missing here or too many does not compile. */
const otherBlocks = {
  image: true,
  document: true,
  search_result: true,
  thinking: true,
  redacted_thinking: true,
  tool_use: true,
  tool_result: true,
  server_tool_use: true,
  web_search_tool_result: true,
  web_fetch_tool_result: true,
  code_execution_tool_result: true,
  bash_code_execution_tool_result: true,
  text_editor_code_execution_tool_result: true,
  tool_search_tool_result: true,
  container_upload: true,
} satisfies Record<OtherBlock['type'], true>;

const cacheControl = z.strictObject({
  type: z.literal('ephemeral'),
  ttl: z.enum(['5m', '1h']).exactOptional(),
});

const textBlock = z.strictObject({
  type: z.literal('text'),
  text: z.string().min(1, 'text content blocks must be non-empty'),
  cache_control: cacheControl.nullable().exactOptional(),
  citations: z.array(typed<NonNullable<TextBlockParam['citations']>[number]>()).nullable().exactOptional(),
});

const content = z.union([
  z.string(),
  z.array(z.union([textBlock, typed<OtherBlock>(new Set(Object.keys(otherBlocks)))])),
]);

const message = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('user'), content }),
  z.strictObject({ role: z.literal('assistant'), content }),
  z.strictObject({ role: z.literal('system'), content: z.union([z.string(), z.array(textBlock)]) }),
]);

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
  cache_control: cacheControl.nullable().exactOptional(),
  container: typed<NonNullable<Params['container']>>().nullable().exactOptional(),
  diagnostics: typed<NonNullable<Params['diagnostics']>>().nullable().exactOptional(),
  output_config: typed<NonNullable<Params['output_config']>>().exactOptional(),
  thinking: typed<NonNullable<Params['thinking']>>().exactOptional(),
  tool_choice: typed<NonNullable<Params['tool_choice']>>().exactOptional(),
  tools: z.array(typed<NonNullable<Params['tools']>[number]>()).exactOptional(),
} satisfies { [F in keyof Fields]-?: z.ZodType };

export const messageCreate = z.strictObject(fields);

/** Compiles only while the schema takes exactly what the SDK sends. */
export const messagesMirrorSdk: Mirrors<z.output<typeof message>, MessageParam> = true;
export const createMirrorsSdk: Mirrors<z.output<typeof messageCreate>, Fields> = true;
