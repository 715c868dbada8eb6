/**
 * The export: everything of a user in one file that they own. A tar in an age file under a passphrase; the tar holds
 * `manifest.json` last, which names each file before it with its SHA-256.
 */
import * as z from 'zod';

/** Grows when a reader of the old form would misread the new. */
export const EXPORT_VERSION = 1;
export const EXPORT_FORMAT = 'ara-export';
/** How long a finished archive waits to be fetched. */
export const EXPORT_KEPT_HOURS = 24;
/** Largest archive that is taken in, in bytes: a full workspace, as much of conversations, and room for the rest. */
export const MAX_ARCHIVE = 1_200_000_000;

/** What opens an archive, sealed for the container's key: `sealed` holds a `passphrase` as JSON. */
export const passphrase = z.strictObject({ passphrase: z.string().min(1).max(1_000) });
/** POST /v1/archives/passphrase on `worker.sock`. The ticket stands for it once, within ten minutes. */
export const passphraseRequest = z.strictObject({ sealed: z.base64().max(16_384) });
export const ticket = z.string().regex(/^[0-9a-f]{32}$/);
export const passphraseResponse = z.strictObject({ ticket });

/**
 * POST /v1/archives/wrap and /v1/archives/unwrap on `rooms.sock`: the agent room, which makes and reads the archive, never
 * sees the passphrase; it has the key of the one file. The stanza is age's own, of type `scrypt`.
 */
const fileKey = z.base64().length(24);
export const stanza = z.strictObject({
  args: z.array(z.string().max(100)).length(3),
  body: z.base64().max(100),
});
/** Unwrapping answers with the same `fileKey`. */
export const wrapRequest = z.strictObject({ ticket, fileKey });
export const unwrapRequest = z.strictObject({ ticket, stanza });

/** What only the gateway knows, and puts in: figures. */
export const exportFigures = z.strictObject({
  usageCsv: z.string().max(1_900_000),
  flowsCsv: z.string().max(1_900_000),
  account: z.string().max(100_000),
});
export type ExportFigures = z.infer<typeof exportFigures>;
/** POST /v1/content/exports: begins one in the place of an earlier one. @throws AraError `conflict` while one is made */
export const exportRequest = z.strictObject({ ticket, figures: exportFigures });

const count = z.int().nonnegative();
const moment = z.int().nonnegative();
/**
 * GET /v1/content/exports; GET /v1/content/exports/done, the same once nothing is being made.
 * GET /v1/content/exports/archive: its bytes. DELETE /v1/content/exports: it is gone.
 */
export const exportState = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('none') }),
  z.strictObject({ state: z.literal('failed') }),
  z.strictObject({ state: z.literal('making'), doneBytes: count, allBytes: count }),
  z.strictObject({ state: z.literal('ready'), bytes: count, madeAt: moment, expiresAt: moment }),
]);
export type ExportState = z.infer<typeof exportState>;

/**
 * PUT /v1/content/import?ticket=…: the bytes of an archive become all that this user has.
 * @throws AraError `not-empty`, `wrong-passphrase`, `no-archive`, `bad-archive`, `too-large`; nothing has changed then
 */
export const importResponse = z.strictObject({
  conversations: count,
  turns: count,
  memoryFiles: count,
  files: count,
  reminders: count,
});
export type ImportReport = z.infer<typeof importResponse>;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
export const manifest = z.strictObject({
  format: z.literal(EXPORT_FORMAT),
  version: z.int().positive(),
  /** ISO 8601, in UTC. */
  madeAt: z.iso.datetime(),
  files: z.array(z.strictObject({ path: z.string().max(1_100), bytes: count, sha256 })).max(60_000),
  /** What Ara keeps of the user and is not in here, and why. */
  excluded: z.array(z.strictObject({ what: z.string(), why: z.string() })),
  /** Files that could not be read as they are. */
  skipped: z.array(z.strictObject({ path: z.string(), why: z.string() })),
});
export type Manifest = z.infer<typeof manifest>;
