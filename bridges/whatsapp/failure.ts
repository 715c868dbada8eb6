/** Says what a failed sending means, in the room's words; nothing of the message itself is kept. */
import { PlatformError, type PlatformRefusal } from '../bridge.js';

interface Answer {
  tag: string;
  attrs: Record<string, string>;
}

/** What WhatsApp answers to a message that it takes. @throws PlatformError */
export function acknowledged(answer: unknown): void {
  const { tag, attrs } = (answer ?? {}) as Partial<Answer>;
  // A receipt of the reader's may overtake it.
  if (tag === undefined || !attrs) throw new PlatformError('uncertain');
  const code = Number(attrs['error'] ?? 0);
  if (code === 0) return;
  if (code === 429) throw new PlatformError('rate-limited', 60_000);
  throw new PlatformError(code >= 500 ? 'uncertain' : 'refused');
}

/** No cause is attached: what Baileys throws may hold addresses, and what it was given to send. */
export function toPlatformError(error: unknown, otherwise: PlatformRefusal): PlatformError {
  return error instanceof PlatformError ? error : new PlatformError(otherwise);
}
