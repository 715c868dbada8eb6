/** The keystore's own backup: the wrapped data keys of all accounts in one file, which is not kept for long. */
import type { DataSource } from 'typeorm';
import * as z from 'zod';
import { accountId, type AccountId } from '../../../contracts/ids.js';
import type { KeystoreService, WrappedKey } from '../keys/keystore.service.js';
import { rowsOf } from '../sign-in/rows.js';
import { keystoreAt, newestKeystore } from './places.js';
import { readSealed, writeSealed } from './sealed-file.js';

const BOUND_TO = 'keystore';
const line = z.strictObject({ account: accountId, wrapped: z.base64(), kekVersion: z.int() });

/** Where it was written. */
export async function writeKeystore(
  database: DataSource,
  keystore: KeystoreService,
  root: string,
  stamp: string,
): Promise<string> {
  const rows = await rowsOf<{ account: string; wrapped: Buffer; kekVersion: number }>(
    database,
    'SELECT account_id AS account, wrapped, kek_version AS "kekVersion" FROM keystore.data_keys',
  );
  const lines = rows.map((row) => JSON.stringify({ ...row, wrapped: row.wrapped.toString('base64') }));
  const path = keystoreAt(root, stamp);
  await writeSealed(path, keystore.installationKey('keystore-backup'), BOUND_TO, lines);
  return path;
}

/** The newest there is; empty when all are gone. @throws AraError `forged` with another key-encryption key */
export async function readKeystore(
  keystore: KeystoreService,
  root: string,
): Promise<Map<AccountId, WrappedKey>> {
  const path = newestKeystore(root);
  if (!path) return new Map();
  const lines = await readSealed(path, keystore.installationKey('keystore-backup'), BOUND_TO);
  return new Map(
    lines.map((text) => {
      const { account, wrapped, kekVersion } = line.parse(JSON.parse(text));
      return [account, { wrapped: Buffer.from(wrapped, 'base64'), kekVersion }];
    }),
  );
}
