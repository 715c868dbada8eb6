/** Says what a failed call to the Bot API means, in the room's words; nothing of the call itself is kept. */
import { GrammyError, HttpError } from 'grammy';
import { PlatformError, type PlatformRefusal } from '../bridge.js';
import { TransportError } from './transport.js';

/** What Telegram said, or null when it was not Telegram who failed the call. */
export function answerCode(error: unknown): number | null {
  return error instanceof GrammyError ? error.error_code : null;
}

export function saysAny(error: unknown, ...phrases: string[]): boolean {
  if (!(error instanceof GrammyError)) return false;
  const said = error.description.toLowerCase();
  return phrases.some((phrase) => said.includes(phrase));
}

/** Milliseconds Telegram asked us to wait; a day at most, since a timer counts no further than 24 days. */
export function retryAfter(error: unknown): number {
  const seconds = error instanceof GrammyError ? Number(error.parameters.retry_after) : NaN;
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 86_400) * 1000 : 1000;
}

/**
 * The refusal a failed send or edit amounts to. No cause is attached: grammY's error holds the text of the message,
 * and Telegram's description of a parse error quotes it.
 */
export function toPlatformError(error: unknown): PlatformError {
  if (error instanceof PlatformError) return error;
  const code = answerCode(error);
  if (code === null) return new PlatformError(withoutAnswer(error));
  if (code === 429) return new PlatformError('rate-limited', retryAfter(error));
  if (isBadCredential(code)) return new PlatformError('bad-credential');
  return new PlatformError(code >= 500 ? 'uncertain' : 'refused');
}

/** 401: the token was revoked. 404: there is no such bot. */
export const isBadCredential = (code: number | null): boolean => code === 401 || code === 404;

function withoutAnswer(error: unknown): PlatformRefusal {
  // Not the network's doing, so it was never sent: a chat of another channel, say.
  if (!(error instanceof HttpError)) return 'refused';
  return error.error instanceof TransportError && !error.error.sent ? 'unreachable' : 'uncertain';
}
