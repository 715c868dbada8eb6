/** What a model call asks for, read from its body. */
import { AraError } from '../../../../contracts/errors.js';
import type { Provider } from '../../../../contracts/ids.js';
import { MAX_INCOMING, MAX_SPEECH_SECONDS } from '../../media/limits.js';
import { mediaTypeOf } from '../../media/media-type.js';
import { isSound, secondsOf } from '../../media/sound-length.js';
import { anthropicBody, googleBody, openaiBody } from './model-call-bodies.js';
import { speechForm } from './speech-form.js';
import type { ModelRoute } from './upstreams.js';

export interface ModelCall {
  /** What was checked, written anew: two readers may not agree on a text that names a field twice. */
  body: Buffer;
  /** The media type of the body. */
  type: string;
  model: string;
  /** Null: the call does not say. */
  maxTokens: number | null;
  streamed: boolean;
  /** Estimated. */
  inputTokens: number;
}

/**
 * Bytes of text per token. English has about four; three leaves room for other languages and for JSON, and the
 * provider's own count replaces the estimate.
 */
export const BYTES_PER_TOKEN = 3;

/**
 * The most that one picture counts, in tokens, however large it is, since providers scale it down.
 * Anthropic's vision guide: 4,784 at the highest resolution. Google's guide to media resolution: 2,240 for "ultra high".
 * OpenAI's vision guide: up to 10,000 patches at full detail. A compatible server is taken for the dearest of these.
 */
const IMAGE_TOKENS: Record<Provider, number> = {
  anthropic: 4_784,
  openai: 10_000,
  google: 2_240,
  compatible: 10_000,
};

/** A second of speech, in tokens. Google's guide to audio: 32. OpenAI's price of a minute comes to about 17. */
const SPEECH_TOKENS = 32;

interface Reading extends Omit<ModelCall, 'body' | 'type' | 'inputTokens'> {
  body: unknown;
  /** The base64 of each picture. */
  images: string[];
  /** The base64 of each sound. */
  sounds?: string[];
}

const readings: Record<Provider, (body: unknown, route: ModelRoute) => Reading> = {
  anthropic: readAnthropic,
  openai: readOpenai,
  google: readGoogle,
  compatible: readOpenai,
};

/** @throws AraError `bad-request`, ZodError: a field is wrong, or may not be in a call */
export function readCall(provider: Provider, raw: Buffer, route: ModelRoute): ModelCall {
  if (route.hears) return readSpeech(raw, route);
  const { images, sounds = [], ...reading } = readings[provider](parsed(raw), route);
  const body = Buffer.from(JSON.stringify(reading.body));
  const text = [...images, ...sounds].reduce((left, data) => left - data.length, body.length);
  const inputTokens =
    Math.ceil(text / BYTES_PER_TOKEN) +
    images.length * IMAGE_TOKENS[provider] +
    sounds.reduce((sum, sound) => sum + tokensOf(Buffer.from(sound, 'base64')), 0);
  return { ...reading, body, type: 'application/json', inputTokens };
}

/** The form is made here, of the sound alone: the agent room has no say in its other fields. */
function readSpeech(sound: Buffer, { model = '' }: ModelRoute): ModelCall {
  const inputTokens = tokensOf(sound);
  const { body, type } = speechForm(sound, mediaTypeOf(sound), model);
  return { body, type, model, maxTokens: null, streamed: false, inputTokens };
}

/** @throws AraError `too-large` for more than is written down at once, `bad-request` for what is no sound */
function tokensOf(sound: Buffer): number {
  const type = mediaTypeOf(sound);
  if (!isSound(type)) throw new AraError('bad-request', 'not a sound');
  const seconds = secondsOf(sound, type);
  if (sound.length > MAX_INCOMING || seconds > MAX_SPEECH_SECONDS) throw new AraError('too-large');
  return Math.ceil(seconds * SPEECH_TOKENS);
}

function parsed(raw: Buffer): unknown {
  try {
    return JSON.parse(raw.toString('utf8')) as unknown;
  } catch {
    throw new AraError('bad-request', 'not JSON');
  }
}

function readAnthropic(raw: unknown): Reading {
  const body = anthropicBody.parse(raw);
  const blocks = body.messages.flatMap(({ content }) => (typeof content === 'string' ? [] : content));
  const results = blocks.flatMap((block) =>
    block.type === 'tool_result' && typeof block.content === 'object' ? block.content : [],
  );
  const images = [...blocks, ...results].flatMap((block) =>
    block.type === 'image' ? [block.source.data] : [],
  );
  const { model, max_tokens: maxTokens = null, stream: streamed = false } = body;
  return { body, model, maxTokens, streamed, images };
}

function readOpenai(raw: unknown): Reading {
  const body = openaiBody.parse(raw);
  const images = body.messages.flatMap(({ content }) =>
    typeof content === 'object' && content !== null
      ? content.flatMap((part) => (part.type === 'image_url' ? [part.image_url.url] : []))
      : [],
  );
  const limits = [body.max_completion_tokens, body.max_tokens].filter((limit) => limit !== undefined);
  const maxTokens = limits.length > 0 ? Math.max(...limits) : null;
  return { body, model: body.model, maxTokens, streamed: body.stream ?? false, images };
}

function readGoogle(raw: unknown, { model = '', streamed = false }: ModelRoute): Reading {
  const body = googleBody.parse(raw);
  const contents = [...body.contents, ...(body.systemInstruction ? [body.systemInstruction] : [])];
  const inline = contents
    .flatMap(({ parts = [] }) => parts)
    .flatMap((part) => [part, ...(part.functionResponse?.parts ?? [])])
    .flatMap(({ inlineData }) => inlineData ?? []);
  const isImage = ({ mimeType }: (typeof inline)[number]): boolean => mimeType.startsWith('image/');
  const images = inline.filter(isImage).map(({ data }) => data);
  const sounds = inline.filter((each) => !isImage(each)).map(({ data }) => data);
  const maxTokens = body.generationConfig?.maxOutputTokens ?? null;
  return { body, model, maxTokens, streamed, images, sounds };
}
