/** What went wrong, in words that say what to do next. */
import { t } from '../texts';

/** The API refused, with a code of its catalogue. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
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
  return new Refusal(error?.code ?? 'internal', error?.message ?? t.errors.unknown, response.status);
}

/** The API's own words, but where the browser knows better what to press. */
export function words(error: unknown): string {
  if (error instanceof Unreachable) return t.errors.unreachable;
  if (error instanceof Refusal) return t.errors.byCode[error.code] ?? error.message;
  if (error instanceof DOMException && error.name === 'NotAllowedError') return t.errors.passkeyCancelled;
  if (error instanceof Error && error.name === 'InvalidStateError') return t.errors.passkeyExists;
  return t.errors.unknown;
}
