/** What the bridge knows of the key backup on the homeserver, and of the key that opens it: kept with its other secrets. */
import * as z from 'zod';
import type { BridgeStore } from '../../bridge.js';
import { API, type Client } from '../client.js';
import { isMissing, MatrixFailure } from '../failure.js';
import { publicKeyOf } from './recovery-key.js';

const record = z.object({
  version: z.string(),
  /** The key that opens it, base64 without padding. */
  secret: z.string(),
  /** Whether we made it, and so nobody else can open it. */
  isOurs: z.boolean(),
  /** Somebody has put another in its place: what is known from then on. `told`: whether the owner has heard. */
  replaced: z.object({ told: z.boolean() }).nullable(),
});
export type BackupRecord = z.infer<typeof record>;

const NAME = 'backup';

export function readBackup(store: BridgeStore): BackupRecord | null {
  const bytes = store.get(NAME);
  return bytes && record.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
}

export function writeBackup(store: BridgeStore, backup: BackupRecord): void {
  store.write([[NAME, Buffer.from(JSON.stringify(backup))]]);
}

export const ALGORITHM = 'm.megolm_backup.v1.curve25519-aes-sha2';
/** Says in what is public of a backup that Ara made it: when our records are gone, nobody can open it any more. */
export const MADE_BY_ARA = 'org.ara.made_by_ara';

/** The backup that an account has. */
export interface CurrentBackup {
  version: string;
  /** Null where it is of a kind that we do not know. */
  publicKey: string | null;
  isMadeByAra: boolean;
}

/** Null where the account has none. @throws MatrixFailure, TransportError */
export async function currentBackup(client: Client): Promise<CurrentBackup | null> {
  try {
    const { version, algorithm, auth_data: data } = await client.call('GET', `${API}/room_keys/version`);
    if (typeof version !== 'string') throw new MatrixFailure(502, '', 0);
    const { public_key: key, [MADE_BY_ARA]: mark } = (data ?? {}) as Record<string, unknown>;
    const publicKey = algorithm === ALGORITHM && typeof key === 'string' ? key.replace(/=+$/, '') : null;
    return { version, publicKey, isMadeByAra: mark === true };
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Whether a key opens a backup: who has the key of it has also said what its public half is. */
export const opens = (secret: string, { publicKey }: CurrentBackup): boolean =>
  publicKeyOf(Buffer.from(secret, 'base64')) === publicKey;

/** Takes away a backup that we made. @throws MatrixFailure, TransportError */
export async function removeBackup(client: Client, store: BridgeStore): Promise<void> {
  const backup = readBackup(store);
  if (backup?.isOurs) await deleteBackup(client, backup.version);
}

/** @throws MatrixFailure, TransportError */
export async function deleteBackup(client: Client, version: string): Promise<void> {
  await client.call('DELETE', `${API}/room_keys/version/${encodeURIComponent(version)}`);
}
