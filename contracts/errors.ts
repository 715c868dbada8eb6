/** The one catalogue of errors: what each means to a caller, decided here and never where it is thrown. */
import * as z from 'zod';

interface ErrorKind {
  /** The HTTP status on a door or on the API. */
  status: number;
  /** What the reader should do about it, in plain words. Never holds content, a key or an id. */
  tell: string;
  /** Whether the same call may succeed later. */
  retry: boolean;
}

const kind = (status: number, tell: string, retry = false): ErrorKind => ({ status, tell, retry });

export const errorCatalogue = {
  'bad-request': kind(400, 'The request is not of the expected form. Check its fields and send it again.'),
  unauthorized: kind(401, 'Sign in first, or give the operator token: it is missing or wrong.'),
  'sign-in-failed': kind(401, 'That is not right. Check the name, the password or the code.'),
  'not-allowed': kind(403, 'This is not allowed for the account that asked.'),
  'proof-needed': kind(403, 'Confirm that it is you first.'),
  'not-found': kind(404, 'There is no such thing here. Check the name or the address.'),
  'method-not-allowed': kind(405, 'This address does not take that method.'),
  conflict: kind(409, 'It exists already.'),
  'last-way-in': kind(409, 'This is the only way to sign in. Add another one first.'),
  'passkeys-full': kind(409, 'The account has as many passkeys as it may have. Remove one first.'),
  'invitation-ended': kind(410, 'This invitation is not valid any more. Ask for a new one.'),
  'too-large': kind(413, 'The request is too large.'),
  'wrong-type': kind(415, 'The request must be JSON (content-type: application/json).'),
  'too-deep': kind(422, 'The request is nested too deeply.'),
  'weak-password': kind(422, 'Choose another password: this one is easily guessed.'),
  'wrong-secret': kind(401, 'The webhook secret is wrong.'),
  'too-many': kind(429, 'Too many requests. Wait a little and try again.', true),
  forged: kind(422, 'The message was not sealed for this container.'),
  'no-archive': kind(
    422,
    'This is no export of Ara. Choose the file that Ara made. Nothing was taken from it.',
  ),
  'bad-archive': kind(
    422,
    'The archive is damaged, not whole, or of a newer Ara. Nothing was taken from it.',
  ),
  'wrong-passphrase': kind(422, 'This passphrase does not open the archive.'),
  'not-empty': kind(409, 'There is content here already. Choose a place that is new.'),
  'version-mismatch': kind(
    426,
    'The container and the gateway speak different versions. Run `npm run image`.',
  ),
  'no-key': kind(404, 'No API key is set for this provider. Set one with `npm run ara -- key set`.'),
  'over-budget': kind(402, 'The budget is used up. Raise it with /budget, or wait until it begins anew.'),
  'channel-not-linked': kind(409, 'This channel is not linked yet.'),
  'host-stopped': kind(
    403,
    'You have stopped this host. Allow it again on the page Privacy, or with `/privacy allow HOST` in a chat.',
  ),
  'bad-credential': kind(422, 'The platform refused the credential. Check that it was copied whole.'),
  'bad-recovery-key': kind(
    422,
    'The recovery key opens no key backup of this account. Copy it whole, or leave it out.',
  ),
  'pairing-expired': kind(410, 'Nobody confirmed it on the phone in time. Begin again.', true),
  'platform-unreachable': kind(502, 'The platform could not be reached. Try again in a minute.', true),
  'container-unavailable': kind(503, 'The container could not be started. It will be tried again.', true),
  'queue-unavailable': kind(
    503,
    'The queue is not available. The message is kept and handed in again.',
    true,
  ),
  'database-unavailable': kind(503, 'The database is not available. Try again in a moment.', true),
  'being-deleted': kind(
    423,
    'This is being deleted, so nothing new is taken. Try again when that is over.',
    true,
  ),
  draining: kind(503, 'Ara is shutting down. Try again in a moment.', true),
  internal: kind(500, 'Something went wrong inside Ara. The log has the code.'),
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof errorCatalogue;

/** The body of every refusal on every door and on the API. */
export const errorBody = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

export interface AraErrorOptions extends ErrorOptions {
  /** Seconds until the same call may succeed, where a limit knows it; at least 1. */
  retryAfter?: number;
}

/** The only error that crosses a door. `detail` is for the caller and must hold no content and no secret. */
export class AraError extends Error {
  override readonly name = 'AraError';
  readonly status: number;
  readonly retry: boolean;
  /** Seconds; null when nobody knows. */
  readonly retryAfter: number | null;

  constructor(
    readonly code: ErrorCode,
    readonly detail?: string,
    options?: AraErrorOptions,
  ) {
    super(detail ? `${errorCatalogue[code].tell} (${detail})` : errorCatalogue[code].tell, options);
    this.status = errorCatalogue[code].status;
    this.retry = errorCatalogue[code].retry;
    this.retryAfter = options?.retryAfter ?? null;
  }

  body(): z.infer<typeof errorBody> {
    return { error: { code: this.code, message: this.message } };
  }

  static from(body: unknown, fallback: ErrorCode): AraError {
    const parsed = errorBody.safeParse(body);
    const code = parsed.success ? parsed.data.error.code : '';
    return Object.hasOwn(errorCatalogue, code) ? new AraError(code as ErrorCode) : new AraError(fallback);
  }
}
