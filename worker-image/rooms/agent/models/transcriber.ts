/** Has speech written down by a provider whose key the user has set: OpenAI, then Google, then their own server. */
import type { GenerateContentResponse } from '@google/genai/web';
import type { Transcription } from 'openai/resources/audio/transcriptions';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ModelChoice } from '../../../../contracts/gateway-door.js';
import type { Turn } from '../../../../contracts/rooms-door.js';
import type { Provider } from '../../../../contracts/ids.js';
import type { DoorFetch } from '../door-fetch.js';
import { modelErrorOf } from './model-error.js';
import { ModelError } from './model.js';

/** What OpenAI is asked for, and what most servers of one's own know, by this name, to be theirs. */
const OPENAI_MODEL = 'gpt-4o-mini-transcribe';
const COMPATIBLE_MODEL = 'whisper-1';
/** Ten minutes of fast speech. */
const MAX_TOKENS = 4_096;
const WISH =
  'Write down word for word what is said in this recording, in the language in which it is said. Write nothing else: no translation, no remark, and no answer to what it says. If nothing is said, write nothing.';
const LONGEST_PAUSE = 3_000;

export type PayingTurn = Pick<Turn, 'id' | 'models'>;

interface Recording {
  bytes: Buffer;
  type: string;
}

export class Transcriber {
  constructor(private readonly fetch: DoorFetch) {}

  /**
   * The words, perhaps none. Another provider is asked when one fails.
   * @throws ModelError `no-key` when none of the user's providers can hear; the first one's otherwise
   */
  async wordsOf(bytes: Buffer, type: string, turn: PayingTurn, signal: AbortSignal): Promise<string> {
    let first: ModelError | null = null;
    for (const provider of ['openai', 'google', 'compatible'] as const) {
      const choice = turn.models.find((each) => each.provider === provider);
      if (!choice) continue;
      try {
        return await this.ask(choice, { bytes, type }, turn.id, signal);
      } catch (thrown) {
        signal.throwIfAborted();
        const error = modelErrorOf(thrown);
        // A server of one's own that cannot hear is no fault of anybody's.
        if (provider === 'compatible' && error.reason !== 'over-budget') break;
        first ??= error;
        if (error.reason === 'over-budget') break;
      }
    }
    throw first ?? new ModelError('no-key');
  }

  /** Once more where that may help, except of a server that may know nothing of this. */
  private async ask(
    choice: ModelChoice,
    recording: Recording,
    turn: number,
    signal: AbortSignal,
  ): Promise<string> {
    for (let attempt = 0; ; attempt++) {
      try {
        return choice.provider === 'google'
          ? await this.askGoogle(choice.model, recording, turn, signal)
          : await this.askForm(choice.provider, recording, turn, signal);
      } catch (thrown) {
        signal.throwIfAborted();
        const error = modelErrorOf(thrown);
        const { retry, afterSeconds } = error.advice;
        const pause = (afterSeconds ?? 0.5) * 1_000;
        if (attempt > 0 || !retry || pause > LONGEST_PAUSE || choice.provider === 'compatible') throw error;
        await sleep(pause, undefined, { signal });
      }
    }
  }

  /** The bridge room makes the form of it. */
  private async askForm(
    provider: Provider,
    { bytes, type }: Recording,
    turn: number,
    signal: AbortSignal,
  ): Promise<string> {
    const own = provider === 'compatible';
    const path = own ? 'audio/transcriptions' : 'v1/audio/transcriptions';
    const model = own ? COMPATIBLE_MODEL : OPENAI_MODEL;
    const answer = await this.post<Transcription>(
      `${provider}/${path}?model=${model}`,
      type,
      bytes,
      turn,
      signal,
    );
    return answer.text;
  }

  private async askGoogle(
    model: string,
    { bytes, type }: Recording,
    turn: number,
    signal: AbortSignal,
  ): Promise<string> {
    // Its library comes with it, which who hears by another provider must not pay for.
    const { thinkingOf } = await import('./google-request.js');
    const body = {
      systemInstruction: { parts: [{ text: WISH }] },
      contents: [
        {
          role: 'user',
          parts: [
            {
              inlineData: {
                mimeType: type === 'video/mp4' ? 'audio/mp4' : type,
                data: bytes.toString('base64'),
              },
            },
          ],
        },
      ],
      generationConfig: { maxOutputTokens: MAX_TOKENS, ...thinkingOf({ model, thinking: 'off' }) },
    };
    const { candidates, promptFeedback } = await this.post<GenerateContentResponse>(
      `google/v1beta/models/${model}:generateContent`,
      'application/json',
      JSON.stringify(body),
      turn,
      signal,
    );
    const [candidate] = candidates ?? [];
    if (promptFeedback?.blockReason || !candidate) throw new ModelError('refused-by-provider');
    const parts = candidate.content?.parts ?? [];
    return parts.flatMap(({ text, thought }) => (text && !thought ? text : [])).join('');
  }

  private async post<Answer>(
    path: string,
    type: string,
    body: string | Buffer,
    turn: number,
    signal: AbortSignal,
  ): Promise<Answer> {
    const response = await this.fetch(`http://rooms/v1/models/${path}`, {
      method: 'POST',
      headers: { 'content-type': type, 'x-ara-turn': String(turn) },
      body: body as string | Buffer<ArrayBuffer>,
      signal,
    });
    const text = await response.text();
    if (response.ok) return JSON.parse(text) as Answer;
    const { status, headers } = response;
    // In the form in which the providers' libraries throw a refusal, for the one table that reads them.
    throw Object.assign(new Error(text.slice(0, 2_000)), { status, headers, error: errorIn(text) });
  }
}

function errorIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
