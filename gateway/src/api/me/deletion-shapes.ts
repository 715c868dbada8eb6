/** What the dashboard is told of deletions: what one would take, how far it is, and what its receipt says. */
import * as z from 'zod';
import { deletionKind, deletionPreview, removed } from '../../../../contracts/deletion.js';
import { notReached } from '../../deletion/receipt.js';

const time = z.coerce.date().meta({ format: 'date-time' });
const count = z.int().nonnegative();

export const previewQuery = z.strictObject({
  kind: deletionKind,
  files: z.enum(['yes', 'no']).default('no'),
});
export const preview = deletionPreview;

export const deletionRequest = z.strictObject({
  kind: deletionKind,
  files: z.boolean(),
  /** The browser's own: a repeat is the same deletion. */
  key: z.uuid(),
});
/** Leads to its progress and to its receipt, also when nobody is signed in any more. */
export const begun = z.object({ token: z.string() });

export const token = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

export const progress = z.object({
  kind: deletionKind,
  files: z.boolean(),
  askedAt: time,
  finishedAt: time.nullable(),
  /** All steps, in order; those that are done say what they removed. */
  steps: z.array(z.object({ name: z.string(), about: z.string(), removed: removed.nullable() })),
  /** The code of what it waits for; null when all goes well. */
  trouble: z.string().nullable(),
  /** Once it is over. */
  receipt: z
    .object({
      /** Places that were searched afterwards, and what was found there. */
      places: count,
      found: count,
      notReached: z.array(notReached),
    })
    .nullable(),
});
export const deletions = z.object({
  deletions: z.array(z.object({ ...progress.shape, token: z.string() })),
});
