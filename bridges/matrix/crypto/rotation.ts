/** How long one key serves a room: as the room wants it, and never longer than the machine does by itself. */
import type { Rotation } from './machine.js';

/** What both libraries have so. */
interface Settings {
  /** Microseconds. */
  rotationPeriod: bigint;
  rotationPeriodMessages: bigint;
}

/** From the content of the room's `m.room.encryption`. */
export function rotationOf(content: unknown): Rotation {
  const { rotation_period_ms: period, rotation_period_msgs: messages } = (content ?? {}) as Record<
    string,
    unknown
  >;
  return { ...(isCount(period) ? { period } : {}), ...(isCount(messages) ? { messages } : {}) };
}

export function applyRotation(settings: Settings, { period, messages }: Rotation): void {
  if (period !== undefined) settings.rotationPeriod = least(settings.rotationPeriod, BigInt(period) * 1_000n);
  if (messages !== undefined)
    settings.rotationPeriodMessages = least(settings.rotationPeriodMessages, BigInt(messages));
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) > 0;
const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
