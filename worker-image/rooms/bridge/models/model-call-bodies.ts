/**
 * The bodies that a model call may have. Only what has a known price is let through: searches that a provider makes,
 * faster service at a higher price, several answers at once, or pictures and documents that it fetches itself would be
 * spent past the budget, and would give the agent room a way out through the provider.
 */
import * as z from 'zod';

const modelName = z.string().min(1).max(100);
const tokenLimit = z.int().positive().max(10_000_000).optional();
/** Changes the answer, but not what a token of it costs. */
const free = z.unknown().optional();
const imageType = z.string().regex(/^image\/[a-z]+$/);

// Kept for an hour, an entry costs more than the catalogue says.
const cacheControl = z
  .strictObject({ type: z.literal('ephemeral'), ttl: z.literal('5m').optional() })
  .nullish();
const anthropicText = z.looseObject({
  type: z.literal('text'),
  text: z.string(),
  cache_control: cacheControl,
});
const anthropicImage = z.strictObject({
  type: z.literal('image'),
  source: z.strictObject({ type: z.literal('base64'), media_type: imageType, data: z.string() }),
  cache_control: cacheControl,
});
const anthropicResult = z.strictObject({
  type: z.literal('tool_result'),
  tool_use_id: z.string(),
  content: z
    .union([z.string(), z.array(z.discriminatedUnion('type', [anthropicText, anthropicImage]))])
    .optional(),
  is_error: free,
  cache_control: cacheControl,
});
const anthropicBlock = z.discriminatedUnion('type', [
  anthropicText,
  anthropicImage,
  anthropicResult,
  z.looseObject({ type: z.literal('tool_use'), cache_control: cacheControl }),
  z.looseObject({ type: z.literal('thinking') }),
  z.looseObject({ type: z.literal('redacted_thinking') }),
]);
export const anthropicBody = z.strictObject({
  model: modelName,
  max_tokens: tokenLimit,
  stream: z.boolean().optional(),
  system: z.union([z.string(), z.array(anthropicText)]).optional(),
  messages: z.array(
    z.strictObject({ role: z.string(), content: z.union([z.string(), z.array(anthropicBlock)]) }),
  ),
  tools: z
    .array(z.looseObject({ type: z.literal('custom').optional(), cache_control: cacheControl }))
    .optional(),
  tool_choice: free,
  thinking: free,
  output_config: free,
  stop_sequences: free,
  temperature: free,
  top_p: free,
  top_k: free,
  metadata: free,
  cache_control: cacheControl,
});

const openaiPart = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: z.string() }),
  z.strictObject({ type: z.literal('refusal'), refusal: z.string() }),
  z.strictObject({
    type: z.literal('image_url'),
    image_url: z.strictObject({ url: z.string().regex(/^data:image\/[a-z]+;base64,/), detail: free }),
  }),
]);
export const openaiBody = z.strictObject({
  model: modelName,
  max_completion_tokens: tokenLimit,
  max_tokens: tokenLimit,
  stream: z.boolean().optional(),
  stream_options: free,
  messages: z.array(
    z.strictObject({
      role: z.string(),
      content: z.union([z.string(), z.array(openaiPart)]).nullish(),
      name: free,
      refusal: free,
      tool_calls: z.array(z.looseObject({ type: z.literal('function') })).optional(),
      tool_call_id: free,
      // What some compatible servers want back of their model's thoughts.
      reasoning: free,
      reasoning_content: free,
      reasoning_details: free,
    }),
  ),
  tools: z.array(z.strictObject({ type: z.literal('function'), function: z.unknown() })).optional(),
  tool_choice: free,
  parallel_tool_calls: free,
  reasoning_effort: free,
  verbosity: free,
  response_format: free,
  stop: free,
  temperature: free,
  top_p: free,
  frequency_penalty: free,
  presence_penalty: free,
  seed: free,
  prompt_cache_key: free,
  safety_identifier: free,
  user: free,
  store: z.literal(false).optional(),
});

const googleImage = z.strictObject({ mimeType: imageType, data: z.string(), displayName: free });
// Speech, to be written down: no film, which costs otherwise, and no document.
const googleInline = googleImage.extend({ mimeType: z.string().regex(/^(?:image|audio)\/[a-z0-9]+$/) });
const googlePart = z.strictObject({
  text: free,
  thought: free,
  thoughtSignature: free,
  functionCall: free,
  functionResponse: z
    .strictObject({
      id: free,
      name: free,
      response: free,
      parts: z.array(z.strictObject({ inlineData: googleImage })).optional(),
    })
    .optional(),
  inlineData: googleInline.optional(),
});
const googleContent = z.strictObject({ role: free, parts: z.array(googlePart).optional() });
export const googleBody = z.strictObject({
  contents: z.array(googleContent),
  systemInstruction: googleContent.optional(),
  tools: z.array(z.strictObject({ functionDeclarations: free })).optional(),
  toolConfig: free,
  safetySettings: free,
  generationConfig: z
    .strictObject({
      maxOutputTokens: tokenLimit,
      thinkingConfig: free,
      stopSequences: free,
      temperature: free,
      topP: free,
      topK: free,
      seed: free,
      responseMimeType: free,
      responseSchema: free,
      responseJsonSchema: free,
    })
    .optional(),
});
