/** What a backup holds, in the open but for who made it: no name, only ids, sizes and hashes; and a seal that says it is ours. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { AraError } from '../../../contracts/errors.js';
import { accountId } from '../../../contracts/ids.js';
import { leftOut } from '../../../contracts/snapshot.js';
import { macIn, manifestIn } from './places.js';

const count = z.int().nonnegative();
const fileFacts = z.strictObject({ bytes: count, sha256: z.string().regex(/^[0-9a-f]{64}$/) });

const backupManifest = z.strictObject({
  format: z.literal('ara-backup'),
  version: z.literal(1),
  madeAt: z.iso.datetime(),
  /** Of the database, by their names: a backup goes into no older one. */
  migrations: z.array(z.string()),
  accounts: z.array(
    z.strictObject({
      account: accountId,
      rows: fileFacts,
      /** Null for one that never had a container. */
      volume: fileFacts.nullable(),
      leftOut: z.array(leftOut),
    }),
  ),
  /** Accounts whose part could not be made. */
  failed: z.array(z.strictObject({ account: accountId, code: z.string() })),
});
export type BackupManifest = z.infer<typeof backupManifest>;
export type BackedUpAccount = BackupManifest['accounts'][number];

export function writeManifest(data: string, manifest: BackupManifest, key: Buffer): void {
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  const flags = { mode: 0o600, flag: 'wx', flush: true };
  writeFileSync(manifestIn(data), text, flags);
  writeFileSync(macIn(data), `${macOf(text, key).toString('hex')}\n`, flags);
}

/** @throws AraError `bad-archive`, `forged` when it was made with another key-encryption key */
export function readManifest(data: string, key: Buffer): BackupManifest {
  if (!existsSync(manifestIn(data)) || !existsSync(macIn(data)))
    throw new AraError('bad-archive', 'the backup has no manifest');
  const text = readFileSync(manifestIn(data), 'utf8');
  const mac = Buffer.from(readFileSync(macIn(data), 'utf8').trim(), 'hex');
  const expected = macOf(text, key);
  if (mac.length !== expected.length || !timingSafeEqual(mac, expected))
    throw new AraError('forged', 'the backup was made with another key-encryption key, or was changed');
  const parsed = backupManifest.safeParse(JSON.parse(text));
  if (!parsed.success) throw new AraError('bad-archive', 'the backup is of a newer Ara');
  return parsed.data;
}

const macOf = (text: string, key: Buffer): Buffer => createHmac('sha256', key).update(text).digest();
