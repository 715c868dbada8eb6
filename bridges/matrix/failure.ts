/** Says what a failed call to a homeserver means, in the room's words; nothing of the call itself is kept. */
import { PlatformError } from '../bridge.js';
import { TransportError } from './transport.js';

/** Stands for a refusal that asks for the password as well: the token is good. */
export const ASKS_FOR_MORE = 'ASKS_FOR_MORE';

/** The homeserver answered, and the answer was no. */
export class MatrixFailure extends Error {
  override readonly name = 'MatrixFailure';
  constructor(
    readonly status: number,
    /** Matrix's own code, such as `M_FORBIDDEN`; empty when something else answered, such as a proxy. */
    readonly code: string,
    /** Milliseconds it asked us to wait. */
    readonly retryAfter: number,
    /** Names the question that a password answers, where that is asked for as well. */
    readonly session: string | null = null,
  ) {
    super(`homeserver: ${status} ${code}`);
  }
}

/** The homeserver knows keys of this device that we do not: its store was lost or set back, and it must be made anew. */
export class StaleKeys extends Error {
  override readonly name = 'StaleKeys';
}

export function isBadCredential(error: unknown): boolean {
  if (error instanceof StaleKeys) return true;
  if (error instanceof PlatformError) return error.refusal === 'bad-credential';
  if (!(error instanceof MatrixFailure)) return false;
  const { status, code } = error;
  return (
    (status === 401 && code !== ASKS_FOR_MORE) || code === 'M_USER_DEACTIVATED' || code === 'M_USER_LOCKED'
  );
}

export const isMissing = (error: unknown): boolean => error instanceof MatrixFailure && error.status === 404;

/** About us and not about what was asked: asking later is of use. */
export const isPassing = (error: unknown): boolean =>
  isBadCredential(error) || (error instanceof MatrixFailure && error.status === 429);

/** Neither the network's nor the homeserver's passing trouble: asking again would get the same answer. */
export const isFinal = (error: unknown): boolean =>
  error instanceof MatrixFailure &&
  error.status >= 400 &&
  error.status < 500 &&
  error.status !== 429 &&
  error.code !== '' &&
  !isBadCredential(error);

/** The refusal a failed call amounts to. No cause is attached: it may hold what was said. */
export function toPlatformError(error: unknown): PlatformError {
  if (error instanceof PlatformError) return error;
  if (isBadCredential(error)) return new PlatformError('bad-credential');
  if (error instanceof TransportError) return new PlatformError(error.sent ? 'uncertain' : 'unreachable');
  if (!(error instanceof MatrixFailure)) return new PlatformError('refused');
  if (error.status === 429) return new PlatformError('rate-limited', error.retryAfter);
  return new PlatformError(isFinal(error) ? 'refused' : 'uncertain');
}
