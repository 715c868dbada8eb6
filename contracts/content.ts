/**
 * What a user reads and changes of their own container from the dashboard. The gateway passes it through between
 * `worker.sock` and the browser of its owner; the agent room, whose data it is, answers on `agent.sock`.
 */
import * as z from 'zod';
import { channelKind } from './ids.js';

const count = z.int().nonnegative();
/** Milliseconds since 1970. */
const moment = z.int().nonnegative();
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is no time of day such as 22:00');

/** GET and PUT /v1/content/assistant */
export const assistantSettings = z.strictObject({
  /** IANA name. */
  timeZone: z.string().min(1).max(64),
  quietHours: z.strictObject({ from: clock, to: clock }).nullable(),
  busy: z.enum(['steer', 'queue', 'interrupt']),
  fallback: z.boolean(),
  thinking: z.enum(['off', 'low', 'high']),
  heartbeatMinutes: z.int().min(30).max(1_440).nullable(),
  /** What the user calls their assistant; null is Ara. */
  name: z
    .string()
    .trim()
    .min(1)
    .max(40)
    .regex(/^\P{Cc}*$/u, 'has a character that cannot be seen')
    .nullable(),
  persona: z.string().trim().min(1).max(2_000).nullable(),
});
export type AssistantSettings = z.infer<typeof assistantSettings>;
/** What is absent stays. */
export const assistantChange = assistantSettings.partial();

/** GET /v1/content/memory: `MEMORY.md` and the notes of days, newest first. */
export const memoryList = z.strictObject({
  files: z.array(z.strictObject({ name: z.string(), bytes: count, changedAt: moment })),
});
/** GET and PUT /v1/content/memory/:name; an empty text removes the file. */
export const memoryFile = z.strictObject({ name: z.string(), text: z.string() });
export const memoryChange = z.strictObject({ text: z.string().max(65_536) });

/** GET /v1/content/files?path=…: one folder of the workspace; `''` is the workspace. */
export const fileList = z.strictObject({
  path: z.string(),
  entries: z.array(
    z.strictObject({ name: z.string(), kind: z.enum(['file', 'folder']), bytes: count, changedAt: moment }),
  ),
  usedBytes: count,
  quotaBytes: count,
});
/**
 * GET /v1/content/file?path=…: its bytes. PUT: they become the file. DELETE takes folders too.
 * @throws AraError `bad-request` with a path that leaves the workspace, `not-found`, `too-large` beyond the quota
 */
export const filePath = z.strictObject({ path: z.string().max(1_000) });

/**
 * Where a file lies in the workspace, as one room tells another: names that are parted by slashes, none of them hidden.
 * The agent room, which opens it, looks closer.
 */
export const workspacePath = z
  .string()
  .max(1_000)
  .regex(/^[^./\\\p{Cc}][^/\\\p{Cc}]*(\/[^./\\\p{Cc}][^/\\\p{Cc}]*)*$/u, 'is no path in the workspace');

/** GET /v1/content/conversations?words=…: newest first; with words those that have them, each with the place. */
export const conversationQuery = z.strictObject({ words: z.string().max(200).optional() });
export const conversationList = z.strictObject({
  conversations: z.array(
    z.strictObject({
      /** Opaque, safe in an address. */
      id: z.string(),
      channel: channelKind,
      /** The first words of its first question. */
      title: z.string(),
      turns: count,
      lastAt: moment,
      /** With words: the place where they are; else null. */
      excerpt: z.string().nullable(),
    }),
  ),
});
/** GET /v1/content/conversations/:id?before=POSITION: up to 50 turns, oldest first. DELETE: also from the search index. */
export const conversationPage = z.strictObject({
  before: z.coerce.number().int().positive().optional(),
});
export const conversation = z.strictObject({
  id: z.string(),
  channel: channelKind,
  turns: z.array(
    z.strictObject({
      position: count,
      sentAt: moment,
      question: z.string(),
      /** Markdown. */
      answer: z.string(),
      state: z.enum(['running', 'answered', 'failed', 'cancelled']),
      model: z.string().nullable(),
    }),
  ),
  /** Position to ask `before` for older turns; null when these are the oldest. */
  older: count.nullable(),
});

/** GET /v1/content/holdings: how much there is, for the privacy page. */
export const contentHoldings = z.strictObject({
  conversations: z.strictObject({ items: count, bytes: count }),
  memory: z.strictObject({ items: count, bytes: count }),
  files: z.strictObject({ items: count, bytes: count }),
});

/** PUT /v1/budget, of the bridge room, where the money is counted. Millionths of a US dollar; null is no cap. */
export const budgetChange = z.strictObject({ day: count.nullable(), month: count.nullable() });

/** POST /v1/web/messages: what was written in the browser; `id` is the browser's own and makes a repeat a duplicate. */
export const webMessage = z.strictObject({ id: z.uuid(), text: z.string().trim().min(1).max(100_000) });
/** GET /v1/web/events: server-sent events, each one of these as JSON. */
export const webEvent = z.discriminatedUnion('type', [
  /** An answer or notice that is new, or has grown: the whole text so far. */
  z.strictObject({
    type: z.literal('message'),
    id: z.string(),
    markdown: z.string(),
    choices: z.array(z.string()),
    at: moment,
  }),
  z.strictObject({ type: z.literal('deleted'), id: z.string() }),
  z.strictObject({
    type: z.literal('file'),
    id: z.string(),
    name: z.string(),
    bytes: count,
    at: moment,
    /** Where it lies in the workspace, to be had by GET /v1/content/file; absent when it lies nowhere there. */
    path: workspacePath.optional(),
  }),
  z.strictObject({ type: z.literal('typing') }),
]);
export type WebEvent = z.infer<typeof webEvent>;
