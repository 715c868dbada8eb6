/** The shapes that are read of what a homeserver sends; what does not fit is passed over. */
import * as z from 'zod';

// Only the fields that are read are checked: a field that changes must not cost a message.
export const matrixEvent = z.object({
  type: z.string(),
  event_id: z.string().startsWith('$'),
  sender: z.string(),
  origin_server_ts: z.int().nonnegative().max(1e15).catch(0),
  content: z.record(z.string(), z.unknown()).catch({}),
  state_key: z.string().optional(),
});
export type MatrixEvent = z.infer<typeof matrixEvent>;

/** An event as it came, for the crypto machine, beside what was read of it. */
export interface RawEvent {
  event: MatrixEvent;
  raw: unknown;
}

export function readEvents(events: unknown): RawEvent[] {
  if (!Array.isArray(events)) return [];
  return events.flatMap((raw: unknown) => {
    const parsed = matrixEvent.safeParse(raw);
    return parsed.success ? [{ event: parsed.data, raw }] : [];
  });
}

const list = z.array(z.unknown()).catch([]);
const events = z.object({ events: list }).catch({ events: [] });
const timeline = z
  .object({ events: list, limited: z.boolean().catch(false), prev_batch: z.string().nullable().catch(null) })
  .catch({ events: [], limited: false, prev_batch: null });
const joined = z
  .object({ timeline, state: events })
  .catch({ timeline: timeline.parse(null), state: { events: [] } });
const invited = z.object({ invite_state: events }).catch({ invite_state: { events: [] } });

export const syncAnswer = z.object({
  next_batch: z.string().min(1),
  rooms: z
    .object({
      join: z.record(z.string(), joined).catch({}),
      invite: z.record(z.string(), invited).catch({}),
    })
    .catch({ join: {}, invite: {} }),
  to_device: events,
  device_lists: z
    .object({ changed: z.array(z.string()).catch([]), left: z.array(z.string()).catch([]) })
    .catch({ changed: [], left: [] }),
  device_one_time_keys_count: z.record(z.string(), z.number()).catch({}),
  device_unused_fallback_key_types: z.array(z.string()).optional().catch(undefined),
});
export type SyncAnswer = z.infer<typeof syncAnswer>;
