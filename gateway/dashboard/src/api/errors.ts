/** What went wrong, in words that say what to do next. */
import { t } from '../texts';
import { formatWait } from '../texts/format';

/** The API refused, with a code of its catalogue. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
    /** Seconds until it may be tried again; null when nobody knows. */
    readonly retryAfter: number | null = null,
  ) {
    super(message);
  }
}

/** No answer came: no network, or Ara does not run. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

export async function refusalOf(response: Response, body: unknown): Promise<Refusal> {
  const read: unknown = body ?? (await response.json().catch(() => undefined));
  const { error } = (read ?? {}) as { error?: { code?: string; message?: string } };
  return new Refusal(
    error?.code ?? 'internal',
    error?.message ?? t.errors.unknown,
    response.status,
    secondsOf(response.headers.get('retry-after')),
  );
}

/** A proxy before Ara may say it as a date, which is as good as nothing here. */
const secondsOf = (header: string | null): number | null =>
  header !== null && /^\d{1,7}$/.test(header) ? Number(header) : null;

/** The API's own words, but where the browser knows better what to press. */
export function words(error: unknown): string {
  if (error instanceof Unreachable) return t.errors.unreachable;
  if (error instanceof Refusal && error.status === 429 && error.retryAfter !== null)
    return t.errors.wait(formatWait(error.retryAfter));
  if (error instanceof Refusal) return t.errors.byCode[error.code] ?? error.message;
  if (error instanceof DOMException && error.name === 'NotAllowedError') return t.errors.passkeyCancelled;
  if (error instanceof Error && error.name === 'InvalidStateError') return t.errors.passkeyExists;
  return t.errors.unknown;
}
