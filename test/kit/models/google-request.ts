/** The body of `POST …:generateContent` as a schema, held to the SDK's own types by the compiler. */
import type {
  Blob,
  Content,
  FunctionCall,
  FunctionCallingConfigMode,
  FunctionDeclaration,
  FunctionResponse,
  FunctionResponsePart,
  GenerateContentConfig,
  GenerationConfig,
  Part,
  Schema,
  ThinkingLevel,
  Tool,
} from '@google/genai';
import { z } from 'zod';
import {
  anyObject,
  isRecord,
  problemWithImage,
  problemWithToolSchema,
  toolName,
  without,
  type Fits,
} from './request-schema.js';

/** The SDK takes these apart from one `config` and sends them so. */
export interface GenerateContent extends Pick<
  GenerateContentConfig,
  'safetySettings' | 'toolConfig' | 'cachedContent' | 'continuationToken' | 'serviceTier' | 'store' | 'labels'
> {
  contents: Content[];
  systemInstruction?: Content;
  tools?: Tool[];
  generationConfig?: GenerationConfig;
}

/** The body, and what the address says beside it. */
export type GoogleRequest = GenerateContent & { model: string; stream: boolean };

/** A field of the SDK that is missing, or one that the SDK does not know, does not compile. */
type Shape<Of> = { [Name in keyof Of]-?: z.ZodType };

/** The values of an enum, whose members only the SDK itself can name. */
const oneOf = <Enum extends string>(values: Record<`${Enum}`, true>) =>
  z.custom<Enum>((value) => Object.hasOwn(values, String(value)), 'Invalid value');
/** A field whose inner form is of no matter here; its type is the SDK's. */
const opaque = <Of, Name extends keyof Of>() => z.custom<Exclude<Of[Name], undefined>>().exactOptional();
const text = z.string().exactOptional();
const flag = z.boolean().exactOptional();
const count = z.int().nonnegative().exactOptional();
const number = z.number().exactOptional();

const base64 = z.string().regex(/^[A-Za-z0-9+/_-]+={0,2}$/, 'Base64 decoding failed');

/** Those of the guide to audio, and what its models take besides. */
const SOUNDS = new Set(
  ['wav', 'mp3', 'mpeg', 'aiff', 'aac', 'ogg', 'flac', 'mp4', 'm4a'].map((name) => `audio/${name}`),
);

const blob = z
  .strictObject({ data: base64, mimeType: z.string(), displayName: text } satisfies Shape<Blob>)
  .superRefine(
    without(({ data, mimeType }) =>
      mimeType.startsWith('image/')
        ? problemWithImage(mimeType, data)
        : SOUNDS.has(mimeType)
          ? undefined
          : `Unsupported MIME type: ${mimeType}`,
    ),
  );

const responsePart = z.strictObject({
  inlineData: blob.exactOptional(),
  fileData: opaque<FunctionResponsePart, 'fileData'>(),
  mediaProcessing: opaque<FunctionResponsePart, 'mediaProcessing'>(),
} satisfies Shape<FunctionResponsePart>);

/** What a part may be; it is one of them. */
const kinds = {
  text,
  inlineData: blob.exactOptional(),
  functionCall: z
    .strictObject({
      id: text,
      name: toolName,
      args: anyObject.exactOptional(),
      partialArgs: opaque<FunctionCall, 'partialArgs'>(),
      willContinue: flag,
    } satisfies Shape<FunctionCall>)
    .exactOptional(),
  functionResponse: z
    .strictObject({
      id: text,
      name: toolName,
      response: anyObject,
      parts: z.array(responsePart).exactOptional(),
      scheduling: opaque<FunctionResponse, 'scheduling'>(),
      willContinue: flag,
    } satisfies Shape<FunctionResponse>)
    .exactOptional(),
  fileData: opaque<Part, 'fileData'>(),
  executableCode: opaque<Part, 'executableCode'>(),
  codeExecutionResult: opaque<Part, 'codeExecutionResult'>(),
  toolCall: opaque<Part, 'toolCall'>(),
  toolResponse: opaque<Part, 'toolResponse'>(),
  audioTranscription: opaque<Part, 'audioTranscription'>(),
};
const KINDS = new Set(Object.keys(kinds));

const part = z
  .strictObject({
    ...kinds,
    thought: flag,
    thoughtSignature: base64.exactOptional(),
    mediaResolution: opaque<Part, 'mediaResolution'>(),
    mediaProcessing: opaque<Part, 'mediaProcessing'>(),
    videoMetadata: opaque<Part, 'videoMetadata'>(),
    partMetadata: opaque<Part, 'partMetadata'>(),
    speechMetadata: opaque<Part, 'speechMetadata'>(),
  } satisfies Shape<Part>)
  .superRefine(
    without((value) =>
      Object.keys(value).filter((name) => KINDS.has(name)).length === 1
        ? undefined
        : "required oneof field 'data' must have one initialized field",
    ),
  );
const parts = z.array(part).min(1, 'contents.parts must not be empty.');

const content = z.strictObject({
  parts,
  role: z.enum(['user', 'model'], 'Please use a valid role: user, model.'),
} satisfies Shape<Content>);

const schemaFields = {
  anyOf: true,
  default: true,
  description: true,
  enum: true,
  example: true,
  format: true,
  items: true,
  maxItems: true,
  maxLength: true,
  maxProperties: true,
  maximum: true,
  minItems: true,
  minLength: true,
  minProperties: true,
  minimum: true,
  nullable: true,
  pattern: true,
  properties: true,
  propertyOrdering: true,
  required: true,
  title: true,
  type: true,
} satisfies Record<keyof Schema, true>;

/** Google's own kind of schema knows fewer words than JSON Schema, and takes no other. */
function problemWithOwnSchema(schema: unknown): string | undefined {
  if (!isRecord(schema)) return 'must be an object';
  const unknown = Object.keys(schema).find((name) => !Object.hasOwn(schemaFields, name));
  if (unknown !== undefined) return `Unknown name "${unknown}": Cannot find field.`;
  const { properties = {}, items, type } = schema;
  if (!isRecord(properties)) return 'properties: must be an object';
  if (String(type).toUpperCase() === 'OBJECT' && Object.keys(properties).length === 0)
    return 'properties: should be non-empty for OBJECT type';
  for (const each of [...Object.values(properties), ...(items === undefined ? [] : [items])]) {
    const problem = problemWithOwnSchema(each);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

const declaration = z
  .strictObject({
    name: toolName.regex(/^[a-zA-Z_]/, 'Must start with a letter or an underscore.'),
    description: text,
    behavior: opaque<FunctionDeclaration, 'behavior'>(),
    parameters: z.custom<Schema>().superRefine(without(problemWithOwnSchema)).exactOptional(),
    parametersJsonSchema: z.unknown().superRefine(without(problemWithToolSchema)).exactOptional(),
    response: opaque<FunctionDeclaration, 'response'>(),
    responseJsonSchema: opaque<FunctionDeclaration, 'responseJsonSchema'>(),
  } satisfies Shape<FunctionDeclaration>)
  .refine(
    ({ parameters, parametersJsonSchema }) => parameters === undefined || parametersJsonSchema === undefined,
    'only one of parameters and parameters_json_schema can be set',
  );

const tool = z.strictObject({
  functionDeclarations: z.array(declaration).exactOptional(),
  codeExecution: opaque<Tool, 'codeExecution'>(),
  computerUse: opaque<Tool, 'computerUse'>(),
  enterpriseWebSearch: opaque<Tool, 'enterpriseWebSearch'>(),
  exaAiSearch: opaque<Tool, 'exaAiSearch'>(),
  fileSearch: opaque<Tool, 'fileSearch'>(),
  googleMaps: opaque<Tool, 'googleMaps'>(),
  googleSearch: opaque<Tool, 'googleSearch'>(),
  googleSearchRetrieval: opaque<Tool, 'googleSearchRetrieval'>(),
  mcpServers: opaque<Tool, 'mcpServers'>(),
  parallelAiSearch: opaque<Tool, 'parallelAiSearch'>(),
  retrieval: opaque<Tool, 'retrieval'>(),
  urlContext: opaque<Tool, 'urlContext'>(),
} satisfies Shape<Tool>);

const generationConfig = z.strictObject({
  maxOutputTokens: z.int().positive().exactOptional(),
  temperature: number,
  topP: number,
  topK: number,
  candidateCount: count,
  seed: z.int().exactOptional(),
  stopSequences: z.array(z.string()).exactOptional(),
  presencePenalty: number,
  frequencyPenalty: number,
  responseMimeType: text,
  thinkingConfig: z
    .strictObject({
      includeThoughts: flag,
      thinkingBudget: z.int().min(-1).exactOptional(),
      thinkingLevel: oneOf<ThinkingLevel>({
        THINKING_LEVEL_UNSPECIFIED: true,
        MINIMAL: true,
        LOW: true,
        MEDIUM: true,
        HIGH: true,
      }).exactOptional(),
    })
    .refine(
      ({ thinkingBudget, thinkingLevel }) => thinkingBudget === undefined || thinkingLevel === undefined,
      'You can only set only one of thinking budget and thinking level.',
    )
    .exactOptional(),
  logprobs: count,
  responseLogprobs: flag,
  audioTimestamp: flag,
  enableAffectiveDialog: flag,
  enableEnhancedCivicAnswers: flag,
  audioTranscriptionConfig: opaque<GenerationConfig, 'audioTranscriptionConfig'>(),
  mediaResolution: opaque<GenerationConfig, 'mediaResolution'>(),
  modelSelectionConfig: opaque<GenerationConfig, 'modelSelectionConfig'>(),
  responseFormat: opaque<GenerationConfig, 'responseFormat'>(),
  responseJsonSchema: opaque<GenerationConfig, 'responseJsonSchema'>(),
  responseModalities: opaque<GenerationConfig, 'responseModalities'>(),
  responseSchema: opaque<GenerationConfig, 'responseSchema'>(),
  routingConfig: opaque<GenerationConfig, 'routingConfig'>(),
  speechConfig: opaque<GenerationConfig, 'speechConfig'>(),
  translationConfig: opaque<GenerationConfig, 'translationConfig'>(),
} satisfies Shape<GenerationConfig>);

const fields = {
  contents: z.array(content).min(1, 'contents is not specified'),
  // The SDK gives it a role, which the API does not look at.
  systemInstruction: z.strictObject({ parts, role: text }).exactOptional(),
  tools: z.array(tool).exactOptional(),
  toolConfig: z
    .strictObject({
      functionCallingConfig: z
        .strictObject({
          mode: oneOf<FunctionCallingConfigMode>({
            MODE_UNSPECIFIED: true,
            AUTO: true,
            ANY: true,
            NONE: true,
            VALIDATED: true,
          }).exactOptional(),
          allowedFunctionNames: z.array(z.string()).exactOptional(),
          streamFunctionCallArguments: flag,
        })
        .exactOptional(),
      retrievalConfig: opaque<NonNullable<GenerateContent['toolConfig']>, 'retrievalConfig'>(),
      includeServerSideToolInvocations: flag,
    })
    .exactOptional(),
  generationConfig: generationConfig.exactOptional(),
  safetySettings: opaque<GenerateContent, 'safetySettings'>(),
  serviceTier: opaque<GenerateContent, 'serviceTier'>(),
  labels: opaque<GenerateContent, 'labels'>(),
  cachedContent: text,
  continuationToken: text,
  store: flag,
} satisfies Shape<GenerateContent>;

export const generateContent = z.strictObject(fields);

/** Compiles only while the SDK can send what the schema takes; the SDK leaves more open than the API does. */
export const generateFitsSdk: Fits<z.output<typeof generateContent>, GenerateContent> = true;
