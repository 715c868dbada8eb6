/** `POST …/audio/transcriptions` as OpenAI takes and answers it: a form with a sound, held to the SDK's own types. */
import type {
  Transcription,
  TranscriptionCreateParamsNonStreaming,
} from 'openai/resources/audio/transcriptions';

/** What a form asked for. */
export interface Heard {
  model: string;
  file: { name: string; type: string; content: Buffer };
}

const LARGEST = 25 * 1_048_576;
/** Told by the ending of the file's name, as the real API does. */
const BEGINNINGS: Readonly<Record<string, RegExp>> = {
  flac: /^fLaC/,
  mp3: /^(?:ID3|\xff[\xe0-\xff])/,
  mp4: /^.{4}ftyp/s,
  m4a: /^.{4}ftyp/s,
  ogg: /^OggS/,
  wav: /^RIFF.{4}WAVE/s,
  webm: /^\x1a\x45\xdf\xa3/,
};
const MODELS = new Set(['gpt-transcribe', 'gpt-4o-transcribe', 'gpt-4o-mini-transcribe', 'whisper-1']);
/** A field that the SDK does not know does not compile. */
const FIELDS: Readonly<Record<string, keyof TranscriptionCreateParamsNonStreaming>> = {
  file: 'file',
  model: 'model',
  response_format: 'response_format',
  language: 'language',
  prompt: 'prompt',
  temperature: 'temperature',
};

/** What the form holds, or what is wrong with it. `anyModel` for servers that have models of their own. */
export async function hearForm(
  raw: Buffer,
  contentType: string,
  anyModel = false,
): Promise<Heard | { problem: string }> {
  const form = await formOf(raw, contentType);
  if (!form) return { problem: 'Could not parse multipart form' };
  for (const name of form.keys())
    if (!Object.hasOwn(FIELDS, name)) return { problem: `Unrecognized request argument supplied: ${name}` };
  const file = form.get('file');
  const model = form.get('model');
  if (!(file instanceof File)) return { problem: 'Missing required parameter: file' };
  if (typeof model !== 'string') return { problem: 'Missing required parameter: model' };
  if (!anyModel && !MODELS.has(model)) return { problem: `The model \`${model}\` does not exist` };
  const format = form.get('response_format');
  if (format !== null && format !== 'json' && model !== 'whisper-1')
    return { problem: `this response_format is not compatible with model '${model}'` };
  const content = Buffer.from(await file.arrayBuffer());
  const problem = problemWithSound(file.name, content);
  return problem ? { problem } : { model, file: { name: file.name, type: file.type, content } };
}

async function formOf(raw: Buffer, type: string): Promise<FormData | null> {
  try {
    return await new Response(new Uint8Array(raw), { headers: { 'content-type': type } }).formData();
  } catch {
    return null;
  }
}

function problemWithSound(name: string, content: Buffer): string | null {
  if (content.length > LARGEST) return 'Maximum content size limit (26214400) exceeded';
  const beginning = BEGINNINGS[name.split('.').at(-1) ?? ''];
  if (!beginning) return `Unrecognized file format. Supported formats: ${Object.keys(BEGINNINGS).join(', ')}`;
  const fits = beginning.test(content.toString('latin1', 0, 64));
  return fits ? null : 'Audio file might be corrupted or unsupported';
}

/** An answer as the real API gives it, counted as its documentation says: ten tokens a second, of about 2,000 bytes. */
export function transcriptionOf(words: string, bytes: number): Transcription {
  const input = Math.ceil(bytes / 200);
  const output = Math.ceil(words.length / 4);
  return {
    text: words,
    usage: {
      type: 'tokens',
      input_tokens: input,
      input_token_details: { audio_tokens: input, text_tokens: 0 },
      output_tokens: output,
      total_tokens: input + output,
    },
  };
}
