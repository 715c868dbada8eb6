/**
 * The three deletions, over the doors. The bridge room asks for one only when its user has typed the code that it made; it
 * makes no claim about who its user is: the socket says that.
 *
 * `gateway.sock`
 * POST /v1/deletions/preview   `deletionOrder` → `deletionPreview`: what would go
 * POST /v1/deletions           `deletionRequest` → `deletionStarted`: kept durably when answered; a repeat of its key is the same one
 *
 * `worker.sock`
 * POST /v1/deletion/clear      `clearRequest`: notes that memory is to go; what was running does not count any more
 * POST /v1/deletion/cleared    `clearedResponse`: answered when both rooms, which were started anew, have cleared theirs
 * GET  /v1/deletion/rest       `restResponse`: counted anew: words that are left in the journal and beside it
 * POST /v1/deletion/farewell   `farewellRequest` → `tellResponse`: a last message to every chat of the owner
 * POST /v1/deletion/leave      `leaveResponse`: unlinks everything at its source
 * POST /v1/deletion/done       `doneRequest` → `tellResponse`: the receipt, as words and as a file
 */
import * as z from 'zod';

const count = z.int().nonnegative();

/** `memory`: what was said and remembered. `container`: all that a container holds, and its links. `account`: everything. */
export const deletionKind = z.enum(['memory', 'container', 'account']);
export type DeletionKind = z.infer<typeof deletionKind>;

export const deletionOrder = z.strictObject({
  kind: deletionKind,
  /** Whether the workspace goes with the memory; with the container it always does. */
  files: z.boolean(),
});
export type DeletionOrder = z.infer<typeof deletionOrder>;

export const deletionRequest = z.strictObject({
  ...deletionOrder.shape,
  /** Names it for good: asked for twice, it comes once. */
  key: z.string().regex(/^[a-z]+\.[A-Za-z0-9-]{1,60}$/),
});

export const deletionStarted = z.strictObject({
  id: z.uuid(),
  /** Where the receipt will be, and until then how far it is. Nobody can guess it. */
  receipt: z.url(),
});
export type DeletionStarted = z.infer<typeof deletionStarted>;

/** Kinds of data that a deletion may take. */
export const deletedThing = z.enum([
  'conversations',
  'memory',
  'files',
  'reminders',
  'channel-credentials',
  'api-keys',
  'account',
  'sessions',
  'usage-figures',
  'data-flows',
  'audit-trail',
  'queue',
]);
export type DeletedThing = z.infer<typeof deletedThing>;

export const deletionPreview = z.strictObject({
  lines: z.array(
    z.strictObject({
      what: deletedThing,
      /** Null where it could not be counted. */
      items: count.nullable(),
      bytes: count.nullable(),
    }),
  ),
});
export type DeletionPreview = z.infer<typeof deletionPreview>;

export const clearRequest = z.strictObject({ id: z.uuid(), files: z.boolean() });
/** How much of what went, as the rooms themselves counted. */
export const removed = z.record(z.string().regex(/^[a-z -]{1,40}$/), count);
export type Removed = z.infer<typeof removed>;
export const clearedRequest = z.strictObject({ id: z.uuid() });
export const clearedResponse = z.strictObject({ removed });

export const restResponse = z.strictObject({ left: removed });

export const farewellRequest = z.strictObject({ kind: deletionKind, receipt: z.url() });
export const tellResponse = z.strictObject({
  /** How many chats were told, and how many could not be. */
  told: count,
  missed: count,
});

/** Why a platform does not know that a link is gone. */
export const whyNotReached = z.enum([
  'no-answer', // it could not be reached, or did not say that it has heard
  'refused', // it does not take the credential any more
]);
export type WhyNotReached = z.infer<typeof whyNotReached>;

export const leaveResponse = z.strictObject({
  sources: z.array(
    z.strictObject({
      /** A channel, or a connected service. */
      name: z.string().max(40),
      /** False when the other side did not answer: it may still think that we are linked. */
      reached: z.boolean(),
      /** Null when it was reached. */
      why: whyNotReached.nullable().default(null),
    }),
  ),
});

export const doneRequest = z.strictObject({
  kind: deletionKind,
  /** The signed receipt, as it is kept. */
  receipt: z.string().max(200_000),
});
