/**
 * The snapshot of a container, for the operator's backups: made and read inside, sealed under a key that the gateway derives
 * from the user's data key, so that what lies in a backup is noise once that key is gone.
 */
import * as z from 'zod';

const count = z.int().nonnegative();

/** POST /v1/snapshot/key on `worker.sock`: for the calls of the next ten minutes. Lives in memory only. */
export const snapshotKey = z.strictObject({ key: z.base64().length(44) });

/** What is never in a snapshot, since a copy of it would break what it is a copy of. */
export const leftOut = z.enum(['whatsapp', 'matrix', 'other']);

/**
 * GET /v1/snapshot: the sealed bytes.
 * PUT /v1/snapshot?apply=no: reads sealed bytes to their end and checks each hash; changes nothing.
 * PUT /v1/snapshot?apply=yes: they become what this container holds, with its next start. @throws AraError `not-empty`
 */
export const snapshotReport = z.strictObject({
  files: count,
  bytes: count,
  leftOut: z.array(leftOut).max(3),
});
export type SnapshotReport = z.infer<typeof snapshotReport>;

/** What a snapshot is sealed for; the account is bound in. */
export const snapshotBinding = (account: string): string => `snapshot|${account}`;

/** The last file of a snapshot: the SHA-256 of each before it. */
export const SNAPSHOT_MANIFEST = 'manifest.json';
export const snapshotManifest = z.strictObject({
  version: z.literal(1),
  files: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)),
  leftOut: z.array(leftOut),
});

/** Most that a snapshot may hold. */
export const SNAPSHOT_LIMITS = { files: 60_000, bytes: 20_000_000_000 };
